import Glibc

/// The address of a host, in one spelling for all that lead to the same one.
struct HostAddress: Hashable {
    /// What every address of the machine that we run on is: loopback, "any", and those of its interfaces.
    static let thisHost = HostAddress(text: "this host")

    /// `192.0.2.1`, `2001:db8::1`.
    let text: String

    private init(text: String) { self.text = text }

    /// An address written in numbers; nil for a name.
    init?(_ text: some StringProtocol) {
        // A zone, as in fe80::1%eth0, is ours and not the other host's.
        let text = String(text.prefix { $0 != "%" })
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 {
            self = HostAddress(bytes: withUnsafeBytes(of: four, Array.init)).known
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self = HostAddress(bytes: withUnsafeBytes(of: six, Array.init)).known
        } else {
            return nil
        }
    }

    /// One that a resolver gave; nil where it is of neither kind of IP.
    init?(_ address: UnsafePointer<sockaddr>) {
        guard let address = Self.ip(of: address) else { return nil }
        self = address.known
    }

    private var known: HostAddress { Self.ofInterfaces.contains(self) ? .thisHost : self }

    /// Four bytes, or sixteen, in the order of the network.
    private init(bytes: [UInt8]) {
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff]
        let bytes = bytes.starts(with: mapped) && bytes.count == 16 ? Array(bytes[12...]) : bytes
        let isUnspecified = bytes.allSatisfy { $0 == 0 }
        let isLoopback = bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        self =
            isUnspecified || isLoopback
            ? .thisHost : HostAddress(text: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    }

    private static func ip(of address: UnsafePointer<sockaddr>) -> HostAddress? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                HostAddress(bytes: withUnsafeBytes(of: $0.pointee.sin_addr, Array.init))
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                HostAddress(bytes: withUnsafeBytes(of: $0.pointee.sin6_addr, Array.init))
            }
        default: nil
        }
    }

    /// Of this machine's interfaces, as they are now.
    private static var ofInterfaces: Set<HostAddress> {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        return Set(
            sequence(first: first) { $0?.pointee.ifa_next }.prefix { $0 != nil }
                .compactMap { $0?.pointee.ifa_addr }.compactMap { ip(of: UnsafePointer($0)) })
    }
}
