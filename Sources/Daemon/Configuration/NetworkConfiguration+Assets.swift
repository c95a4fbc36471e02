import Chain
import Payments

extension NetworkConfiguration {
    /// The assets that a network's file lists; nil when anything is wrong with one of them.
    static func assets(
        _ sections: [Section], _ adapter: ChainAdapter?, of family: Family, _ registry: inout NetworkRegistry
    ) -> [Asset]? {
        let hasTokens = family.assetKeys.contains("contract")
        var assets: [Asset] = []
        for section in sections {
            section.permit(["code", "decimals", "min_deposit", "transfer_fee", "quorum_from"] + family.assetKeys)
            let code = section.required("code", .assetCode)
            registry.claim(code, "code", in: section)
            let key = ["contract", "token_id"].first { family.assetKeys.contains($0) && section.contains($0) }
            let isToken = key != nil
            let contract = key.flatMap { key in adapter.flatMap { token(section, key, $0.addresses) } }
            if let other = assets.first(where: { $0.contract == contract }), isToken == (contract != nil) {
                section.report(
                    isToken
                        ? "the token is listed already, as \(other.code)"
                        : "the network has one coin, and it is listed already", at: key)
            }
            guard let decimals = section.required("decimals", .wholeNumber(0...36)) else { continue }
            if let coinDecimals = adapter?.coinDecimals, !isToken, decimals != coinDecimals {
                section.report(
                    "\"decimals\" must be \(coinDecimals) for this coin, not \(decimals)"
                        + (hasTokens ? "; a token has its \"contract\"" : ""), at: "decimals")
                continue
            }
            let minimum = section.value("min_deposit", .amount(decimals: decimals), default: .zero)
            let fee = section.value("transfer_fee", .amount(decimals: decimals), default: .zero)
            guard let code, let minimum, let fee, isToken == (contract != nil) else { continue }
            assets.append(
                Asset(code: code, contract: contract, decimals: decimals, minimumDeposit: minimum, transferFee: fee))
        }
        return assets.count == sections.count ? assets : nil
    }

    /// What tells a token from every other of the network.
    private static func token(_ section: Section, _ key: String, _ addresses: any AddressFormat) -> WatchKey? {
        if key == "contract", section.contains("token_id") {
            section.report("a token has a \"contract\" or a \"token_id\", not both", at: "token_id")
        }
        return section.optional(key, key == "contract" ? .contract(addresses) : .tokenID)
    }

    /// The amounts from which on several nodes have to agree, by asset.
    static func quorumFrom(_ sections: [Section], _ assets: [Asset]) -> [String: Amount] {
        var amounts: [String: Amount] = [:]
        for (section, asset) in zip(sections, assets) {
            amounts[asset.code] = section.optional("quorum_from", .amount(decimals: asset.decimals))
        }
        return amounts
    }
}

extension Syntax where Value == WatchKey {
    /// A token's contract, as the chain writes addresses.
    static func contract(_ addresses: any AddressFormat) -> Self {
        Self(
            "the address of the token's contract (where it has capitals and small letters, they are a checksum)",
            written: { addresses.address(of: $0) ?? $0.description }
        ) { text, _ in
            try? addresses.watchKey(of: text)
        }
    }
}
