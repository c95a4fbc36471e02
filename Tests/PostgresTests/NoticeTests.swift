import Logging
import Postgres
import Synchronization
import Testing

@Suite struct NoticeTests {
    @Test func noticesGoToTheLog() async throws {
        let log = CapturedLog()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .trace
        let connection = PostgresConnection(
            configuration: try PrivateCluster.shared.get().configuration(), logger: logger)
        try await connection.executeScript("do $$ begin raise notice 'small'; raise warning 'large'; end $$")
        let lines = log.lines.withLock { $0 }
        #expect(lines.contains { $0.level == .debug && $0.text.contains("small") })
        #expect(lines.contains { $0.level == .info && $0.text.contains("large") })
    }
}

/// Keeps what is logged.
private final class CapturedLog: LogHandler {
    struct Line {
        let level: Logger.Level
        let text: String
    }

    let lines = Mutex<[Line]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set { _ = newValue }
    }
    var logLevel: Logger.Level {
        get { .trace }
        set { _ = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set { _ = newValue }
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append(Line(level: event.level, text: "\(event.message) \(event.metadata ?? [:])")) }
    }
}
