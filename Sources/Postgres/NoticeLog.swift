internal import CPostgres
internal import Logging

/// Where the server's notices go: the log, not libpq's standard error.
final class NoticeLog: Sendable {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    /// What libpq calls with each notice and the address of the log, which lives as long as its link.
    static let receive: PQnoticeReceiver = { log, notice in
        guard let log, let notice else { return }
        func field(_ field: DiagnosticField) -> String? { field.text(in: notice) }
        let severity = field(.severity) ?? "NOTICE"
        let level: Logger.Level = severity == "NOTICE" || severity.hasPrefix("DEBUG") ? .debug : .info
        let logger = Unmanaged<NoticeLog>.fromOpaque(log).takeUnretainedValue().logger
        logger.log(
            level: level, "notice from the database",
            metadata: [
                "severity": "\(severity)", "sqlstate": "\(field(.sqlState) ?? "")",
                "notice": "\(PostgresError.oneLine(field(.message) ?? String(cString: PQresultErrorMessage(notice))))",
            ])
    }
}
