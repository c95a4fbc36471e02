import Chain
import NodeHTTP
import Tron

extension Family {
    static let tron = Family(
        name: "tron", keys: ["chain", "native_transfers"], assetKeys: ["contract", "token_id"],
        nodeKeys: ["api_key_file", "solidity_url"], apiKeyHeader: "TRON-PRO-API-KEY",
        adapter: { root, assets in
            let chain = root.required("chain", .tronChain)
            let native = root.value("native_transfers", .choice, default: TronTransfers.internal)
            let tokens = assets.compactMap { $0.optional("token_id", .tokenID) }
            guard let chain, let native else { return nil }
            let decoder = BlockDecoder(tokens: Set(tokens), countsInternal: native == .internal)
            return ChainAdapter(
                chain: chain.name, coinDecimals: 6, maturity: 0, finalityTags: [.solidified],
                blockTime: TronChain.blockTime, blockSpacing: nil,
                // A block's time is its slot's: ten minutes are enough where three hours, which are 3,600 requests, are more
                // than a provider's key allows. Two requests a block are what following takes.
                lookBack: LookBack(
                    atLeast: .seconds(600), cost: .init(blockTime: TronChain.blockTime, following: 2, again: 1)),
                // After each slot it is asked anyway: this is for what that misses.
                pollInterval: TronChain.blockTime * 5, minimumNodeVersion: { _ in TronChain.minimumNodeVersion },
                isMain: chain.isMain,
                addresses: TronAddress(),
                node: { http, access in
                    TronNode(
                        chain, decoder: decoder, http: http, endpoint: access.endpoint, solidity: access.solidity)
                })
        })
}

/// What is read of the coin's movements.
private enum TronTransfers: String, CaseIterable {
    /// What transactions pay by themselves alone.
    case topLevel = "top_level"
    /// What contracts pay too.
    case `internal`
}

extension Syntax where Value == TronChain {
    fileprivate static var tronChain: Self {
        Self("main, nile, shasta, or a private network's first block id (64 hexadecimal digits)", written: \.name) {
            text, _ in TronChain(text)
        }
    }
}

extension Syntax where Value == WatchKey {
    /// A TRC-10 token's number.
    static var tokenID: Self {
        Self("the number of a TRC-10 token, such as 1002000") { text, _ in WatchKey(trc10: text) }
    }
}
