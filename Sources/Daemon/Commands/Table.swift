/// One column of a table: its title and what it shows of a row.
struct Column<Row> {
    enum Alignment {
        case left
        case right
    }

    let title: String
    let alignment: Alignment
    /// Left out where the table would be too wide, the last of such columns first.
    let isSpare: Bool
    let text: (Row) -> String?

    init(
        _ title: String, _ alignment: Alignment = .left, isSpare: Bool = false, _ text: @escaping (Row) -> String?
    ) {
        self.title = title
        self.alignment = alignment
        self.isSpare = isSpare
        self.text = text
    }
}

/// Rows in aligned columns under their titles.
struct Table {
    private let cells: [[String]]
    private let alignments: [Bool]
    private let spares: [Int]

    init<Row>(_ rows: [Row], _ columns: [Column<Row>]) {
        cells = [columns.map(\.title)] + rows.map { row in columns.map { printable($0.text(row)) } }
        alignments = columns.map { $0.alignment == .right }
        spares = columns.indices.filter { columns[$0].isSpare }
    }

    var text: String { text(within: nil) }

    /// - Parameter width: characters in a line; nil where nothing limits them.
    func text(within width: Int?) -> String {
        let widths = alignments.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        var shown = Array(alignments.indices)
        var spares = spares
        while let width, shown.map({ widths[$0] + 2 }).reduce(-2, +) > width, let spare = spares.popLast() {
            shown.removeAll { $0 == spare }
        }
        return cells.map { row in
            let padded = shown.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return alignments[column] ? padding + row[column] : row[column] + padding
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

/// Names and values below each other; what has no value is left out.
struct FieldList {
    private let fields: [(name: String, value: String)]

    init(_ fields: KeyValuePairs<String, String?>) {
        self.fields = fields.compactMap { field in field.value.map { (field.key, printable($0)) } }
    }

    var text: String {
        let width = fields.map(\.name.count).max() ?? 0
        return fields.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value + "\n"
        }.joined()
    }
}

/// A text from outside without anything that a terminal would obey; what there is not is a dash.
func printable(_ text: String?) -> String {
    guard let text else { return "-" }
    return String(
        text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: Character(scalar)
            }
        })
}

extension String {
    /// A time of a view, to the second: `2026-01-31 12:00:00Z`.
    var moment: String { String(prefix(10)) + " " + dropFirst(11).prefix(8) + "Z" }
}
