import Chain
import Foundation
import Payments

extension ModelDatabase {
    /// As `confirmd_data.dossiers`.
    func dossiers(
        network: String, keys: [WatchKey], due: Reach?, above: Int64?, owners wanted: [UUID], deposits named: [UUID]
    ) -> [Dossier] {
        let keys = Set(keys)
        let siblings = siblings(of: network)
        let wanted = Set(wanted)
        let named = Set(named)
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
                    guard let deposit = deposits[id]?.deposit, deposit.network == network else { return false }
                    return due.flatMap { deposit.due?.isReached(by: $0) } ?? false
                        || isAbove(above, deposit)
                }
            return isTouched ? dossier(row, network: network, above: above, named: named) : nil
        }
    }

    private func isAbove(_ height: Int64?, _ deposit: Deposit) -> Bool {
        guard let height, let block = deposit.block else { return false }
        return block.height > height
    }

    private func dossier(_ row: OwnerRow, network: String, above: Int64?, named: Set<UUID>) -> Dossier {
        let mine = row.deposits.compactMap { deposits[$0]?.deposit }.filter { deposit in
            let isOld = [.final, .rejected, .dropped].contains(deposit.status)
            return row.invoice != nil || !isOld || named.contains(deposit.id)
                || deposit.network == network && isAbove(above, deposit)
        }
        return Dossier(
            owner: row.owner, version: row.version, refused: row.isRefused, registrations: row.registrations,
            invoice: row.invoice,
            options: row.options.map {
                option($0, on: sabotage == .mistakesNetworks ? network : $0.network, of: row.owner)
            }, deposits: mine)
    }

    private func option(_ row: OptionRow, on network: String, of owner: Owner) -> PaymentOption {
        let asset = assets[row.asset]!.asset
        let fees = row.fees ?? projects[owner.project]!.fees(on: asset)
        return PaymentOption(
            ordinal: row.ordinal, network: network, asset: row.asset, decimals: asset.decimals,
            address: row.address,
            key: row.key, amount: row.amount, due: row.due, minimumDeposit: asset.minimumDeposit, fees: fees,
            isRegistered: row.isRegistered, refusedReason: row.refusedReason,
            isRetired: networks[row.network]?.isRetired ?? false)
    }
}
