import BigInt
import Chain
import Foundation
import Payments
import Store

/// The deposits against the final chain, by the contract's words and not by the program's own decisions.
extension Judge {
    mutating func judgeState() {
        for (number, network) in world.networks.enumerated() {
            // What became of a retired network's chain nobody has looked at.
            guard let row = database.networks[network.plan.name], !row.isRetired else { continue }
            var found: Set<UUID> = []
            let tip = world.best(number)
            for place in network.tree.nodes[tip].path.dropFirst() {
                let block = network.tree.nodes[place].block
                for transfer in block.transfers {
                    if let id = judge(transfer, in: block.header, on: row, network.plan.name) { found.insert(id) }
                }
            }
            for deposit in database.deposits.values.map(\.deposit) where deposit.network == network.plan.name {
                require(
                    .state, deposit.block == nil || found.contains(deposit.id),
                    "deposit \(deposit.id) is in block \(deposit.block.map { "\($0.height) \($0.hash)" } ?? ""), "
                        + "which the chain does not have")
            }
            judgeHeaders(row, network, tip)
        }
    }

    /// The stored headers are those of the final chain, without a gap as far down as a reorganization may go.
    private mutating func judgeHeaders(_ row: ModelDatabase.Network, _ network: World.Network, _ tip: Int) {
        let path = network.tree.nodes[tip].path
        for header in row.headers.values {
            let isOurs = header.height < path.count && network.tree.nodes[path[Int(header.height)]].header == header
            require(.state, isOurs, "header \(header.reference) of \(network.plan.name) is not on the chain")
        }
        let number = world.networks.firstIndex { $0.plan.name == network.plan.name }
        let lowest = max(row.headers.keys.min() ?? 0, number.flatMap { world.restarts[$0] } ?? 0)
        for height in max(lowest, number.flatMap { world.floors[$0] } ?? 0)...Int64(path.count - 1) {
            require(.state, row.headers[height] != nil, "header \(height) of \(network.plan.name) is not stored")
        }
    }

    /// Whether the table has what this transfer should have become; its id where it is anybody's.
    private mutating func judge(
        _ transfer: Transfer, in header: Header, on network: ModelDatabase.Network, _ name: String
    ) -> UUID? {
        guard let asset = network.publication.assets.first(where: { $0.contract == transfer.contract }) else {
            return nil
        }
        let holders = database.ownerOrder.compactMap { database.owners[$0] }.filter { row in
            row.options.contains { $0.network == name && $0.key == transfer.recipient && $0.isRegistered }
        }
        guard !holders.isEmpty else { return judgeStray(transfer, of: asset, in: header, name) }
        let id = StableID.deposit(network: name, asset: asset.code, transfer: transfer)
        guard let row = database.deposits[id] else {
            require(
                .state, false,
                "transfer \(transfer.transaction) \(transfer.locator) in block \(header.height) is missing")
            return nil
        }
        let deposit = row.deposit
        require(.state, deposit.block?.hash == header.hash, "deposit \(id) is not in block \(header.reference)")
        require(.state, holders.contains { $0.owner.id == row.owner }, "deposit \(id) is another one's")
        guard let owner = database.owners[row.owner] else { return id }
        if let isOwnFunds = isOwnFunds(row, name), isOwnFunds || deposit.reason == "own_funds" {
            if isOwnFunds { world.weather.fire(.ownFunds) }
            require(
                .state, isOwnFunds && deposit.status == .rejected && deposit.reason == "own_funds",
                "deposit \(id) \(isOwnFunds ? "is" : "is not") paid out of its owner's deposits, and is "
                    + "\(deposit.status.rawValue), \(deposit.reason ?? "")")
            return id
        }
        if deposit.reason == "own_funds" { return id }
        let takers = holders.filter { holder in
            holder.options.contains { $0.key == transfer.recipient && $0.asset == asset.code && $0.network == name }
        }
        judge(deposit, asset, of: owner, isWanted: !takers.isEmpty, on: network, name)
        judgeTimes(deposit, row, owner)
        return id
    }

    /// Whether its transaction spends a deposit of the same owner. Nil where that may have been recorded too late, or for
    /// another owner of the address at first.
    private func isOwnFunds(_ row: ModelDatabase.DepositRow, _ name: String) -> Bool? {
        guard let number = world.networks.firstIndex(where: { $0.plan.name == name }) else { return nil }
        let spends = Set(world.networks[number].tree.transactions[row.deposit.transaction]?.spends ?? [])
        let spent = database.deposits.values.filter { other in
            other.deposit.network == name && other.deposit.output.map(spends.contains) ?? false
        }
        if spent.contains(where: { isShared($0.deposit.key, name) }) { return nil }
        let mine = spent.filter { $0.owner == row.owner }
        if mine.isEmpty { return false }
        return mine.contains { $0.recordedAt <= row.recordedAt || $0.deposit.key == row.deposit.key } ? true : nil
    }

    private func isShared(_ key: WatchKey, _ name: String) -> Bool {
        database.owners.values.count { $0.options.contains { $0.network == name && $0.key == key } } > 1
    }

    /// A transfer to nobody on its network is nothing, or told to whose address it is on another one: to nobody else,
    /// and as nothing else. Its id where it was told. Before the address was known here it was not looked for.
    private mutating func judgeStray(
        _ transfer: Transfer, of asset: Asset, in header: Header, _ name: String
    ) -> UUID? {
        let id = StableID.deposit(network: name, asset: asset.code, transfer: transfer)
        guard let row = database.deposits[id], row.deposit.block != nil else { return nil }
        world.weather.fire(.wrongNetwork)
        // Some may be retired since.
        let space = database.networks[name]?.publication.addressSpace
        let siblings = Set(database.networks.filter { space != nil && $0.value.publication.addressSpace == space }.keys)
        let owner = database.owners[row.owner]
        let options = owner?.invoice == nil ? [] : owner?.options ?? []
        require(
            .state, options.contains { siblings.contains($0.network) && $0.key == transfer.recipient },
            "deposit \(id) on \(name) is told to one who has no such address")
        require(.state, row.deposit.block?.hash == header.hash, "deposit \(id) is not in block \(header.reference)")
        require(
            .state, row.deposit.status == .rejected && row.deposit.reason == "wrong_network",
            "deposit \(id) on a wrong network is \(row.deposit.status.rawValue), \(row.deposit.reason ?? "")")
        return id
    }

    private mutating func judge(
        _ deposit: Deposit, _ asset: Asset, of owner: ModelDatabase.OwnerRow, isWanted: Bool,
        on network: ModelDatabase.Network, _ name: String
    ) {
        guard let tip = network.tip, let block = deposit.block,
            let number = world.networks.firstIndex(where: { $0.plan.name == name })
        else { return }
        let status = deposit.status
        guard isWanted else {
            return require(
                .state, status == .rejected && deposit.reason == "unexpected_asset",
                "deposit \(deposit.id) of \(asset.code) is \(status.rawValue), nobody asked for it")
        }
        let confirmations = tip.height - block.height + 1
        let all = network.policies.flatMap { $0.table.all(for: asset.code) }
        let reach = world.reach(number, tip: tip.height)
        // What was passed once stays passed, also by what a liar said.
        let said = world.said(on: number, tip: tip.height)
        func isPast(_ threshold: Threshold, _ reach: Reach) -> Bool {
            Threshold(max(threshold.confirmations, deposit.maturity), under: threshold.tag).due(from: block.height)
                .isReached(by: reach)
        }
        let isHeld = world.isHeldForEver(number) && needsQuorum(deposit, of: owner, on: network)
        // A policy is held against everything at once that is not past its thresholds yet.
        let latest = network.policies.last?.table.all(for: asset.code) ?? []
        let isDue = latest.allSatisfy { isPast($0.credit, reach) } && !isHeld
        let mayBe = all.contains { isPast($0.credit, said) }
        let fees =
            owner.options.first { $0.ordinal == deposit.ordinal }?.fees
            ?? database.projects[owner.owner.project]?.fees(on: asset)
        let (fee, net, refusal) = Self.fee(on: deposit.gross, fees, owner.invoice == nil ? asset : nil)
        let words = "deposit \(deposit.id) with \(confirmations) confirmations is \(status.rawValue)"
        if let refusal {
            require(.state, !isDue || status == .rejected, words)
            require(.state, mayBe || status == .detected, words)
            if status == .rejected { require(.state, deposit.reason == refusal, "\(words), \(deposit.reason ?? "")") }
            return require(.state, status == .rejected || status == .detected, words)
        }
        require(.state, !isDue || deposit.isCredited, words)
        require(.state, mayBe || status == .detected, words)
        // A tag may have come far before there are blocks enough to credit it.
        require(.state, !isDue || !latest.allSatisfy { isPast($0.final, reach) } || status == .final, words)
        require(.state, all.contains { isPast($0.final, said) } || status != .final, words)
        require(.state, status == .detected || deposit.isCredited, words)
        if deposit.isCredited {
            require(
                .state, deposit.fee?.units == fee && deposit.net?.units == net,
                "\(words) with fee \(deposit.fee.map(\.description) ?? "none") of \(deposit.gross), not \(fee)")
        }
    }

    private func needsQuorum(
        _ deposit: Deposit, of owner: ModelDatabase.OwnerRow, on network: ModelDatabase.Network
    ) -> Bool {
        let mine: [Deposit] = owner.deposits.compactMap { database.deposits[$0]?.deposit }
        let live = mine.filter {
            $0.asset == deposit.asset && $0.network == deposit.network
                && ($0.status == .detected || $0.status == .credited)
        }
        let sum = live.reduce(Amount.zero) { $0 + $1.gross }
        return network.policies.contains { terms in
            terms.quorum.map { sum >= $0.from[deposit.asset] ?? .zero } ?? false
        }
    }

    /// By the contract: base = gross − transfer fee, fee = transfer fee + ceil(base × service fee).
    private static func fee(
        on gross: Amount, _ terms: FeeTerms?, _ walletAsset: Asset?
    ) -> (fee: BigUInt, net: BigUInt, refusal: String?) {
        guard let terms else { return (0, gross.units, nil) }
        let gross = gross.units
        let transfer = terms.transferFee.units
        let base = gross > transfer ? gross - transfer : 0
        let (whole, rest) = (base * BigUInt(terms.serviceFee.value)).quotientAndRemainder(dividingBy: 10_000)
        let fee = transfer + whole + (rest == 0 ? 0 : 1)
        if let walletAsset {
            if gross < walletAsset.minimumDeposit.units { return (0, 0, "below_minimum") }
            if fee >= gross { return (0, 0, "below_fee") }
        }
        return (min(fee, gross), gross - min(fee, gross), nil)
    }

    private mutating func judgeTimes(
        _ deposit: Deposit, _ row: ModelDatabase.DepositRow, _ owner: ModelDatabase.OwnerRow
    ) {
        guard let block = deposit.block else { return }
        require(.state, deposit.seenAt <= block.time, "deposit \(deposit.id) was seen after its block")
        require(
            .state, deposit.seenAt <= row.minedAt ?? .max,
            "deposit \(deposit.id) was seen at \(deposit.seenAt), after it was recorded at \(row.minedAt ?? .max)")
        guard let invoice = owner.invoice else { return }
        let isOutside = owner.closedAt.map { row.recordedAt > $0 } ?? false
        require(
            .state, deposit.late == (deposit.seenAt > invoice.expiresAt || isOutside),
            "deposit \(deposit.id) seen at \(deposit.seenAt) of an invoice until \(invoice.expiresAt) is "
                + (deposit.late ? "late" : "in time"))
    }
}
