import ArgumentParser
import NodeHTTP
import Postgres
import Store

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where each network is, what it waits for, who settles payments and who reads the outbox.",
        discussion: """
            Exits with 0 when every network is being followed or retired, and payments are being settled (deadlines \
            decided, commands carried out), by whichever host, else with 1. LAG is in blocks; AGE is how old what we \
            know of the chain is. How the nodes fare is asked of the daemon on this host; in JSON a network has `here` and \
            `nodes` where one answers. A terminal that is too narrow is shown fewer columns, and with --watch what fits.

              confirmd status --json | jq '.networks[] | select(.state != "following")'
              confirmd status --json | jq '.networks[].nodes[]? | select(.health != "healthy")'
              confirmd status --watch
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Flag(help: "Refresh it every two seconds until stopped.")
    var watch = false

    func validate() throws {
        if watch, output.json { throw ValidationError("--watch is for a screen: it has no JSON.") }
    }

    func run() async throws {
        let configuration = try MainConfiguration.read(config.path)
        let reader = try config.reader()
        guard watch else {
            let report = try await report(reader, configuration.listen)
            write(output.json ? report.json : Self.text(report.lines(on: .current)))
            if let failure = report.failure { throw failure }
            if !report.isReady { throw ExitCode.failure }
            return
        }
        while true {
            let screen = Screen.current
            var lines: [String]
            do {
                let report = try await report(reader, configuration.listen)
                let failure = report.failure?.description.split(separator: "\n").map(String.init) ?? []
                lines = report.lines(on: screen) + failure
            } catch {
                lines = (CommandFailure(presenting: error)?.description ?? "\(error)").split(separator: "\n")
                    .flatMap { screen.wrap(String($0)) }
            }
            // Home and clear: what was there is gone. The last line ends without a break, which would move the first away.
            write("\u{1B}[H\u{1B}[2J" + screen.cut(lines).joined(separator: "\n"))
            try await Task.sleep(for: .seconds(2))
        }
    }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    private func report(_ reader: Reader, _ listen: ListenAddress) async throws -> StatusReport {
        StatusReport(
            networks: try await reader.networks(), local: await LocalDaemon(listen).networks(),
            settlementHolder: try await reader.settlementHolder(), consumers: try await reader.outboxConsumers(),
            slots: try await reader.replicationSlots(),
            lockHolders: try await reader.lockHolders(
                keeping: PostgresConfiguration.daemonName, longerThan: .seconds(3)),
            setAside: try await reader.setAside(limit: 20), undecided: try await reader.undecided(limit: 10_000),
            endpoint: "\(listen)")
    }
}
