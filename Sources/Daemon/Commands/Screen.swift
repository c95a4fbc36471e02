import Foundation
import Glibc

/// How much fits on what standard output is shown on.
struct Screen: Hashable, Sendable {
    /// Characters in a line; nil where nothing limits them, as in a file or a pipe.
    let columns: Int?
    let rows: Int?

    init(columns: Int?, rows: Int?) {
        self.columns = columns
        self.rows = rows
    }

    /// Of `COLUMNS` and `LINES` where they are set, else of the terminal.
    static var current: Screen {
        var size = winsize()
        let isTerminal = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        let environment = ProcessInfo.processInfo.environment
        func limit(_ variable: String, _ terminal: UInt16) -> Int? {
            environment[variable].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
                ?? (isTerminal && terminal > 0 ? Int(terminal) : nil)
        }
        return Screen(columns: limit("COLUMNS", size.ws_col), rows: limit("LINES", size.ws_row))
    }

    /// A line broken between words where it is too long; what follows is indented deeper than its beginning. A word that is
    /// itself too long stays whole, so that it can be copied.
    func wrap(_ line: String) -> [String] {
        guard let columns, line.count > columns else { return [line] }
        let indentation = String(line.prefix { $0 == " " })
        var lines: [String] = []
        var current = indentation
        var isEmpty = true
        for word in line.dropFirst(indentation.count).split(separator: " ") {
            if !isEmpty, current.count + 1 + word.count > columns {
                lines.append(current)
                current = indentation + "    "
                isEmpty = true
            }
            current += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [current]
    }

    /// As many lines as are on the screen at once, the last of them saying what is not.
    func cut(_ lines: [String]) -> [String] {
        guard let rows, lines.count > rows, rows > 1 else { return lines }
        return lines.prefix(rows - 1) + ["… and \(lines.count - rows + 1) more lines: confirmd status"]
    }
}
