extension ChainParameters {
    static let litecoin = [
        ChainParameters(
            .litecoin, .main, genesis: "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
            limit: 0x1e0f_ffff,
            prefixes: AddressPrefixes(
                publicKeyHash: 0x30, scriptHash: 0x32, formerScriptHash: 0x05, segwit: "ltc", stealth: "ltcmweb")),
        ChainParameters(
            .litecoin, .test, genesis: "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0",
            limit: 0x1e0f_ffff,
            prefixes: AddressPrefixes(
                publicKeyHash: 0x6f, scriptHash: 0x3a, formerScriptHash: 0xc4, segwit: "tltc", stealth: "tmweb")),
        ChainParameters(
            .litecoin, .regtest, genesis: "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9",
            limit: 0x207f_ffff,
            prefixes: AddressPrefixes(
                publicKeyHash: 0x6f, scriptHash: 0x3a, formerScriptHash: 0xc4, segwit: "rltc", stealth: "tmweb")),
    ]
}
