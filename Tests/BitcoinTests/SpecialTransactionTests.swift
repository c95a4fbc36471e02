import Bitcoin
import Chain
import Testing

/// Dash's transactions with a type and a payload (DIP-2).
@Suite struct SpecialTransactionTests {
    @Test func `a payload is part of the id`() throws {
        for type in UInt32(1)...9 {
            var built = BuiltTransaction.spending(1)
            built.version = 3 | type << 16
            for payload: [UInt8] in [[], [1, 2, 3], [UInt8](repeating: 7, count: 200)] {
                built.payload = payload
                let read = try built.decode(as: .dash)
                #expect(read.id == built.hash)
                #expect(read.transfers.map(\.amount) == [UInt256(5_000)] && read.spends.count == 1)
            }
        }
    }

    @Test func `a payload comes with a type and a version from three on, and else is refused`() {
        for version: UInt32 in [
            1, 2, 3, 4, 0x7fff, 0xffff, 1 << 16 | 1, 1 << 16 | 2, 1 << 16 | 0x8003, 1 << 16 | 0xffff,
        ] {
            var built = BuiltTransaction.spending(1)
            built.version = version
            #expect(throws: Never.self) { try built.decode(as: .dash) }
            built.payload = [1]
            #expect(throws: DecodeError.self) { try built.decode(as: .dash) }
        }
        for version: UInt32 in [1 << 16 | 3, 9 << 16 | 4, 0xffff << 16 | 0x7fff] {
            var built = BuiltTransaction.spending(1)
            built.version = version
            #expect(throws: DecodeError.self) { try built.decode(as: .dash) }
            built.payload = [1]
            #expect(throws: Never.self) { try built.decode(as: .dash) }
            for coin in Coin.allCases where coin != .dash {
                #expect(throws: DecodeError.self) { try built.decode(as: coin) }
            }
        }
    }

    @Test func `inputs and outputs may be missing where the type says so`() throws {
        for type in UInt32(0)...12 {
            let unlock = Self.empty(type, outputs: [(7, BuiltTransaction.script)])
            let nothing = Self.empty(type, outputs: [])
            if type == 9 || type == 6 || type == 7 {
                let read = try unlock.decode(as: .dash)
                #expect(read.transfers.map(\.amount) == [UInt256(7)] && read.spends.isEmpty)
                #expect(try Self.block(unlock).decode().transactions.count == 2)
            } else {
                #expect(throws: DecodeError.self) { try unlock.decode(as: .dash) }
                #expect(throws: DecodeError.self) { try Self.block(unlock).decode() }
            }
            if type == 6 || type == 7 {
                #expect(try nothing.decode(as: .dash).transfers.isEmpty)
                let contents = try Self.block(nothing).decode()
                #expect(contents.transactions[1].outputs.isEmpty && contents.outputs.count == 1)
            } else {
                #expect(throws: DecodeError.self) { try nothing.decode(as: .dash) }
                #expect(throws: DecodeError.self) { try Self.block(nothing).decode() }
            }
        }
    }

    @Test func `a block begins with a coinbase all the same`() {
        for type: UInt32 in [6, 7, 9] {
            let block = BuiltBlock(coin: .dash, transactions: [Self.empty(type, outputs: [(7, [0x6a])])])
            #expect(throws: DecodeError.self) { try block.decode() }
        }
    }

    /// DIP-27: whoever signs the withdrawal anew gives it no other id.
    @Test func `what may be signed anew is not part of the id of an asset unlock`() throws {
        var built = Self.empty(9, outputs: [(7, BuiltTransaction.script)])
        let fixed: [UInt8] = [2] + [UInt8](repeating: 3, count: 12)
        built.payload = fixed + [UInt8](repeating: 0, count: 132)
        let id = built.hash
        built.payload = fixed + [UInt8](repeating: 9, count: 132)
        let read = try TransactionDecoder(.dash).transaction(id, from: built.bytes)
        #expect(read.transfers.map(\.amount) == [UInt256(7)])
        #expect(throws: DecodeError.self) { try built.decode(as: .dash) }
        built.payload?[0] = 1
        #expect(throws: Never.self) { try built.decode(as: .dash) }
        built.payload = fixed + [UInt8](repeating: 9, count: 131)
        #expect(throws: Never.self) { try built.decode(as: .dash) }
        #expect(throws: DecodeError.self) { try TransactionDecoder(.dash).transaction(id, from: built.bytes) }
    }

    /// Of type `type`, with a payload and without inputs.
    static func empty(_ type: UInt32, outputs: [(value: UInt64, script: [UInt8])]) -> BuiltTransaction {
        BuiltTransaction(
            version: 3 | type << 16, inputCount: [0], inputs: [], outputs: outputs,
            payload: [UInt8](repeating: 7, count: 100))
    }

    private static func block(_ transaction: BuiltTransaction) -> BuiltBlock {
        BuiltBlock(coin: .dash, transactions: [.coinbase(), transaction])
    }
}
