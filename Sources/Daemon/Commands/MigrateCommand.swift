import ArgumentParser
import Postgres
import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Migrate the schema and register the configured networks and assets.",
        discussion: """
            Safe to repeat, and while daemons of this or the previous version run. With --check nothing is changed: \
            it exits with 0 when nothing is missing, else with 1.

              confirmd migrate --check || confirmd migrate
              confirmd migrate --check --json | jq .missing
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Flag(help: "Only show what is missing.")
    var check = false

    func validate() throws {
        if output.json, !check { throw ValidationError("--json goes with --check: a migration reads nothing.") }
    }

    func run() async throws {
        // Nodes are not asked, so that their passwords may be the service's alone.
        let configuration = try Configuration.read(config.path, withSecrets: false)
        var database = try MainConfiguration.read(config.path).database
        database.applicationName = "confirmd migrate"
        // An index on a large table takes as long as it takes.
        database.statementTimeout = nil
        database.lockTimeout = .seconds(1)
        let connection = PostgresConnection(configuration: database, logger: .silent)
        let patience = LockPatience(database) { Output.tell("waiting: \($0.words)\n") }
        let migrator = Migrator(connection, patience: patience)
        if try await patience.whileLocked({ try await migrator.isPublicSchemaOpen() }) {
            Output.tell("warning: \(EnvironmentReport.openSchemaWarning)\n")
        }
        let standing = try await patience.whileLocked { try await migrator.standing() }
        var failure = check ? standing.misfit : nil
        if case .behind = standing {
            let obstacles = try await patience.whileLocked { try await MigrationObstacle.find(connection) }
            if !obstacles.isEmpty {
                failure = CommandFailure(
                    message: "the schema can't be brought up to date",
                    advice: obstacles.map(\.words).joined(separator: "\n"))
            }
        }
        if output.json {
            output.show(StandingReport(standing, failure), as: "")
            if failure != nil { throw ExitCode.failure }
            return
        }
        if let failure { throw failure }
        if check { return write("the schema is up to date\n") }
        try await migrator.migrate { write("applied \($0)\n") }.requireFit()
        for network in configuration.networks {
            try await patience.whileLocked {
                try await Store(connection, lane: network.network)
                    .publish(network.publication, from: Host.name, introducing: true)
            }
        }
        write("the schema is up to date\n")
    }
}
