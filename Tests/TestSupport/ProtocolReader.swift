import Glibc

/// Takes one side's stream of bytes apart into messages.
struct ProtocolReader {
    /// A message and its bytes, as they were sent.
    struct Frame {
        let message: ProtocolMessage
        let bytes: [UInt8]

        /// The strings that follow the length, each ended by a zero byte.
        func strings(_ count: Int) -> [String] {
            bytes.dropFirst(5).split(separator: 0, maxSplits: count, omittingEmptySubsequences: false).prefix(count)
                .map { String(decoding: $0, as: UTF8.self) }
        }

        /// The number that follows the length.
        var number: Int { ProtocolReader.number(in: bytes, at: 5) ?? 0 }
    }

    private let descriptor: CInt
    private let sender: ProtocolMessage.Sender
    private var isFirst: Bool
    private var unread: [UInt8] = []

    init(_ descriptor: CInt, from sender: ProtocolMessage.Sender) {
        self.descriptor = descriptor
        self.sender = sender
        isFirst = sender == .client
    }

    /// The next whole message; nil at the end of the stream or of its sense.
    mutating func next() -> Frame? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            // The length counts itself but not the letter, which a client's first message lacks.
            let start = isFirst ? 0 : 1
            if let length = Self.number(in: unread, at: start) {
                guard length >= 4 else { return nil }
                if unread.count >= start + length {
                    let letter: Character = isFirst ? " " : Character(Unicode.Scalar(unread[0]))
                    let bytes = Array(unread.prefix(start + length))
                    unread.removeFirst(bytes.count)
                    isFirst = false
                    return Frame(message: ProtocolMessage(sender, letter), bytes: bytes)
                }
            }
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return nil }
            unread += chunk.prefix(count)
        }
    }

    /// Four bytes, the highest first.
    private static func number(in bytes: [UInt8], at place: Int) -> Int? {
        guard bytes.count >= place + 4 else { return nil }
        return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
