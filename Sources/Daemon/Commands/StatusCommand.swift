import ArgumentParser
import Store

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where each network is, and who settles payments.",
        discussion: """
            Exits with 0 when every network is being followed or retired, and payments are being settled (deadlines \
            decided, commands carried out), by whichever host, else with 1. LAG is in blocks.

              confirmd status --json | jq '.[] | select(.state != "following")'
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let reader = try config.reader()
        let networks = try await reader.networks()
        let settlementHolder = try await reader.settlementHolder()
        output.show(networks, as: Self.columns)
        if networks.isEmpty {
            throw CommandFailure(
                message: "the database knows no network yet",
                advice: "Describe one in networks.d, then run: confirmd migrate")
        }
        guard let settlementHolder else {
            throw CommandFailure(message: "nobody settles payments", advice: "A daemon does: confirmd run")
        }
        if !output.json { write("\npayments are settled by \(settlementHolder)\n") }
        guard networks.allSatisfy(\.isReady) else { throw ExitCode.failure }
    }

    private static var columns: [Column<NetworkColumns>] {
        [
            Column("NETWORK") { $0.network },
            Column("STATE") { $0.state },
            Column("TIP", .right) { $0.tipHeight.map(String.init) },
            Column("HEAD", .right) { $0.headHeight.map(String.init) },
            Column("LAG", .right) { $0.lag.map(String.init) },
            Column("OBSERVED THROUGH") { $0.observedThrough?.moment },
            Column("POLICY", .right) { String($0.policyNumber) },
            Column("HELD BY") { $0.heldBy ?? "nobody" },
            Column("REASON") { $0.stateReason },
        ]
    }
}
