import Foundation
import TestSupport

/// A `RAISE EXCEPTION` of a function: where it is written, its SQLSTATE or condition, and its message with `%` for values.
struct Refusal: Hashable, CustomStringConvertible {
    let function: String
    let code: String
    let format: String

    var description: String { "\(function) \(code): \(format)" }

    /// Every one of `Sources/Store/Functions`.
    static func all() throws -> [Refusal] {
        let folder = Package.file("Sources/Store/Functions")
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { file in
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            // Literals that follow each other are one; a quote in a literal is doubled.
            return try text.matches(of: /RAISE EXCEPTION\s+((?:'(?:[^']|'')*'\s*)+)/).map { match in
                let format = match.1.split(separator: /'\s*\n\s*'/).joined()
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                guard let code = text[match.range.upperBound...].firstMatch(of: /ERRCODE = '(\w+)'/) else {
                    throw TestFailure("\(file): an exception without a code: \(format)")
                }
                return Refusal(
                    function: String(file.dropLast(".sql".count)), code: String(code.1),
                    format: String(format.dropFirst().dropLast()).replacing("''", with: "'"))
            }
        }
    }

    /// Whether it is this one that a server has told psql of.
    func explains(_ failure: TestDatabase.Failure) -> Bool {
        let lines = failure.description.split(separator: "\n")
        guard let message = lines.first(where: { $0.contains("ERROR:  ") })?.firstMatch(of: /ERROR:  \w+: (.*)/),
            let place = lines.first(where: { $0.hasPrefix("CONTEXT:  ") })
        else { return false }
        let state = code == "foreign_key_violation" ? "23503" : code
        let pattern = format.replacing("%%", with: "\u{1}").split(separator: "%", omittingEmptySubsequences: false)
            .map { NSRegularExpression.escapedPattern(for: String($0).replacing("\u{1}", with: "%")) }.joined(
                separator: ".*")
        return failure.sqlState == state && place.contains(".\(function)(")
            && String(message.1).range(of: "^\(pattern)$", options: .regularExpression) != nil
    }
}
