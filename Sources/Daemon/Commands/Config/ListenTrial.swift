import Glibc

/// Whether something can listen at an address of this host, found out by doing it for a moment.
enum ListenTrial: Hashable {
    case free
    /// Another process listens there.
    case taken
    /// In the system's words.
    case impossible(String)

    init(_ address: ListenAddress) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let outcome = getaddrinfo(address.host, String(address.port), &hints, &found)
        guard outcome == 0, let first = found else {
            self = .impossible(String(cString: gai_strerror(outcome)))
            return
        }
        defer { freeaddrinfo(first) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype, 0)
        defer { close(descriptor) }
        // As the daemon listens: connections of before that have not quite ended are no obstacle.
        var isReused: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<Int32>.size))
        if bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 {
            self = .free
        } else {
            self = errno == EADDRINUSE ? .taken : .impossible(String(cString: strerror(errno)))
        }
    }
}
