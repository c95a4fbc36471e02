extension ChainParameters {
    static let bitcoinCash = [
        ChainParameters(
            .bitcoinCash, .main, genesis: "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            limit: 0x1d00_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x00, scriptHash: 0x05, cash: "bitcoincash"),
            splits: [
                // Bitcoin has another block here,
                478_559: "000000000000000000651ef99cb9fcbe0dadde1d424bd9f15ff20136191a5eec",
                // Bitcoin SV here,
                556_767: "0000000000000000004626ff6e3b936941d341c5932ece4357eeccac44e6d56c",
                // and eCash here.
                661_648: "0000000000000000029e471c41818d24b8b74c911071c4ef0b4a0509f9b5a8ce",
            ]),
        ChainParameters(
            .bitcoinCash, .test, genesis: "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            limit: 0x1d00_ffff, prefixes: test,
            splits: [
                // Bitcoin's testnet3,
                1_155_876: "00000000000e38fef93ed9582a7df43815d5c2ba9fd37ef70c9a0ea4a285b8f5",
                // and those of Bitcoin SV and eCash.
                1_303_885: "00000000000000479138892ef0e4fa478ccc938fb94df862ef5bde7e8dee23d3",
                1_421_482: "0000000023e0680a8a062b3cc289a4a341124ce7fcb6340ede207e194d73b60a",
            ]),
        ChainParameters(
            .bitcoinCash, .testnet4, name: "test4",
            genesis: "000000001dd410c49a788668ce26751718cc797474d3152a5fc073dd44fd9f7b", limit: 0x1d00_ffff,
            prefixes: test),
        ChainParameters(
            .bitcoinCash, .regtest, genesis: "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
            limit: 0x207f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, cash: "bchreg")),
    ]

    private static let test = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, cash: "bchtest")
}
