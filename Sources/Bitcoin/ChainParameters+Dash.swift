extension ChainParameters {
    static let dash = [
        ChainParameters(
            .dash, .main, genesis: "00000ffd590b1485b3caadc19b22e6379c733355108f107a430458cdf3407ab6",
            limit: 0x1e0f_ffff, prefixes: AddressPrefixes(publicKeyHash: 0x4c, scriptHash: 0x10)),
        ChainParameters(
            .dash, .test, genesis: "00000bafbc94add76cb75e2ec92894837288a481e5c005f6563d91623bf8bc2c",
            limit: 0x1e0f_ffff, prefixes: test),
        ChainParameters(
            .dash, .regtest, genesis: "000008ca1832a4baf228eb1553c03d3a2c8e02399550dd6ea8d65cec3ef23d2e",
            limit: 0x207f_ffff, prefixes: test),
    ]

    private static let test = AddressPrefixes(publicKeyHash: 0x8c, scriptHash: 0x13)
}
