import NIOHTTP1
import Synchronization
import Telemetry

/// One answer, whole.
struct EndpointAnswer: Sendable {
    let status: HTTPResponseStatus
    let type: String
    let body: String

    static func text(_ status: HTTPResponseStatus, _ text: String) -> EndpointAnswer {
        EndpointAnswer(status: status, type: "text/plain; charset=utf-8", body: text + "\n")
    }

    static func json(_ status: HTTPResponseStatus, _ json: String) -> EndpointAnswer {
        EndpointAnswer(status: status, type: "application/json", body: json + "\n")
    }
}

/// What the endpoints say. Each answer is made at most once in `lifetime`, however often it is asked for.
final class EndpointAnswers: Sendable {
    static let lifetime: Duration = .seconds(1)

    private let makers: [String: @Sendable () -> EndpointAnswer]
    private let now: @Sendable () -> ContinuousClock.Instant
    private let made = Mutex<[String: (answer: EndpointAnswer, at: ContinuousClock.Instant)]>([:])

    /// - Parameters:
    ///   - makers: who makes the answer to which path.
    ///   - now: the time; another one in tests.
    init(
        _ makers: [String: @Sendable () -> EndpointAnswer],
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.makers = makers
        self.now = now
    }

    /// Nil where there is nothing.
    func answer(to path: String) -> EndpointAnswer? {
        guard let make = makers[path] else { return nil }
        return made.withLock { made in
            let now = now()
            if let known = made[path], now - known.at < Self.lifetime { return known.answer }
            let answer = make()
            made[path] = (answer, now)
            return answer
        }
    }
}

extension EndpointAnswers {
    /// The daemon's.
    ///
    /// - Parameter onScrape: called before the metrics are shown, for those that are looked up only then.
    convenience init(
        readiness: @escaping @Sendable () -> Readiness, status: @escaping @Sendable () -> StatusDocument,
        metrics: Metrics, onScrape: @escaping @Sendable () -> Void
    ) {
        self.init([
            // Alive is whoever can say so.
            "/healthz": { .text(.ok, "ok") },
            "/readyz": {
                let readiness = readiness()
                return .json(readiness.ready ? .ok : .serviceUnavailable, readiness.json)
            },
            "/metrics": {
                onScrape()
                return EndpointAnswer(
                    status: .ok, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics.text)
            },
            "/status.json": { .json(.ok, status().json) },
        ])
    }
}
