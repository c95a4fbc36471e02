import Glibc

/// A TCP port whose connections are taken by the kernel and never answered: a host that swallows everything.
public final class SilentListener: Sendable {
    public let port: Int
    let descriptor: CInt

    public init() throws {
        (descriptor, port) = try LoopbackServer.listen(backlog: 16)
    }

    /// Whether somebody has connected.
    public var isContacted: Bool {
        var polled = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
        return poll(&polled, 1, 0) == 1
    }

    deinit { close(descriptor) }
}
