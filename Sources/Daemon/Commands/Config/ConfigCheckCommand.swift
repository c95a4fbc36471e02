import ArgumentParser
import Chain
import Foundation
import NodeHTTP
import Postgres
import Store

struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report everything that is wrong with the configuration, its database and its nodes.",
        discussion: """
            Exits with 0 when nothing is, else with 78; warnings alone are not a failure. With --no-environment only the \
            files of the configuration are looked at: secrets, database and nodes are left alone.

              confirmd config check --config ./config/confirmd.yaml --no-environment
            """)

    @OptionGroup var config: ConfigurationOption

    @Flag(help: "Do not read secrets or contact the database and nodes.")
    var noEnvironment = false

    @Flag(help: "Print JSON: what was looked at, and errors and warnings.")
    var json = false

    func run() async throws {
        var report = EnvironmentReport()
        let configuration: Configuration
        do {
            configuration = try Configuration.read(config.path, withSecrets: !noEnvironment)
        } catch {
            report.errors = error.problems.map(\.description)
            return try end(report)
        }
        report.looked(at: "\(configuration.networks.count) networks in the files beside \(config.path)")
        report.warnings += configuration.warnings.map(\.description)
        if let emptiness = configuration.emptiness(at: config.path) { report.add(emptiness) }
        if !noEnvironment {
            await report.check(configuration.main.listen)
            await report.check(configuration.main.database, configuration.networks)
            let http = HTTPClient()
            for network in configuration.networks {
                for endpoint in network.nodes { await report.check(network.adapter.node(http, endpoint), of: network) }
            }
        }
        try end(report)
    }

    private func end(_ report: EnvironmentReport) throws {
        write(json ? report.json + "\n" : report.text)
        if !report.errors.isEmpty { throw ExitCode(CommandFailure.configuration) }
    }
}
