import ArgumentParser
import Foundation
import Payments
import Postgres
import Store

struct ProjectSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Create a project or change its terms.",
        discussion: """
            Invoices keep the terms they were made with. Prints the project's terms.

              confirmd project set shop --service-fee 1.9% --service-fee-for LTC=1%
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The project, up to 64 characters.")
    var name: String

    @Option(
        help: ArgumentHelp("Service fee on each deposit, below 100%.", valueName: "share"),
        transform: percentage(0...9_999)
    )
    var serviceFee: BasisPoints?

    @Option(
        help: ArgumentHelp("The same for one asset, such as LTC=1%. May be repeated.", valueName: "asset=share"),
        transform: ServiceFeeOverride.init(argument:))
    var serviceFeeFor: [ServiceFeeOverride] = []

    @Option(help: "Who bears the service fee: merchant or client.")
    var serviceFeePayer: Payer?

    @Option(help: "Who bears the transfer fee: merchant or client.")
    var transferFeePayer: Payer?

    @Option(
        help: ArgumentHelp("How much less than the amount due still pays an invoice, below 100%.", valueName: "share"),
        transform: percentage(0...9_999))
    var underpayTolerance: BasisPoints?

    @Option(
        help: ArgumentHelp("How much more than the amount due is not yet an overpayment.", valueName: "share"),
        transform: percentage(0...1_000_000))
    var overpayTolerance: BasisPoints?

    @Option(
        help: ArgumentHelp(
            "How much of an invoice, paid in time, is enough once it is expired, above 0%.", valueName: "share"),
        transform: percentage(1...10_000))
    var autoConfirmPartial: BasisPoints?

    @Option(
        help:
            "What a late deposit does to its invoice: credit (booked, but the invoice stays as it is) or settle (it counts)."
    )
    var latePolicy: LatePolicy?

    func run() async throws {
        let overrides = Dictionary(serviceFeeFor.map { ($0.asset, $0.fee.value) }) { _, last in last }
        let connection = try config.connection()
        try await connection.query(
            """
            SELECT FROM confirmd.set_project(
                project => $1, service_fee_bps => $2, service_fee_payer => $3, transfer_fee_payer => $4,
                underpay_tolerance_bps => $5, overpay_tolerance_bps => $6, auto_confirm_bps => $7, late_policy => $8,
                service_fee_bps_for => $9)
            """,
            [
                .text(name), .int4(serviceFee?.value), .text(serviceFeePayer?.rawValue),
                .text(transferFeePayer?.rawValue), .int4(underpayTolerance?.value), .int4(overpayTolerance?.value),
                .int4(autoConfirmPartial?.value), .text(latePolicy?.rawValue),
                .jsonb(String(decoding: try JSONEncoder().encode(overrides), as: UTF8.self)),
            ])
        output.show(try await Reader(connection).projects(named: name), as: ProjectCommand.columns)
    }
}

enum Payer: String, CaseIterable, ExpressibleByArgument {
    case merchant
    case client
}

enum LatePolicy: String, CaseIterable, ExpressibleByArgument {
    case credit
    case settle
}

/// A project's service fee for one asset.
struct ServiceFeeOverride: Hashable, Sendable {
    let asset: String
    let fee: BasisPoints

    /// `LTC=1%`.
    @Sendable init(argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw ValidationError("'\(argument)' is not an asset and share such as LTC=1%.")
        }
        asset = parts[0]
        fee = try percentage(0...9_999)(parts[1])
    }
}
