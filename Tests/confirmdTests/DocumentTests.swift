import Foundation
import TestSupport
import Testing

/// What the documents list, against what there is.
@Suite("Documents")
struct DocumentTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: Package.file(path), encoding: .utf8)
    }

    /// What stands in back-ticks at the beginning of a table's rows, and after it the other cells.
    private func rows(of path: String) throws -> [String: [String]] {
        let rows = try text(path).split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimming(while: { $0 == " " }) }
        }
        return Dictionary(rows.map { ($0[0].filter { $0 != "`" }, Array($0.dropFirst())) }, uniquingKeysWith: { $1 })
    }

    @Test("docs/metrics.md has every metric with its kind, and no other")
    func metrics() throws {
        #expect(try rows(of: "docs/metrics.md").mapValues { $0[0] } == MetricsTests.families)
    }

    @Test("docs/events.md has every event that has a schema, and no other")
    func events() throws {
        let schemas = try FileManager.default.contentsOfDirectory(atPath: Package.file("schemas"))
            .filter { $0 != "common.json" }.map { $0.replacing(".json", with: "") }
        let listed = try rows(of: "docs/events.md").keys.filter { $0.contains(".") }
        #expect(Set(listed) == Set(schemas))
        #expect(schemas.count > 10)
    }

    @Test("docs/schema.md has every table")
    func tables() throws {
        let document = try text("docs/schema.md")
        let tables = try text("Sources/Store/schema.sql").matches(of: /CREATE TABLE (confirmd\w*)\.(\w+)/)
            .map { (schema: String($0.output.1), name: String($0.output.2)) }
        #expect(tables.count > 15)
        for table in tables where table.name.wholeMatch(of: /outbox_\d+/) == nil {
            let name = table.schema == "confirmd" ? "confirmd.\(table.name)" : table.name
            #expect(document.contains("`\(name)`"), "\(name)")
        }
    }

    @Test("The newest changes are this version's")
    func version() async throws {
        let heading = try #require(try text("CHANGELOG.md").firstMatch(of: /\n## ([\d.]+)/))
        let version = try await Executable.run(["--version"]).stdout.trimmingCharacters(in: .newlines)
        #expect(version == String(heading.output.1))
    }

    @Test(
        "Every link to a file or a heading leads somewhere",
        arguments: [
            "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
            "docs/operators-guide.md", "docs/events.md", "docs/glossary.md", "docs/metrics.md", "docs/schema.md",
            "docs/upgrading.md",
        ])
    func links(_ path: String) throws {
        let folder = URL(fileURLWithPath: Package.file(path)).deletingLastPathComponent()
        for link in try text(path).matches(of: /\]\(([^)\s]+)\)/).map({ String($0.output.1) }) {
            guard !link.contains("://") else { continue }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target = parts[0].isEmpty ? Package.file(path) : folder.appendingPathComponent(parts[0]).path
            #expect(FileManager.default.fileExists(atPath: target), "\(link)")
            guard parts.count == 2 else { continue }
            let headings = try String(contentsOfFile: target, encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("#") }.map(anchor)
            #expect(headings.contains(parts[1]), "\(link)")
        }
    }

    /// As GitHub makes it of a heading.
    private func anchor(_ heading: Substring) -> String {
        let words = heading.drop { $0 == "#" }.trimming(while: { $0 == " " }).lowercased()
        return words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.replacing(" ", with: "-")
    }
}

extension StringProtocol {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
        let start = drop(while: isTrimmed)
        return String(start.reversed().drop(while: isTrimmed).reversed())
    }
}
