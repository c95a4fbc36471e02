import ArgumentParser
import Foundation
import Logging
import Postgres
import Store

/// Which configuration a command works with; the same option for every command.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.", discussion: "Default: $CONFIRMD_CONFIG, then /etc/confirmd/confirmd.yaml",
            valueName: "path"))
    var given: String?

    var path: String {
        let environment = ProcessInfo.processInfo.environment["CONFIRMD_CONFIG"]
        return given ?? environment.flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/confirmd/confirmd.yaml"
    }

    /// A connection to the configured database, made when first used. What the server notes on the side is dropped.
    func connection() throws -> PostgresConnection {
        let database = try MainConfiguration.read(path).database
        return PostgresConnection(configuration: database, logger: .silent)
    }

    func reader() throws -> Reader { Reader(try connection()) }
}

extension Logger {
    /// For commands, whose output is their answer.
    static var silent: Logger { Logger(label: "confirmd") { _ in SwiftLogNoOpLogHandler() } }
}
