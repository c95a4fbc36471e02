import Foundation
import TestSupport
import Testing

/// What the documents tell people to type is what the program takes.
@Suite("Command lines of the documents")
struct GuideTests {
    @Test(
        "Every command line of the README and the guides runs",
        arguments: ["README.md", "docs/operators-guide.md", "docs/upgrading.md"])
    func lines(document: String) async throws {
        let desk = try await Desk()
        try await desk.installation.succeed("project", "set", "shop")
        let invoice = try await desk.installation.succeed(
            "invoice", "create", "--project", "shop", "--order", "here", "--option",
            "LTC:mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn:1")
        let lines = try commands(of: document)
        #expect(lines.count > 1)
        try await desk.database.execute("SELECT confirmd.acknowledge('old-shop', 1, 0)")
        var queued: [String] = []
        for line in lines where line != "run" && !Self.endless.contains(where: line.contains) {
            let words = Self.words(of: line).map { word in
                switch word {
                case "ID", "01234567-89ab-4def-8123-456789abcdef": invoice
                case "/etc/confirmd/networks.d/litecoin.yaml": desk.installation.networkFile("litecoin")
                default: word.replacing("ltc1…", with: "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn")
                }
            }
            let isQueued = Self.queued.contains(where: line.contains)
            // What was asked for once waits here for ever, and is not asked for again.
            if isQueued, queued.contains(words[1]) { continue }
            if isQueued { queued.append(words[1]) }
            let waits = isQueued ? ["--wait", "0"] : []
            let output = try await Executable.run(words + waits + ["--config", desk.installation.configuration])
            let expected = Self.exits.first { line.hasPrefix($0.key) }?.value ?? 0
            #expect(output.exit == .status(expected), "\(line): \(output.exit) \(output.stderr)")
        }
    }

    private static let endless = ["--watch", "--follow"]
    private static let queued = ["mark-paid", "invoice cancel", "network re"]
    /// Here no daemon follows anything, the only node is out of reach, and Litecoin is the only network.
    private static let exits: [String: Int32] = [
        "status": 1, "config check": 78, "explain ethereum": 1, "policy try": 1,
    ]

    /// What follows `confirmd` in the lines of shell blocks.
    private func commands(of document: String) throws -> [String] {
        try Document(document).lines.flatMap { line in
            line.command.split(separator: /\|\||&&|\|/).compactMap { part in
                let command = part.trimmingCharacters(in: .whitespaces)
                return command.hasPrefix("confirmd ") ? String(command.dropFirst("confirmd ".count)) : nil
            }
        }
    }

    /// As a shell takes them apart; the documents need no more than double quotes.
    private static func words(of line: String) -> [String] {
        line.matches(of: /"([^"]*)"|(\S+)/).map { String($0.1 ?? $0.2 ?? "") }
    }
}
