import Chain
import Foundation
import Payments

/// What creators and operators do: the functions of schema confirmd.
extension ModelDatabase {
    struct NewOption: Sendable {
        let asset: String
        let address: String
        let amount: Amount?
    }

    /// - Parameter created: when the creator's transaction read the clock (milliseconds since 1970); it may commit later.
    func createInvoice(
        _ id: UUID, project: String, order: String, options: [NewOption], expiresIn: Duration, created: Int64
    ) {
        hear(
            .createInvoice(
                id, project: project, order: order, options: options, expiresIn: expiresIn, created: created))
        guard let terms = projects[project], !options.contains(where: { isRetired($0.asset) }) else { return }
        owners[id] = OwnerRow(
            owner: Owner(id: id, kind: .invoice, project: project, reference: order),
            invoice: Invoice(
                status: .created, reason: nil, isFinal: false, expiresAt: (created + expiresIn.milliseconds) / 1_000,
                underpayTolerance: terms.underpayTolerance, overpayTolerance: terms.overpayTolerance,
                autoConfirm: terms.autoConfirm, latePolicy: terms.latePolicy),
            options: options.enumerated().map { row($1, at: Int32($0), terms: terms, created: created) },
            outlook: Outlook(at: (created + expiresIn.milliseconds) / 1_000))
        ownerOrder.append(id)
    }

    func createWallet(
        _ id: UUID, project: String, customer: String, asset: String, address: String, created: Int64
    ) {
        hear(
            .createWallet(
                id, project: project, customer: customer, asset: asset, address: address, created: created))
        guard !isRetired(asset) else { return }
        owners[id] = OwnerRow(
            owner: Owner(id: id, kind: .wallet, project: project, reference: customer),
            options: [row(NewOption(asset: asset, address: address, amount: nil), at: 0, terms: nil, created: created)])
        ownerOrder.append(id)
    }

    /// True when the invoice took it.
    func addOption(_ option: NewOption, to id: UUID) -> Bool {
        hear(.addOption(option, invoice: id))
        guard let owner = owners[id], let invoice = owner.invoice, let terms = projects[owner.owner.project],
            !isRetired(option.asset), !owner.isRefused, invoice.status == .created, !invoice.isExpired,
            !invoice.isCanceled,
            !owner.options.contains(where: { $0.asset == option.asset && $0.address == option.address })
        else { return false }
        owners[id]?.options.append(row(option, at: Int32(owner.options.count), terms: terms, created: clock))
        return true
    }

    /// True when the command was taken.
    func queue(_ kind: Command.Kind) -> Bool {
        hear(.queue(kind))
        switch kind {
        case .markPaid(let id), .cancel(let id):
            guard let owner = owners[id], !owner.isRefused else { return false }
        case .resync, .retire: break
        case .newIncarnation(let above):
            newIncarnation(above: above)
            commands.append(Command(kind: kind, outcome: ""))
            return true
        }
        // One of a kind waits for each invoice and network.
        guard !commands.contains(where: { $0.outcome == nil && $0.kind == kind }) else { return false }
        commands.append(Command(kind: kind))
        return true
    }

    /// Nothing is made on a retired network.
    private func isRetired(_ asset: String) -> Bool {
        assets[asset].flatMap { networks[$0.network]?.isRetired } ?? false
    }

    private func row(_ option: NewOption, at ordinal: Int32, terms: ProjectTerms?, created: Int64) -> OptionRow {
        let (network, asset) = assets[option.asset]!
        return OptionRow(
            ordinal: ordinal, network: network, asset: option.asset, address: option.address, amount: option.amount,
            due: option.amount.flatMap { terms?.due($0, of: asset) }, fees: terms?.fees(on: asset),
            createdAt: created / 1_000)
    }
}
