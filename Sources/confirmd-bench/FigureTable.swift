import Foundation

/// All figures of a run, as Markdown or JSON.
struct FigureTable {
    var figures: [Figure] = []

    var isWithinLimits: Bool { figures.allSatisfy(\.isWithinLimit) }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            return String(decoding: try encoder.encode(figures), as: UTF8.self)
        }
    }

    var text: String {
        let header = ["figure", "measured", "reference", "ratio", "limit", ""]
        let rows = figures.map { figure in
            [
                figure.name, Self.written(figure.value, figure.unit),
                figure.reference.map { "\($0.name): \(Self.written($0.value, figure.unit))" } ?? "",
                figure.ratio.map { Self.written($0) } ?? "",
                figure.limit.map { Self.written($0, figure.reference == nil ? figure.unit : "") } ?? "",
                figure.isWithinLimit ? "" : "beyond",
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
    }

    /// Three digits are as many as a measurement is worth.
    private static func written(_ value: Double, _ unit: String = "") -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        let number = String(format: "%.\(digits)f", value)
        return unit.isEmpty ? number : "\(number) \(unit)"
    }
}
