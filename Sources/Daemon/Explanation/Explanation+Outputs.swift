import Chain
import Foundation
import Store

extension Explanation {
    /// Why these transfers, which somebody asked for or which move what is not listed, are not deposits.
    mutating func explain(
        _ outputs: [TransactionFacts.Output], at place: TransactionPlace?, _ facts: TransactionFacts
    ) {
        if isNoPayment(place) { return }
        for output in outputs {
            let about = "\(output.locator), \(output.words)"
            if output.asset == nil {
                add(
                    .assetUnlisted, about, "no asset of \(facts.network.network) is listed for what it moves",
                    next: "list it under assets in the network's file and reload; what came before stays unseen")
            } else if let watcher = watcher(of: output, facts) {
                add(watcher, about, at: place, facts.network, lookBack: facts.lookBack)
            }
        }
    }

    /// The transfers of listed assets to addresses that nobody asked for.
    mutating func explainUnwatched(
        _ outputs: [TransactionFacts.Output], at place: TransactionPlace?, _ facts: TransactionFacts
    ) {
        if isNoPayment(place) { return }
        let unwatched = outputs.filter { $0.asset != nil && watcher(of: $0, facts) == nil }
        guard !unwatched.isEmpty else { return }
        let listed = unwatched.prefix(10).map { "\($0.locator) \($0.address ?? "?")" }.joined(separator: ", ")
        add(
            .addressUnwatched, listed + (unwatched.count > 10 ? " and \(unwatched.count - 10) more" : ""),
            "nobody asks for payments there: most of what transactions move is change, or somebody else's",
            next: unwatched.count == outputs.count && facts.deposits.isEmpty
                ? """
                compare the address with what the payer was shown; an invoice or wallet made for it within \(facts.lookBack.written) \
                of the payment still finds it
                """ : nil)
    }

    /// It failed, or its block is on the chain no more: its transfers moved nothing.
    private func isNoPayment(_ place: TransactionPlace?) -> Bool {
        guard case .block(let residence, _)? = place else { return false }
        return residence.hasFailed || !residence.isOnChain
    }

    /// Who asked for it. One that was refused watches nothing; an address serves one owner, or several wallets of one
    /// customer.
    private func watcher(of output: TransactionFacts.Output, _ facts: TransactionFacts) -> WatcherColumns? {
        let watchers = facts.watchers.filter { output.spellings.contains($0.address) }
        return watchers.first { $0.refusedReason == nil } ?? watchers.first
    }

    /// Why a transfer to an address that somebody asked for is not recorded.
    private mutating func add(
        _ watcher: WatcherColumns, _ about: String, at place: TransactionPlace?, _ network: NetworkColumns,
        lookBack: Duration
    ) {
        let about = "\(about), \(watcher.words)"
        if let reason = watcher.refusedReason {
            return add(
                .refused, about, "the address was refused when it was to be registered, so nobody watches it",
                reason: reason,
                next: "make an invoice or wallet with an address that can be watched")
        }
        guard let registeredAt = watcher.registeredAt, let registeredTime = watcher.registeredTime else {
            return add(
                .unregistered, about, "the address is not watched yet\(network.obstacle.map { ": \($0.why)" } ?? "")",
                next: network.obstacle?.next ?? "wait a moment: its blocks are being looked through")
        }
        guard case .block(let residence, _)? = place else {
            return add(
                .notRead, about, "confirmd has not seen it yet\(network.obstacle.map { ": \($0.why)" } ?? "")",
                next: network.obstacle?.next
                    ?? "wait: the mempool is looked at every few seconds, and a block settles it anyway")
        }
        // An option may be younger than its invoice. What was looked back for and found is a deposit.
        if residence.time < registeredTime - lookBack.components.seconds {
            return add(
                .registeredLater, about,
                """
                it was paid at \(residence.time.moment), and the address was made known at \(watcher.createdAt.moment) \
                (registered at \(registeredAt.moment)): payments are looked for from \(lookBack.written) before that
                """,
                next: "settle it by hand: confirmd invoice mark-paid; make addresses known before they are shown")
        }
        if residence.block.height > network.tipHeight ?? -1 {
            return add(
                .notRead, about,
                """
                confirmd has read the chain up to block \(network.tipHeight.map(String.init) ?? "none")\
                \(network.obstacle.map { ": \($0.why)" } ?? "")
                """,
                next: network.obstacle?.next ?? "wait a moment")
        }
        add(
            .notRecorded, about,
            "confirmd has read past block \(residence.block.height) and has no deposit: it followed another branch",
            next: "compare its nodes (confirmd status), then: confirmd network resume \(network.network) --resync")
    }
}

extension TransactionFacts.Output {
    /// `1.25 LTC to ltc1…`.
    var words: String {
        "\(amount) \(asset ?? "units of an unlisted asset") to \(address ?? "an address without a spelling")"
    }

    /// The ways in which a creator may have written the address: Bech32 is also valid in capitals, hexadecimal in
    /// capitals and in small letters.
    var spellings: [String] {
        address.map { [$0, $0.uppercased(), $0.lowercased(), "0x" + $0.dropFirst(2).uppercased()] } ?? []
    }
}
