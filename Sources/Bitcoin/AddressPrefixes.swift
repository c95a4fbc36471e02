/// How the addresses of one chain begin. What a coin does not have is nil.
struct AddressPrefixes: Sendable {
    /// The version byte of Base58Check P2PKH addresses.
    let publicKeyHash: UInt8
    /// The version byte that P2SH addresses are written with.
    let scriptHash: UInt8
    /// One that is still read: Litecoin's P2SH addresses began with a 3, as Bitcoin's do, until 2017.
    let formerScriptHash: UInt8?
    /// The human-readable part of segwit addresses.
    let segwit: String?
    /// The human-readable part of MWEB's stealth addresses.
    let stealth: String?
    /// What stands before the colon of CashAddr addresses. A chain that has it writes no Base58Check, and reads it.
    let cash: String?

    init(
        publicKeyHash: UInt8, scriptHash: UInt8, formerScriptHash: UInt8? = nil, segwit: String? = nil,
        stealth: String? = nil, cash: String? = nil
    ) {
        self.publicKeyHash = publicKeyHash
        self.scriptHash = scriptHash
        self.formerScriptHash = formerScriptHash
        self.segwit = segwit
        self.stealth = stealth
        self.cash = cash
    }
}
