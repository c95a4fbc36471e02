import ArgumentParser
import Foundation
import Store

/// How a reading command shows what it found: the same choice, and the same two forms, for every one.
struct OutputOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON, with the column names of the database's views.")
    var json = false

    /// Prints a list: an array with one object a line, or a table.
    func show<Columns>(_ rows: [ViewRow<Columns>], as columns: [Column<Columns>]) {
        if json { write(Self.array(rows.map(\.json)) + "\n") } else { write(Table(rows.map(\.columns), columns).text) }
    }

    /// Prints what no view has: an array with one object a line, or its text.
    func show(_ values: [some Encodable], as text: String) {
        write(json ? Self.array(values.map { Self.line($0) }) + "\n" : text)
    }

    /// Prints one thing that no view has: an object, or its text.
    func show(_ value: some Encodable, as text: String) {
        write(json ? Self.line(value) + "\n" : text)
    }

    /// One object a line.
    static func array(_ lines: [String]) -> String {
        "[" + lines.map { "\n" + $0 }.joined(separator: ",") + (lines.isEmpty ? "]" : "\n]")
    }

    /// An object with the members of `addition`, an object too, as well.
    static func object(_ json: String, adding addition: (some Encodable)?) -> String {
        addition.map { json.dropLast() + "," + line($0).dropFirst() } ?? json
    }

    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Prints one thing: an object, or what `text` makes of it.
    func show<Columns>(_ row: ViewRow<Columns>, as text: (Columns) -> String) {
        write(json ? row.json + "\n" : text(row.columns))
    }
}
