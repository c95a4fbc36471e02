import Foundation
import Logging

/// One event as one line of text.
enum LogLine {
    /// `2026-01-31T12:00:00.123Z info message key=value …` for a person or a file.
    static func plain(_ event: LogEvent, _ metadata: Logger.Metadata, at time: Date) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return "\(time.formatted(style)) \(event.level) \(text(event, metadata))"
    }

    /// `<N>message key=value …` for the journal, which has the time and takes N for the priority (sd-daemon(3)).
    static func journal(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
        "<\(priority(event.level))>\(text(event, metadata))"
    }

    private static func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }
        return escaped("\(event.message)") + pairs.joined()
    }

    /// As it is, or in quotes where it would not read back as one word.
    private static func quoted(_ value: String) -> String {
        let isWord = !value.isEmpty && value.unicodeScalars.allSatisfy { !" \"=\\".unicodeScalars.contains($0) }
        let escaped = escaped(value)
        if isWord && escaped == value { return value }
        return "\"" + escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }

    /// Without line breaks and anything else that would end the line or that a terminal would obey.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\\": escaped += "\\\\"
            case _ where [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory):
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
