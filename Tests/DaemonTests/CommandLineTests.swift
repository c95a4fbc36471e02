import ArgumentParser
import Testing

@testable import Daemon

@Suite struct CommandLineTests {
    private func exitCode(_ arguments: String...) -> Int32 { exitCode(arguments) }

    private func exitCode(_ arguments: [String]) -> Int32 {
        do {
            _ = try ConfirmdCommand.parseAsRoot(arguments)
            return 0
        } catch {
            return ConfirmdCommand.exitCode(for: error).rawValue
        }
    }

    @Test func theContractsCommandsAreUnderstood() {
        #expect(exitCode("run", "--config", "x") == 0)
        #expect(exitCode("run", "--log-level", "debug") == 0)
        #expect(exitCode("migrate", "--check") == 0)
        #expect(exitCode("status", "--json", "--config", "x") == 0)
        #expect(exitCode("project", "list", "--json") == 0)
        #expect(
            exitCode(
                "project", "set", "shop", "--service-fee", "1.9%", "--service-fee-for", "LTC=1%", "--service-fee-for",
                "BTC=2%", "--service-fee-payer", "client", "--transfer-fee-payer", "merchant", "--underpay-tolerance",
                "1%", "--overpay-tolerance", "200%", "--auto-confirm-partial", "98%", "--late-policy", "settle") == 0)
        #expect(
            exitCode(
                "invoice", "create", "--project", "p", "--order", "o", "--option", "LTC:a:1", "--option", "BTC:b:2",
                "--expires-in", "24h", "--metadata", "{}") == 0)
        #expect(exitCode("invoice", "show", "01234567-89ab-4def-8123-456789abcdef") == 0)
        #expect(exitCode("invoice", "list", "--project", "p", "--status", "partial", "--limit", "7") == 0)
        #expect(
            exitCode("wallet", "create", "--project", "p", "--customer", "c", "--asset", "LTC", "--address", "x") == 0)
        #expect(exitCode("wallet", "list") == 0)
        #expect(exitCode("outbox", "read", "--after", "7", "--limit", "1", "--follow") == 0)
        #expect(exitCode("outbox", "read", "--json") == 0)
        #expect(exitCode("--version") == 0)
        #expect(exitCode("balance", "--project", "p") == 0)
    }

    @Test func whatADaemonCarriesOutHasAReason() {
        let id = "01234567-89ab-4def-8123-456789abcdef"
        for command in [
            ["invoice", "mark-paid", id], ["invoice", "cancel", id],
        ] {
            #expect(exitCode(command) == 64)
            #expect(exitCode(command + ["--reason", "x"]) == 0)
            #expect(exitCode(command + ["--reason", "x", "--wait", "0", "--json", "--config", "y"]) == 0)
            #expect(exitCode(command + ["--reason", "x", "--wait", "2m"]) == 0)
            #expect(exitCode(command + ["--reason", "x", "--wait", "7"]) == 64)
            #expect(exitCode(command + ["--reason", "x", "--wait", "-1s"]) == 64)
        }
        #expect(exitCode("invoice", "cancel", "7", "--reason", "x") == 64)
        #expect(exitCode("network", "retire", "litecoin") == 0)
        #expect(exitCode("network", "resume", "litecoin", "--resync", "--wait", "1m") == 0)
        #expect(exitCode("network", "retire", "--reason", "x") == 64)
    }

    /// It takes effect at once: there is nothing to wait for.
    @Test func aNewIncarnationHasAReason() {
        let command = ["outbox", "new-incarnation"]
        #expect(exitCode(command) == 64)
        #expect(exitCode(command + ["--reason", "x"]) == 0)
        #expect(exitCode(command + ["--reason", "x", "--above", "7", "--json", "--config", "y"]) == 0)
        #expect(exitCode(command + ["--reason", "x", "--above", "x"]) == 64)
        #expect(exitCode(command + ["--reason", "x", "--wait", "0"]) == 64)
    }

    @Test func aMistakeOnTheCommandLineIsOfUsage() {
        #expect(exitCode("frobnicate") == 64)
        #expect(exitCode("invoice", "show", "7") == 64)
        #expect(exitCode("invoice", "create", "--project", "p", "--order", "o") == 64)
        #expect(exitCode("invoice", "list", "--status", "unpaid") == 64)
        #expect(exitCode("invoice", "list", "--limit", "0") == 64)
        #expect(
            exitCode("invoice", "create", "--project", "p", "--order", "o", "--option", "LTC:a", "--metadata", "[]")
                == 64)
        #expect(exitCode("project", "set", "shop", "--service-fee", "100%") == 64)
        #expect(exitCode("project", "set", "shop", "--late-policy", "never") == 64)
        #expect(exitCode("project", "set", "shop", "--auto-confirm-partial", "0%") == 64)
        #expect(exitCode("project", "set", "shop", "--auto-confirm-partial", "100.01%") == 64)
        #expect(exitCode("outbox", "read", "--after", "-1") == 64)
        #expect(exitCode("outbox", "read", "--after", "x") == 64)
    }

    @Test func helpIsNoFailure() throws {
        var help = try ConfirmdCommand.parseAsRoot(["outbox", "read", "--help"])
        let error = #expect(throws: (any Error).self) { try help.run() }
        #expect(CommandFailure(presenting: try #require(error)) == nil)
    }

    @Test func everyCommandHasAnAbstractAndAnExample() {
        func check(_ command: any ParsableCommand.Type) {
            let configuration = command.configuration
            #expect(!configuration.abstract.isEmpty, "\(command)")
            #expect(configuration.discussion.contains("  confirmd "), "\(command)")
            for subcommand in configuration.subcommands { check(subcommand) }
        }
        check(ConfirmdCommand.self)
    }

    @Test func aBrokenConfigurationHasItsExitCode() throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.read("/nowhere/confirmd.yaml") }
        let failure = try #require(error.flatMap { CommandFailure(presenting: $0) })
        #expect(failure.exitCode == 78)
        #expect(failure.description.contains("/nowhere/confirmd.yaml"))
    }
}
