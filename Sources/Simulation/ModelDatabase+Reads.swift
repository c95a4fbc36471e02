import Chain
import Foundation
import Payments
import Store

extension ModelDatabase {
    // MARK: Headers

    func window(of name: String, _ maximum: Int) -> [Header] {
        guard let network = networks[name], var next = network.tip else { return [] }
        var window = [next]
        while window.count < maximum, let header = network.headers[next.height - 1], header.hash == next.parent {
            window.append(header)
            next = header
        }
        return window.reversed()
    }

    func storedHeaders(of name: String) -> [Header] {
        (networks[name]?.headers.values.map(\.self) ?? []).sorted { $0.height > $1.height }
    }

    func lowestDeposit(of name: String) -> Int64? {
        deposits.values.lazy.filter { $0.deposit.network == name }.compactMap(\.deposit.block?.height).min()
    }

    func headers(of name: String, since time: Int64) -> (blocks: [BlockReference], isComplete: Bool) {
        let run = window(of: name, .max)
        guard let older = run.lastIndex(where: { $0.time < time }) else {
            return (run.map(\.reference), run.isEmpty || run.first?.height == 0)
        }
        return (run[(older + 1)...].map(\.reference), true)
    }

    // MARK: Registration

    /// Every option of a network with its owner, in the order in which they were made.
    private func options(of name: String) -> [(owner: Owner, option: OptionRow)] {
        ownerOrder.compactMap { owners[$0] }.flatMap { row in
            row.options.filter { $0.network == name }.map { (row.owner, $0) }
        }
    }

    func hasUnregisteredOptions(of name: String) -> Bool {
        owners.values.contains { row in
            row.options.contains { $0.network == name && !$0.isRegistered && $0.refusedReason == nil }
        }
    }

    func unregisteredOptions(of name: String, watched: Bool, limit: Int) -> [UnregisteredOption] {
        let waiting = options(of: name).filter { _, option in
            !option.isRegistered && option.refusedReason == nil && (option.watchNumber != nil) == watched
        }
        // Oldest first; those of one moment in the order in which they were made.
        let ordered = waiting.enumerated().sorted {
            ($0.element.option.createdAt, $0.offset) < ($1.element.option.createdAt, $1.offset)
        }
        return ordered.prefix(limit).map(\.element).map { owner, option in
            UnregisteredOption(
                owner: owner, ordinal: option.ordinal, address: option.address,
                createdAt: min(option.createdAt, clock / 1_000),
                key: option.key)
        }
    }

    func watchedKeys(of name: String, after number: Int64, through: Int64) -> [WatchKey] {
        options(of: name).compactMap { _, option in
            guard let key = option.key, let place = option.watchNumber, place > number, place <= through else {
                return nil
            }
            return key
        }
    }

    /// As `confirmd_data.siblings`: where the same address is somebody's by the same key.
    func siblings(of name: String) -> Set<String> {
        guard let space = networks[name]?.publication.addressSpace else { return [] }
        let others = networks.filter { $0.key != name && $0.value.publication.addressSpace == space }
        return Set(others.filter { !$0.value.isRetired }.keys)
    }

    /// As `confirmd_data.sibling_keys`.
    func siblingKeys(of name: String, after known: [String: Int64]) -> [SiblingKey] {
        let open = Set(owners.values.filter { $0.invoice?.isFinal == false }.map(\.owner.id))
        return siblings(of: name).sorted().flatMap { sibling in
            options(of: sibling).compactMap { owner, option in
                guard open.contains(owner.id), let key = option.key, let place = option.watchNumber,
                    place > known[sibling] ?? 0
                else { return nil }
                return SiblingKey(network: sibling, watchNumber: place, key: key)
            }
        }
    }

    func holders(of keys: [WatchKey], on name: String) -> [WatchKey: [Owner]] {
        let keys = Set(keys)
        var holders: [WatchKey: [Owner]] = [:]
        for (owner, option) in options(of: name) {
            guard let key = option.key, keys.contains(key), !holders[key, default: []].contains(owner) else { continue }
            holders[key, default: []].append(owner)
        }
        return holders
    }

    func unexpectedDeposits(of ids: [UUID], on name: String) -> [UnexpectedDeposit] {
        var found: [UnexpectedDeposit] = []
        for id in ids {
            for mine in owners[id]?.options ?? [] {
                guard let key = mine.key else { continue }
                for other in ownerOrder where other != id {
                    guard let row = owners[other],
                        row.options.contains(where: { $0.network == mine.network && $0.key == key })
                    else { continue }
                    found += row.deposits.compactMap {
                        unexpected($0, key: key, asset: mine.asset, network: mine.network)
                    }
                }
            }
        }
        return found
    }

    private func unexpected(_ id: UUID, key: WatchKey, asset: String, network: String) -> UnexpectedDeposit? {
        guard let deposit = deposits[id]?.deposit, deposit.key == key, deposit.network == network,
            deposit.asset == asset, deposit.status == .rejected,
            deposit.reason == Deposit.Rejection.unexpectedAsset.rawValue, let block = deposit.block,
            let locator = Locator(deposit.locator), let amount = UInt256(deposit.gross)
        else { return nil }
        return UnexpectedDeposit(
            transfer: Transfer(
                transaction: deposit.transaction, locator: locator, contract: assets[asset]?.asset.contract,
                recipient: key, amount: amount, blockIndex: UInt32(clamping: deposit.place.blockIndex ?? 0),
                maturity: deposit.maturity),
            block: block, seenAt: deposit.seenAt)
    }

    // MARK: Outputs

    func owners(ofOutputs outputs: [Outpoint], on name: String) -> [Outpoint: Set<UUID>] {
        guard sabotage != .forgetsOutputs else { return [:] }
        let wanted = Set(outputs)
        var owners: [Outpoint: Set<UUID>] = [:]
        for row in deposits.values where row.deposit.network == name {
            guard let output = row.deposit.output, wanted.contains(output) else { continue }
            owners[output, default: []].insert(row.owner)
        }
        return owners
    }

    // MARK: Unmined

    func unmined(of name: String) -> [UnminedTransaction] {
        var order: [Hash256] = []
        var found: [Hash256: [Deposit]] = [:]
        for id in ownerOrder {
            for deposit in (owners[id]?.deposits ?? []).compactMap({ deposits[$0]?.deposit })
            where deposit.network == name && deposit.block == nil
                && (deposit.status == .detected || !deposit.place.isGone)
            {
                if found[deposit.transaction] == nil { order.append(deposit.transaction) }
                found[deposit.transaction, default: []].append(deposit)
            }
        }
        return order.map { transaction in
            let mine = found[transaction] ?? []
            var keys: [WatchKey] = []
            for deposit in mine where !keys.contains(deposit.key) { keys.append(deposit.key) }
            return UnminedTransaction(
                id: transaction, deposits: mine.map(\.id), keys: keys,
                spends: networks[name]?.spends[transaction] ?? [])
        }
    }
}

extension Deposit {
    /// The output that it is; nil where it is none.
    var output: Outpoint? {
        guard case .output(let index) = Locator(locator) else { return nil }
        return Outpoint(transaction: transaction, index: index)
    }
}
