import ArgumentParser
import Postgres

struct NetworkRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Permanently stop following a network.",
        discussion: """
            Invoices that also accept other networks no longer wait for this one, and none can be made that is paid on \
            it. What was credited stays. Its file can then leave networks.d.

              confirmd network retire litecoin --reason "its node is gone"
            """)

    @OptionGroup var request: OperatorRequest

    @Option(help: .reason) var reason = "none given"

    @Argument(help: "The network's name.")
    var network: String

    func run() async throws {
        try await request.carryOut("retire_network", .text(network), reason: reason)
    }
}
