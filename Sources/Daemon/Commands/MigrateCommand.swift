import ArgumentParser
import Glibc
import Postgres
import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database's schema up to date and introduces the configured networks and assets.",
        discussion: """
            Safe to repeat, and while daemons of this or the previous version run. With --check nothing is changed: \
            it exits with 0 when nothing is missing, else with 1.

              confirmd migrate --check || confirmd migrate
            """)

    @OptionGroup var config: ConfigurationOption

    @Flag(help: "Only tell what is missing.")
    var check = false

    func run() async throws {
        let configuration = try Configuration.read(config.path)
        var database = configuration.main.database
        // An index on a large table takes as long as it takes, and so does another program's migration.
        database.statementTimeout = nil
        database.lockTimeout = nil
        let connection = PostgresConnection(configuration: database, logger: .silent)
        let migrator = Migrator(connection)
        if try await migrator.isPublicSchemaOpen() {
            write("warning: \(EnvironmentReport.openSchemaWarning)\n", to: STDERR_FILENO)
        }
        if check {
            try (await migrator.standing()).requireFit()
            return write("the schema is up to date\n")
        }
        try await migrator.migrate { write("applied \($0)\n") }.requireFit()
        for network in configuration.networks {
            try await Store(connection, lane: network.network)
                .publish(network.publication, from: Host.name, introducing: true)
        }
        write("the schema is up to date\n")
    }
}
