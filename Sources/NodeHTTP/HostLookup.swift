internal import Foundation
import Glibc
internal import Synchronization

/// Looks up what hosts' names stand for, all of them within a time: a resolver that hangs must not keep anybody waiting.
public struct HostLookup: Sendable {
    /// Asks nobody: knows addresses and `localhost`.
    public static let offline = HostLookup(within: .zero)

    private let deadline: ContinuousClock.Instant

    /// - Parameter time: for all look-ups together, from now on.
    public init(within time: Duration) { deadline = .now + time }

    /// The addresses that a host of a URL has; empty where they can't be learned in time.
    func addresses(of host: String) -> Set<HostAddress> {
        let name = String(host.lowercased().trimmingPrefix("[").prefix { $0 != "]" })
        if let address = HostAddress(name) { return [address] }
        // RFC 6761, 6.3.
        if name == "localhost" || name.hasSuffix(".localhost") { return [.thisHost] }
        let time = deadline - .now
        guard time > .zero else { return [] }
        // The thread ends when the resolver gives up, whoever still waits for it.
        let answer = Answer()
        Thread.detachNewThread {
            answer.addresses.withLock { $0 = Self.resolve(name) }
            answer.isThere.signal()
        }
        _ = answer.isThere.wait(timeout: .now() + time / .seconds(1))
        return answer.addresses.withLock { $0 }
    }

    private final class Answer: Sendable {
        let addresses = Mutex<Set<HostAddress>>([])
        let isThere = DispatchSemaphore(value: 0)
    }

    private static func resolve(_ name: String) -> Set<HostAddress> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        return Set(
            sequence(first: first) { $0?.pointee.ai_next }.prefix { $0 != nil }
                .compactMap { $0?.pointee.ai_addr }.compactMap { HostAddress(UnsafePointer($0)) })
    }
}
