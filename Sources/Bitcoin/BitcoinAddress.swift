public import Chain

/// The addresses of one chain: Base58Check for P2PKH and P2SH, Bech32 and Bech32m for P2WPKH, P2WSH and P2TR. The key
/// of an address is its output script.
public struct BitcoinAddress: AddressFormat {
    private let prefixes: AddressPrefixes

    public init(_ parameters: ChainParameters) {
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
        throw ForeignAddress.isEthereum(address) ? .wrongNetwork : .malformed
    }

    /// The address that pays `key`, also where it is of a kind that can't be watched.
    public func address(of key: WatchKey) -> String? {
        let script = key.bytes
        switch WatchableScript(script.span.bytes) {
        case .publicKeyHash: return Base58Check.encode([prefixes.publicKeyHash] + script[3..<23])
        case .scriptHash: return Base58Check.encode([prefixes.scriptHash] + script[2..<22])
        case .witness, nil:
            let segwit = SegwitAddress(prefix: prefixes.segwit, script: script)
            // What MWEB uses versions 8 and 9 for are no recipients.
            if prefixes.stealth != nil, let version = segwit?.version, (8...9).contains(version) { return nil }
            return segwit?.text
        }
    }

    private func watchKey(of bech32: Bech32, length: Int) throws(AddressError) -> WatchKey {
        if bech32.prefix == prefixes.stealth { throw .unwatchableScript }
        if ForeignAddress.stealthPrefixes.contains(bech32.prefix) { throw .wrongNetwork }
        guard length <= Bech32.maximumLength, let segwit = SegwitAddress(bech32) else { throw .malformed }
        guard segwit.prefix == prefixes.segwit else {
            throw ForeignAddress.segwitPrefixes.contains(segwit.prefix) ? .wrongNetwork : .malformed
        }
        let script = segwit.script
        guard WatchableScript(script.span.bytes) != nil, let key = WatchKey(script) else { throw .unwatchableScript }
        return key
    }

    private func watchKey(ofBase58 payload: [UInt8]) throws(AddressError) -> WatchKey {
        // Private keys have the same encoding and 32 bytes or more.
        guard payload.count == 21 else { throw .malformed }
        let hash = payload[1...]
        let key: WatchKey? =
            switch payload[0] {
            case prefixes.publicKeyHash: WatchKey([0x76, 0xa9, 20] + hash + [0x88, 0xac])
            case prefixes.scriptHash, prefixes.formerScriptHash: WatchKey([0xa9, 20] + hash + [0x87])
            default: nil
            }
        guard let key else { throw ForeignAddress.versions.contains(payload[0]) ? .wrongNetwork : .malformed }
        return key
    }
}
