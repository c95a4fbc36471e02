/// How one network writes its recipients as text.
public protocol AddressFormat: Sendable {
    /// The key that `address` pays. A throw says why the address can't be watched on this network.
    func watchKey(of address: String) throws(AddressError) -> WatchKey

    /// The usual spelling of a recipient's address; nil where the key has none.
    func address(of key: WatchKey) -> String?
}

/// Why an address can't be watched. The raw values are the reasons of the contract.
public enum AddressError: String, Error, Sendable {
    /// It is not an address of any known kind: wrong characters, length or checksum.
    case malformed = "malformed_address"
    /// It is a proper address of another network or another chain of this one.
    case otherNetwork = "address_of_other_network"
    /// It is a proper address of a kind that a watcher can't follow (MWEB, unknown witness versions).
    case unwatchableScript = "unwatchable_script"
}
