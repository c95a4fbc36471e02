extension ChainParameters {
    static let dogecoin = [
        ChainParameters(
            .dogecoin, .main, genesis: "1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691",
            limit: 0x1e0f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x1e, scriptHash: 0x16)),
        ChainParameters(
            .dogecoin, .test, genesis: "bb0a78264637406b6360aad926284d544d7049f45189db5664f3c4d07350559e",
            limit: 0x1e0f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x71, scriptHash: 0xc4), isChainStrict: false),
        ChainParameters(
            .dogecoin, .regtest, genesis: "3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5",
            limit: 0x207f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4)),
    ]
}
