public import Chain
internal import Hashing

/// The addresses of one chain: Base58Check for P2PKH and P2SH, Bech32 and Bech32m for P2WPKH, P2WSH and P2TR, and on
/// Bitcoin Cash CashAddr beside Base58Check. The key of an address is its output script.
public struct BitcoinAddress: AddressFormat {
    private let coin: Coin
    private let prefixes: AddressPrefixes

    public init(_ parameters: ChainParameters) {
        coin = parameters.coin
        prefixes = parameters.prefixes
    }

    /// The longest text that is looked at: an MWEB address has 121 characters, none has more.
    static let maximumLength = 128

    public func watchKey(of address: String) throws(AddressError) -> WatchKey {
        guard address.utf8.count <= Self.maximumLength else { throw .malformed }
        if let bech32 = Bech32(address, maximumLength: Self.maximumLength) {
            return try watchKey(of: bech32, length: address.utf8.count)
        }
        if let payload = Base58Check.decode(address) { return try watchKey(ofBase58: payload) }
        if let cash = cashAddress(address) { return try watchKey(of: cash) }
        throw ForeignAddress.isEthereum(address) ? .otherNetwork : .malformed
    }

    /// The address that pays `key`, also where it is of a kind that can't be watched.
    public func address(of key: WatchKey) -> String? {
        let script = key.bytes
        if let cash = prefixes.cash { return CashAddress(prefix: cash, script: script)?.text }
        switch WatchableScript(script.span.bytes, of: coin) {
        case .publicKeyHash: return Base58Check.encode([prefixes.publicKeyHash] + script[3..<23])
        case .scriptHash: return Base58Check.encode([prefixes.scriptHash] + script[2..<22])
        case .longScriptHash, .witness, nil:
            guard let prefix = prefixes.segwit, let segwit = SegwitAddress(prefix: prefix, script: script) else {
                return nil
            }
            // What MWEB uses versions 8 and 9 for are not recipients.
            return prefixes.stealth != nil && (8...9).contains(segwit.version) ? nil : segwit.text
        }
    }

    private func watchKey(of bech32: Bech32, length: Int) throws(AddressError) -> WatchKey {
        if bech32.prefix == prefixes.stealth { throw .unwatchableScript }
        if ForeignAddress.stealthPrefixes.contains(bech32.prefix) { throw .otherNetwork }
        guard length <= Bech32.maximumLength, let segwit = SegwitAddress(bech32) else { throw .malformed }
        guard segwit.prefix == prefixes.segwit else {
            throw ForeignAddress.segwitPrefixes.contains(segwit.prefix) ? .otherNetwork : .malformed
        }
        return try watchKey(of: segwit.script)
    }

    private func watchKey(ofBase58 payload: [UInt8]) throws(AddressError) -> WatchKey {
        // Private keys have the same encoding and 32 bytes or more.
        guard payload.count == 21 else { throw .malformed }
        let hash = payload[1...]
        switch payload[0] {
        case prefixes.publicKeyHash: return try watchKey(of: [0x76, 0xa9, 20] + hash + [0x88, 0xac])
        case prefixes.scriptHash, prefixes.formerScriptHash: return try watchKey(of: [0xa9, 20] + hash + [0x87])
        default: throw ForeignAddress.versions.contains(payload[0]) ? .otherNetwork : .malformed
        }
    }

    /// Without a prefix it is taken for one of this chain first; its checksum tells whose it is.
    private func cashAddress(_ text: String) -> CashAddress? {
        for prefix in [prefixes.cash].compactMap(\.self) + ForeignAddress.cashPrefixes {
            if let address = CashAddress(text, prefix: prefix) { return address }
        }
        return nil
    }

    private func watchKey(of cash: CashAddress) throws(AddressError) -> WatchKey {
        guard cash.prefix == prefixes.cash else {
            throw ForeignAddress.cashPrefixes.contains(cash.prefix) ? .otherNetwork : .malformed
        }
        guard let script = cash.script else { throw .unwatchableScript }
        return try watchKey(of: script)
    }

    private func watchKey(of script: [UInt8]) throws(AddressError) -> WatchKey {
        guard WatchableScript(script.span.bytes, of: coin) != nil, let key = WatchKey(script) else {
            throw .unwatchableScript
        }
        return key
    }
}
