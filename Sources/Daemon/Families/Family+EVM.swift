import Chain
import EVM

extension Family {
    static let evm = Family(
        name: "evm", keys: ["chain_id", "native_transfers", "verification"], assetKeys: ["contract", "unindexed"],
        adapter: { root, assets in
            let id = root.required("chain_id", .wholeNumber(1...UInt64(Int64.max)))
            let native = root.value("native_transfers", .choice, default: EVMNode.NativeTransfers.topLevel)
            let addresses = EVMAddress()
            let unindexed = assets.filter { $0.optional("unindexed", .flag) == true }
                .compactMap { $0.optional("contract", .contract(addresses)) }
            let verification = root.value("verification", .choice, default: Verification.roots)
            guard let id, let native, let verification else { return nil }
            let chain = EVMChain(id: id)
            return ChainAdapter(
                chain: String(id), coinDecimals: 18, maturity: 0, finalityTags: [.safe, .finalized],
                blockTime: chain.blockTime, blockSpacing: nil,
                // A block's time is its slot's, or its maker's clock within seconds (Yellow Paper §4.3.4; geth refuses blocks
                // 15 s ahead). Three hours were up to 43,200 blocks to ask for.
                lookBack: LookBack(atMost: .seconds(600)), pollInterval: max(chain.blockTime / 6, .milliseconds(250)),
                minimumNodeVersion: { chain.minimumVersion(of: $0) },
                isMain: chain.isMain, addresses: addresses, addressSpace: "evm",
                node: { http, access in
                    EVMNode(
                        chain, nativeTransfers: native, verification: verification, unindexed: Set(unindexed),
                        http: http, endpoint: access.endpoint)
                })
        })
}
