import Chain
import Foundation
import Payments
import Store

extension ModelDatabase {
    /// As `confirmd_data.dossiers`.
    func dossiers(_ query: DossierQuery, network: String) -> [Dossier] {
        let keys = Set(query.keys)
        let siblings = siblings(of: network)
        let wanted = Set(query.owners)
        let named = Set(query.deposits)
        return ownerOrder.compactMap { id in
            guard let row = owners[id] else { return nil }
            let isTouched =
                wanted.contains(id)
                || row.options.contains { option in
                    let isHere = option.network == network
                    let isOpenElsewhere = siblings.contains(option.network) && row.invoice?.isFinal == false
                    return (isHere || isOpenElsewhere) && option.key.map(keys.contains) ?? false
                }
                || row.deposits.contains { id in
                    return deposits[id].map { isChanging($0.deposit, query, on: network) } ?? false
                }
            return isTouched ? dossier(row, query, network: network, named: named) : nil
        }
    }

    private func isChanging(_ deposit: Deposit, _ query: DossierQuery, on network: String) -> Bool {
        deposit.network == network
            && (query.due.flatMap { deposit.due?.isReached(by: $0) } ?? false || isAbove(query.above, deposit))
    }

    private func isAbove(_ height: Int64?, _ deposit: Deposit) -> Bool {
        guard let height, let block = deposit.block else { return false }
        return block.height > height
    }

    private func dossier(_ row: OwnerRow, _ query: DossierQuery, network: String, named: Set<UUID>) -> Dossier {
        let mine = row.deposits.compactMap { deposits[$0]?.deposit }.filter { deposit in
            if named.contains(deposit.id) || isChanging(deposit, query, on: network) { return true }
            guard row.totals == nil else { return isWantedOfMany(deposit, row, query) }
            return row.invoice != nil || ![.final, .rejected, .dropped].contains(deposit.status)
        }
        let dossier = Dossier(
            owner: row.owner, version: row.version, refused: row.isRefused, registrations: row.registrations,
            invoice: row.invoice,
            options: row.options.map {
                option($0, on: sabotage == .mistakesNetworks ? network : $0.network, of: row.owner)
            }, deposits: mine, depositsMaximum: depositsMaximum,
            retired: Set(networks.filter(\.value.isRetired).keys), outlook: row.outlook)
        guard let totals = row.totals else { return dossier }
        guard let some = dossier.among(totals) else {
            note(.constraint, "the deposits of \(row.owner.id) are not among those that its totals count")
            return dossier
        }
        return some
    }

    /// Of an owner whose totals are kept.
    private func isWantedOfMany(_ deposit: Deposit, _ row: OwnerRow, _ query: DossierQuery) -> Bool {
        let isClosed =
            [.final, .rejected].contains(deposit.status) || deposit.status == .dropped && deposit.place.isGone
        if query.needsOpen, !isClosed { return true }
        if let time = query.sightedBefore, deposit.isOnlySighted,
            !deposit.place.isGone,
            !isClosed, deposit.seenAt < time
        {
            return true
        }
        return row.options.contains { option in
            !option.isRegistered && option.refusedReason == nil && option.network == deposit.network
                && option.key == deposit.key && option.asset == deposit.asset
        }
    }

    private func option(_ row: OptionRow, on network: String, of owner: Owner) -> PaymentOption {
        let asset = assets[row.asset]!.asset
        let fees = row.fees ?? projects[owner.project]!.fees(on: asset)
        return PaymentOption(
            ordinal: row.ordinal, network: network, asset: row.asset, decimals: asset.decimals,
            address: row.address,
            key: row.key, amount: row.amount, due: row.due, minimumDeposit: asset.minimumDeposit, fees: fees,
            isRegistered: row.isRegistered, refusedReason: row.refusedReason)
    }
}
