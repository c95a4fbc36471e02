import Chain
import EVM

extension Family {
    static let evm = Family(
        name: "evm", keys: ["chain_id", "native_transfers"], assetKeys: ["contract", "unindexed"],
        adapter: { root, assets in
            let id = root.required("chain_id", .wholeNumber(1...UInt64(Int64.max)))
            let native = root.value("native_transfers", .choice, default: EVMNode.NativeTransfers.topLevel)
            let addresses = EVMAddress()
            let unindexed = assets.filter { $0.optional("unindexed", .flag) == true }
                .compactMap { $0.optional("contract", .contract(addresses)) }
            guard let id, let native else { return nil }
            let chain = EVMChain(id: id)
            return ChainAdapter(
                chain: String(id), coinDecimals: 18, maturity: 0, finalityTags: [.safe, .finalized],
                pollInterval: chain.blockTime / 6, minimumNodeVersion: nil, isMain: chain.isMain, addresses: addresses,
                node: { http, endpoint in
                    EVMNode(
                        chain, nativeTransfers: native, unindexed: Set(unindexed), http: http, endpoint: endpoint)
                })
        })
}
