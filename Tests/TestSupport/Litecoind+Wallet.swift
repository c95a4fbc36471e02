import Foundation

extension Litecoind {
    /// The forms of address that the wallet makes; `mweb` ones can only be paid inside the extension block.
    public enum AddressKind: String, Sendable, CaseIterable {
        case legacy, bech32, mweb
        case nestedSegwit = "p2sh-segwit"
    }

    /// One output: a decimal amount in LTC to an address.
    public struct Output: Sendable {
        public let address: String
        public let amount: String

        public init(_ address: String, _ amount: String) {
            self.address = address
            self.amount = amount
        }
    }

    public func newAddress(_ kind: AddressKind = .bech32) async throws -> String {
        try await cli("getnewaddress", "", kind.rawValue)
    }

    /// So many addresses at once, whose keys nobody here has: those of a published test key, from the one at `first`.
    public func foreignAddresses(_ count: Int, from first: Int = 0) async throws -> [String] {
        struct Info: Decodable {
            let descriptor: String
        }
        let key =
            "tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B"
        let descriptor = try await json(as: Info.self, "getdescriptorinfo", "wpkh(\(key)/*)").descriptor
        return try await json(as: [String].self, "deriveaddresses", descriptor, "[\(first),\(first + count - 1)]")
    }

    /// An address that nobody else has got. What is paid there is not spent by the node's wallet: to pay somebody out of
    /// what he was paid is not a payment.
    public func foreignAddress() async throws -> String {
        try await foreignAddresses(1, from: Int.random(in: 1_000_000..<1 << 30))[0]
    }

    /// Pays an address from the wallet and returns the transaction's id. It waits in the mempool.
    @discardableResult
    public func send(_ amount: String, to address: String) async throws -> String {
        try await cli("sendtoaddress", address, amount)
    }

    /// Pays several addresses, each once, in one transaction.
    @discardableResult
    public func sendMany(_ amounts: [String: String]) async throws -> String {
        let pairs = amounts.map { "\"\($0.key)\":\($0.value)" }
        return try await cli("sendmany", "", "{\(pairs.joined(separator: ","))}")
    }

    /// One transaction with exactly these outputs in this order, the same address as often as you like;
    /// change follows as the last output.
    @discardableResult
    public func sendRaw(_ outputs: [Output]) async throws -> String {
        try await complete(try await transaction(inputs: [], outputs))
    }

    /// A transaction that spends the inputs of `id`, which waits in the mempool, and pays these outputs instead,
    /// for a higher fee: the mempool replaces the other by it.
    @discardableResult
    public func replace(_ id: String, paying outputs: [Output]) async throws -> String {
        struct Transaction: Decodable {
            struct Input: Decodable {
                let txid: String
                let vout: UInt32
            }
            let vin: [Input]
        }
        let inputs = try await json(as: Transaction.self, "getrawtransaction", id, "true").vin
        let hex = try await transaction(inputs: inputs.map { (id: $0.txid, index: $0.vout) }, outputs)
        return try await complete(hex, feeRate: "0.01")
    }

    /// A transaction that spends these outputs of the wallet, each by transaction and index, and pays these: what is left
    /// is the fee.
    @discardableResult
    public func spend(_ inputs: [(id: String, index: UInt32)], paying outputs: [Output]) async throws -> String {
        let hex = try await transaction(inputs: inputs, outputs)
        let signed = try await json(as: Raw.self, "signrawtransactionwithwallet", hex).hex
        return try await cli("sendrawtransaction", signed)
    }

    private struct Raw: Decodable {
        let hex: String
    }

    /// Funds, signs and sends.
    private func complete(_ hex: String, feeRate: String = "0.0002") async throws -> String {
        let outputs = try await json(as: Decoded.self, "decoderawtransaction", hex, "false").vout.count
        let options = "{\"changePosition\":\(outputs),\"replaceable\":true,\"feeRate\":\(feeRate)}"
        let funded = try await json(as: Raw.self, "fundrawtransaction", hex, options, "false").hex
        let signed = try await json(as: Raw.self, "signrawtransactionwithwallet", funded).hex
        return try await cli("sendrawtransaction", signed)
    }

    private struct Decoded: Decodable {
        struct Output: Decodable {}
        let vout: [Output]
    }

    /// An unsigned transaction as hex. Written here because createrawtransaction refuses to pay an address twice.
    private func transaction(inputs: [(id: String, index: UInt32)], _ outputs: [Output]) async throws -> String {
        struct Address: Decodable {
            let scriptPubKey: String
        }
        precondition(inputs.count < 253 && outputs.count < 253, "counts are written as one byte")
        var hex = "02000000" + Self.hex(UInt8(inputs.count))
        for input in inputs {
            let pairs = stride(from: 0, to: input.id.count, by: 2).map { Array(input.id)[$0...($0 + 1)] }
            hex += pairs.reversed().joined() + Self.hex(input.index) + "00" + Self.hex(UInt32(0xffff_fffd))
        }
        hex += Self.hex(UInt8(outputs.count))
        for output in outputs {
            let script = try await json(as: Address.self, "validateaddress", output.address).scriptPubKey
            hex += Self.hex(try Self.litoshi(output.amount)) + Self.hex(UInt8(script.count / 2)) + script
        }
        return hex + "00000000"
    }

    private static func hex(_ number: some FixedWidthInteger) -> String {
        withUnsafeBytes(of: number.littleEndian) { $0.map { String(format: "%02x", $0) }.joined() }
    }

    private static func litoshi(_ amount: String) throws -> Int64 {
        guard let decimal = Decimal(string: amount) else { throw TestFailure("not an amount: \(amount)") }
        return NSDecimalNumber(decimal: decimal * 100_000_000).int64Value
    }
}
