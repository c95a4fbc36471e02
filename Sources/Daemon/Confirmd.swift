import ArgumentParser
import Glibc

/// The program: reads the command line, runs the command, and ends the process with the contract's exit code.
public enum Confirmd {
    public static func main() async -> Never {
        var command: any ParsableCommand
        do { command = try ConfirmdCommand.parseAsRoot() } catch { leave(error) }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch {
            guard let failure = CommandFailure(presenting: error) else { leave(error) }
            Output.tell(failure.description + "\n")
            exit(failure.exitCode)
        }
    }

    /// With the words of the command line's parser: help that was asked for, or what is wrong with the arguments.
    private static func leave(_ error: any Error) -> Never {
        let code = ConfirmdCommand.exitCode(for: error)
        let text = ConfirmdCommand.fullMessage(for: error)
        if !text.isEmpty {
            if code.isSuccess { write(text + "\n") } else { Output.tell(text + "\n") }
        }
        exit(code.rawValue)
    }
}

struct ConfirmdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirmd",
        abstract: "Watch blockchains and settle payments to invoices and static wallets.",
        discussion: """
            A first installation: edit /etc/confirmd, then
              confirmd migrate
              confirmd project set shop --service-fee 1.9%
              confirmd run
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, MigrateCommand.self, ConfigCommand.self, StatusCommand.self, ProjectCommand.self,
            InvoiceCommand.self, WalletCommand.self, BalanceCommand.self, ExplainCommand.self, OutboxCommand.self,
            PolicyCommand.self, NetworkCommand.self,
        ])
}
