extension EthereumNode {
    /// The addresses that it signs for.
    public var accounts: [String] {
        get async throws { try await call("eth_accounts").array!.map { $0.string! } }
    }

    /// Sends a transaction, which is mined at once unless automatic mining is off, and returns its hash.
    @discardableResult
    public func submit(_ transaction: EthereumTransaction) async throws -> String {
        try await call("eth_sendTransaction", transaction.json).string!
    }

    /// Sends a transaction and returns what became of it. Automatic mining has to be on.
    @discardableResult
    public func send(_ transaction: EthereumTransaction) async throws -> EthereumReceipt {
        let hash = try await submit(transaction)
        guard let receipt = try await receipt(of: hash) else { throw TestFailure("\(hash) was not mined") }
        return receipt
    }

    /// Pays so many wei.
    @discardableResult
    public func send(_ wei: UInt128, to address: String) async throws -> EthereumReceipt {
        try await send(EthereumTransaction(to: address, value: wei))
    }

    /// What became of a transaction, or nil while it is in no block of the chain.
    public func receipt(of hash: String) async throws -> EthereumReceipt? {
        EthereumReceipt(try await call("eth_getTransactionReceipt", .string(hash)))
    }

    /// An account's wei, at the tip or after a block, be that on the chain or off it.
    public func balance(of address: String, at place: Place = "latest") async throws -> UInt128 {
        try await call("eth_getBalance", .string(address), place.json).quantity!
    }

    /// Makes a contract of `Tests/Python/evm/contracts` with the arguments that its constructor takes.
    public func deploy(
        _ contract: EthereumContract.Name, _ arguments: [EthereumContract.Argument] = [], value: UInt128 = 0
    ) async throws -> EthereumContract {
        let receipt = try await send(
            EthereumTransaction(to: nil, value: value, input: try contract.creation(arguments)))
        guard let address = receipt.contract, receipt.succeeded else {
            throw TestFailure("\(contract) could not be deployed: \(receipt)")
        }
        return EthereumContract(name: contract, address: address)
    }

    /// Calls a contract's function by its signature, e.g. `forward(address)`, in a transaction.
    @discardableResult
    public func send(
        _ function: String, of contract: EthereumContract, _ arguments: [EthereumContract.Argument], value: UInt128 = 0,
        from sender: String? = nil
    ) async throws -> EthereumReceipt {
        try await send(try contract.call(function, arguments, value: value, from: sender))
    }

    /// Moves so many base units of a token.
    @discardableResult
    public func transfer(
        _ amount: UInt128, of token: EthereumContract, to address: String, from sender: String? = nil
    ) async throws -> EthereumReceipt {
        try await send(token.transfer(amount, to: address, from: sender))
    }
}
