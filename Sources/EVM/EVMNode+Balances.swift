public import Chain
internal import NodeHTTP

extension EVMNode {
    /// By the balances before and after the block, against all that it says of the same addresses: fees, withdrawals
    /// and the calls of its trace. A trace that leaves out a call, or has one too many, does not add up.
    public func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool {
        let doubtful = transfers.filter { !$0.isProved }
        guard !doubtful.isEmpty else { return true }
        guard let answers = try await answers(about: block) else {
            throw NodeError(.malformed, "\(name) does not have block \(block), whose transfers it is to confirm")
        }
        let found: Set<Payment>
        let sheet: BalanceSheet
        do {
            let contents = try decoder.contents(of: block, from: answers)
            guard let traces = contents.traces else { return false }
            found = Set(try contents.transfers().map(Payment.init))
            sheet = try BalanceSheet(contents, traces)
        } catch {
            throw NodeError(error, from: name)
        }
        guard doubtful.allSatisfy({ found.contains(Payment($0)) }) else { return false }
        for address in Set(doubtful.map(\.recipient)) {
            let before = try await balance(of: address, at: sheet.parent)
            let after = try await balance(of: address, at: block.hash)
            guard sheet.explains(address, before: before, after: after) else { return false }
        }
        return true
    }

    public func balance(of address: WatchKey, at block: BlockReference?) async throws(NodeError) -> UInt256? {
        try await session()
        return try await balance(of: address, at: block?.hash)
    }

    /// By the block's hash (EIP-1898): at a height there may be another block by now.
    private func balance(of address: WatchKey, at block: Hash256?) async throws(NodeError) -> UInt256 {
        let place: JSONValue = block.map { ["blockHash": .string("0x\($0)")] } ?? "latest"
        let text = try await call("eth_getBalance", [.string("0x\(address)"), place])
        do { return try UInt256(json: text, "a balance") } catch { throw NodeError(error, from: name) }
    }

    /// A transfer without its place in the block, which depends on what else is read of the block.
    private struct Payment: Hashable {
        let transaction: Hash256
        let locator: Locator
        let recipient: WatchKey
        let amount: UInt256

        init(_ transfer: Transfer) {
            transaction = transfer.transaction
            locator = transfer.locator
            recipient = transfer.recipient
            amount = transfer.amount
        }
    }
}
