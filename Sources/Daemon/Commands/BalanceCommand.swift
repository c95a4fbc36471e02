import ArgumentParser
import Store

struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Show what each project was credited.",
        discussion: """
            CREDITED is the live net credits, FINAL the part past its final threshold, FEES what was taken out. It is \
            not what can be spent: withdrawals happen elsewhere.

              confirmd balance --project shop
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Option(help: "Show only this project.")
    var project: String?

    func run() async throws {
        output.show(try await config.reader().balances(project: project), as: Self.columns)
    }

    private static var columns: [Column<BalanceColumns>] {
        [
            Column("PROJECT") { $0.project },
            Column("ASSET") { $0.asset },
            Column("CREDITED", .right) { $0.credited },
            Column("FINAL", .right) { $0.final },
            Column("FEES", .right) { $0.fees },
        ]
    }
}
