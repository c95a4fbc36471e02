import Foundation

/// A document with commands that its reader types.
public struct Document: Sendable {
    /// A line of a shell block.
    public struct Line: Sendable {
        /// The title of the section that it is in.
        public let section: String
        /// As a shell is given it, without a comment.
        public let command: String
    }

    public let lines: [Line]

    public init(_ path: String) throws {
        var section = ""
        var isShell = false
        var lines: [Line] = []
        for line in try String(contentsOfFile: Package.file(path), encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("```") {
                isShell = line == "```sh"
            } else if isShell {
                let command = line.split(separator: "  #", maxSplits: 1)[0].trimmingCharacters(in: .whitespaces)
                if !command.isEmpty { lines.append(Line(section: section, command: command)) }
            } else if line.hasPrefix("#") {
                section = line.trimmingPrefix { $0 == "#" }.trimmingCharacters(in: .whitespaces)
            }
        }
        self.lines = lines
    }
}
