extension ChainParameters {
    static let bitcoin = [
        ChainParameters(
            .bitcoin, .main, genesis: "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            limit: 0x1d00_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x00, scriptHash: 0x05, segwit: "bc"),
            // Bitcoin Cash, and later Bitcoin SV and eCash, have another block here.
            splits: [478_559: "00000000000000000019f112ec0a9982926f1258cdcc558dd7c3b7e5dc7fa148"]),
        ChainParameters(
            .bitcoin, .test, genesis: "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            limit: 0x1d00_ffff, prefixes: test,
            // Bitcoin Cash left at 1,155,876.
            splits: [1_864_000: "000000000000006433d1efec504c53ca332b64963c425395515b01977bd7b3b0"]),
        ChainParameters(
            .bitcoin, .testnet4, genesis: "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
            limit: 0x1d00_ffff, prefixes: test),
        ChainParameters(
            .bitcoin, .signet, genesis: "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
            limit: 0x1e03_77ae, prefixes: test),
        ChainParameters(
            .bitcoin, .regtest, genesis: "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
            limit: 0x207f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "bcrt")),
    ]

    private static let test = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "tb")
}
