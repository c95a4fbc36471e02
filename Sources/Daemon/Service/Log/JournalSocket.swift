import Foundation
import Glibc

/// The journal, told of each event with fields of its own (systemd.io/JOURNAL_NATIVE_PROTOCOL): a datagram of KEY=VALUE lines.
struct JournalSocket: Sendable {
    static let standardPath = "/run/systemd/journal/socket"

    private let address: (sockaddr_un, socklen_t)
    private let descriptor: Int32

    /// Nil where there is none.
    init?(path: String = standardPath) {
        guard access(path, W_OK) == 0, let address = sockaddr_un.named(path) else { return nil }
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
    }

    /// False when it did not take the line.
    func send(_ line: LogLine) -> Bool {
        let datagram = Self.datagram(line)
        while true {
            let sent = withUnsafePointer(to: address.0) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL), $0, address.1)
                }
            }
            if sent >= 0 || errno != EINTR { return sent >= 0 }
        }
    }

    static func datagram(_ line: LogLine) -> [UInt8] {
        let own = line.metadata.map { ("CONFIRMD_" + name($0.key), $0.value) }
        let fields =
            [("MESSAGE", line.text), ("PRIORITY", "\(line.priority)"), ("SYSLOG_IDENTIFIER", "confirmd")] + own
        return fields.flatMap { field($0, Array($1.utf8)) }
    }

    /// A value with a line break has its length before it, in 64 bits, little-endian.
    private static func field(_ name: String, _ value: [UInt8]) -> [UInt8] {
        guard value.contains(UInt8(ascii: "\n")) else { return Array("\(name)=".utf8) + value + [UInt8(ascii: "\n")] }
        let length = withUnsafeBytes(of: UInt64(value.count).littleEndian) { Array($0) }
        return Array("\(name)\n".utf8) + length + value + [UInt8(ascii: "\n")]
    }

    /// Capital letters, digits and underscores alone; at most 64 with what is before it.
    private static func name(_ key: String) -> String {
        String(key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(50))
    }
}
