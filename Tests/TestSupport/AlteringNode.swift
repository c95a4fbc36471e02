import Foundation
import Synchronization

/// A node's HTTP interface with another number in the place of one of its own: it hands requests on to a real node, and
/// alters the answers to one kind of call. It speaks JSON-RPC, batches too, and java-tron's paths; what is not a POST it does
/// not have.
public final class AlteringNode: Sendable {
    /// One number in the answers to one kind of call.
    public struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// A method of JSON-RPC, or a path.
        public let call: String
        public let path: [String]

        public init(_ call: String, _ path: String...) { self.init(call: call, path: path) }

        init(call: String, path: [String]) { (self.call, self.path) = (call, path) }

        public var description: String { "\(call) \(path.joined(separator: "."))" }

        public static func < (left: Place, right: Place) -> Bool { left.description < right.description }
    }

    private struct State {
        var places: Set<Place> = []
        var batches: [String: [Int]] = [:]
        var alterations: [Place: String] = [:]
        var altered = 0
    }

    private let server: LoopbackServer
    private let state: Shared

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter url: where the real node is, without a path.
    public init(of url: String) throws {
        guard let port = URLComponents(string: url)?.port else { throw TestFailure("no port in \(url)") }
        let state = Shared()
        self.state = state
        server = try LoopbackServer { connection in
            while let request = connection.request() {
                let answer = Self.answer(to: request, port: port, state)
                connection.answer(answer.status, body: answer.body)
            }
        }
    }

    deinit { server.stop() }

    public var url: String { server.url }

    /// The numbers in all answers since `forget`.
    public var places: Set<Place> { state.state.withLock(\.places) }

    /// How many calls of a method came in each batch since `forget`.
    public func batches(of method: String) -> [Int] { state.state.withLock { $0.batches[method] ?? [] } }

    public func forget() { state.state.withLock { ($0.places, $0.batches) = ([], [:]) } }

    /// Answers with these texts in the places of these numbers from now on.
    public func alter(_ alterations: [Place: String]) {
        state.state.withLock { ($0.alterations, $0.altered) = (alterations, 0) }
    }

    /// How many answers were altered since then.
    public var altered: Int { state.state.withLock(\.altered) }

    private static func answer(
        to request: LoopbackConnection.Request, port: Int, _ state: Shared
    ) -> (status: Int, body: [UInt8]) {
        guard request.head.hasPrefix("POST") else { return (404, []) }
        guard let answer = LoopbackHTTP.handOn(request, to: port) else { return (502, []) }
        guard let json = RawJSON(answer.body) else { return answer }
        return (answer.status, Array(altered(json, to: RawJSON(request.body), path: request.path, state).text.utf8))
    }

    private static func altered(_ answer: RawJSON, to request: RawJSON?, path: String, _ state: Shared) -> RawJSON {
        guard case .array(let answers) = answer, case .array(let calls)? = request else {
            return altered(answer, to: request?["method"]?.string ?? path, state)
        }
        for (method, calls) in Dictionary(grouping: calls, by: { $0["method"]?.string ?? "" }) {
            state.state.withLock { $0.batches[method, default: []].append(calls.count) }
        }
        let methods = Dictionary(
            calls.map { ($0["id"]?.text ?? "", $0["method"]?.string ?? "") }, uniquingKeysWith: { first, _ in first })
        return .array(answers.map { altered($0, to: methods[$0["id"]?.text ?? ""] ?? "", state) })
    }

    private static func altered(_ answer: RawJSON, to call: String, _ state: Shared) -> RawJSON {
        state.state.withLock { state in
            state.places.formUnion(answer.numbers().map { Place(call: call, path: $0) })
            var answer = answer
            for (place, text) in state.alterations where place.call == call {
                let (value, isOther) = answer.replacing(place.path[...], with: text)
                if isOther { state.altered += 1 }
                answer = value
            }
            return answer
        }
    }
}
