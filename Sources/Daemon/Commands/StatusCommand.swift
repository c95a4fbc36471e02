import ArgumentParser
import NodeHTTP
import Store

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where each network is, what it waits for, who settles payments and who reads the outbox.",
        discussion: """
            Exits with 0 when every network is being followed or retired, and payments are being settled (deadlines \
            decided, commands carried out), by whichever host, else with 1. LAG is in blocks; AGE is how old what we \
            know of the chain is. How the nodes fare is asked of the daemon on this host; in JSON a network has `here` and \
            `nodes` where one answers.

              confirmd status --json | jq '.[] | select(.state != "following")'
              confirmd status --json | jq '.[].nodes[]? | select(.health != "healthy")'
              confirmd status --watch
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Flag(help: "Show it anew every two seconds until stopped.")
    var watch = false

    func run() async throws {
        let configuration = try MainConfiguration.read(config.path)
        let reader = try config.reader()
        guard watch else { return try await show(reader, configuration.listen) }
        while true {
            // Home and clear: what was there is gone.
            write("\u{1B}[H\u{1B}[2J")
            do { try await show(reader, configuration.listen) } catch is ExitCode {} catch {
                write((CommandFailure(presenting: error)?.description ?? "\(error)") + "\n")
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func show(_ reader: Reader, _ listen: ListenAddress) async throws {
        let networks = try await reader.networks()
        let settlementHolder = try await reader.settlementHolder()
        let local = await LocalDaemon(listen).networks()
        output.show(networks, as: Self.columns) { local?[$0.network] }
        if networks.isEmpty {
            throw CommandFailure(
                message: "the database knows no network yet",
                advice: "Describe one in networks.d, then run: confirmd migrate")
        }
        if !output.json {
            write("\n" + networks.map { NetworkDetails($0.columns, local?[$0.network]).text }.joined())
            if local == nil { write("no daemon answers at \(listen): how the nodes fare is not known\n") }
            let consumers = try await reader.outboxConsumers()
            for row in consumers {
                let waiting = row.waitingSince.map { ", since \($0.moment)" } ?? ""
                write("consumer \(row.consumer): \(row.lag) events behind\(waiting)\n")
            }
        }
        if !output.json {
            let setAside = try await reader.setAside(limit: 20)
            for row in setAside { write("\(row.kind) \(row.id) is set aside: \(row.haltedReason)\n") }
        }
        guard let settlementHolder else {
            throw CommandFailure(message: "nobody settles payments", advice: "A daemon does: confirmd run")
        }
        if !output.json { write("payments are settled by \(settlementHolder)\n") }
        guard networks.allSatisfy(\.isReady) else { throw ExitCode.failure }
    }

    private static var columns: [Column<NetworkColumns>] {
        [
            Column("NETWORK") { $0.network },
            Column("STATE") { $0.state },
            Column("TIP", .right) { $0.tipHeight.map(String.init) },
            Column("HEAD", .right) { $0.headHeight.map(String.init) },
            Column("LAG", .right) { $0.lag.map(String.init) },
            Column("AGE", .right) { $0.lagSeconds.map { "\($0) s" } },
            Column("OBSERVED THROUGH") { $0.observedThrough?.moment },
            Column("HELD BY") { $0.heldBy ?? "nobody" },
            Column("EPOCH", .right) { $0.epoch.map(String.init) },
        ]
    }
}
