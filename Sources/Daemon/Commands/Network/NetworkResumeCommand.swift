import ArgumentParser
import Postgres

struct NetworkResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a halted network.",
        discussion: """
            `confirmd status` says why it halted. Deal with the reason first, or it halts again. With --resync the \
            network goes back to the highest stored block that its node has, failing that to below the lowest, and \
            reads every block from there: what was credited in blocks that are gone is reversed, what is found again \
            is credited again.

              confirmd network resume litecoin --resync --reason "reorganization of 25 April, see #812"
            """)

    @OptionGroup var request: OperatorRequest

    @Option(help: .reason) var reason = "none given"

    @Argument(help: "The network's name.")
    var network: String

    @Flag(help: "Go back to a block that the node has, and read every block from there.")
    var resync = false

    func run() async throws {
        try await request.carryOut("resume_network", .text(network), reason: reason, options: [.bool(resync)])
    }
}
