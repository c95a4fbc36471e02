import Glibc

/// A TCP port whose connections are taken by the kernel and never answered: a host that swallows everything.
public final class SilentListener: Sendable {
    public let port: Int
    let descriptor: CInt

    public init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port =
            withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    guard bind(descriptor, address, length) == 0, listen(descriptor, 16) == 0,
                        getsockname(descriptor, address, &length) == 0
                    else { return -1 }
                    return 0
                }
            } == 0 ? Int(UInt16(bigEndian: address.sin_port)) : 0
        guard port > 0 else { throw TestFailure("no loopback port") }
    }

    /// Whether somebody has connected.
    public var isContacted: Bool {
        var polled = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
        return poll(&polled, 1, 0) == 1
    }

    deinit { close(descriptor) }
}
