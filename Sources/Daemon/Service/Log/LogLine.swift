import Foundation
import Logging

/// One event, as one line of text: `level=info msg="took the lane" epoch=7 lane=litecoin`, as readers of logfmt take it.
struct LogLine: Sendable {
    let time: Date
    let level: Logger.Level
    let message: String
    let metadata: [(key: String, value: String)]

    init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:], at time: Date = Date()) {
        self.time = time
        self.level = level
        self.message = message
        self.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    }

    /// For a person or a file.
    var plain: String {
        "time=\(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))) \(text)"
    }

    /// For the journal, which has the time and takes N in `<N>` for the priority (sd-daemon(3)).
    var prioritized: String { "<\(priority)>\(text)" }

    /// Of syslog, as the journal has it too.
    var priority: Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    var text: String {
        "level=\(level) msg=\(Self.quoted(message))" + metadata.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
    }

    /// As it is, or in quotes where it would not read back as one word.
    private static func quoted(_ value: String) -> String {
        let isWord = !value.isEmpty && value.unicodeScalars.allSatisfy { !" \"=\\".unicodeScalars.contains($0) }
        let escaped = escaped(value)
        if isWord && escaped == value { return value }
        return "\"" + escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }

    /// Without line breaks and anything else that would end the line, that a terminal would obey, or that nobody sees.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\\": escaped += "\\\\"
            case _ where hidden.contains(scalar.properties.generalCategory):
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let hidden: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
}
