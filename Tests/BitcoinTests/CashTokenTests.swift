import Bitcoin
import Chain
import Testing

/// The coins under tokens: which prefixes are taken off, and that nothing else is.
@Suite struct CashTokenTests {
    static let script = BuiltTransaction.script
    static let category = [UInt8](repeating: 0x11, count: 32)

    /// The bits that tell what follows, and what does: commitment and amount.
    struct Prefix: Sendable {
        let bits: UInt8
        var fields: [UInt8] = []

        var bytes: [UInt8] { [0xef] + CashTokenTests.category + [bits] + fields }
    }

    static let sound: [Prefix] = [
        Prefix(bits: 0x10, fields: [1]), Prefix(bits: 0x10, fields: [0xfc]),
        Prefix(bits: 0x10, fields: [0xfd, 0xfd, 0]),
        Prefix(bits: 0x10, fields: [0xfe, 0, 0, 1, 0]), Prefix(bits: 0x10, fields: [0xff, 0, 0, 0, 0, 1, 0, 0, 0]),
        Prefix(bits: 0x10, fields: [0xff] + Int64.max.littleEndianBytes),
        Prefix(bits: 0x20), Prefix(bits: 0x21), Prefix(bits: 0x22), Prefix(bits: 0x30, fields: [5]),
        Prefix(bits: 0x31, fields: [5]), Prefix(bits: 0x32, fields: [0xfd, 0xff, 0xff]),
        Prefix(bits: 0x60, fields: [1, 0xcc]), Prefix(bits: 0x61, fields: [40] + [UInt8](repeating: 0xcc, count: 40)),
        Prefix(bits: 0x62, fields: [128] + [UInt8](repeating: 0xcc, count: 128)),
        Prefix(bits: 0x70, fields: [2, 0xcc, 0xcc, 1]),
        Prefix(bits: 0x72, fields: [1, 0xef, 0xff] + Int64.max.littleEndianBytes),
    ]

    static let unsound: [Prefix] = [
        // No tokens, or bits that mean nothing.
        Prefix(bits: 0x00), Prefix(bits: 0x01), Prefix(bits: 0x40, fields: [1, 0xcc]), Prefix(bits: 0x80),
        Prefix(bits: 0x90, fields: [1]), Prefix(bits: 0xa0), Prefix(bits: 0xf0, fields: [1, 0xcc, 1]),
        // A capability or a commitment without a non-fungible token, or a capability that is none.
        Prefix(bits: 0x11, fields: [1]), Prefix(bits: 0x12, fields: [1]), Prefix(bits: 0x50, fields: [1, 0xcc, 1]),
        Prefix(bits: 0x23), Prefix(bits: 0x2f), Prefix(bits: 0x33, fields: [1]),
        // An empty commitment, and lengths and amounts that are not in their shortest form.
        Prefix(bits: 0x60, fields: [0]), Prefix(bits: 0x70, fields: [0, 1]),
        Prefix(bits: 0x60, fields: [0xfd, 1, 0, 0xcc]),
        Prefix(bits: 0x10, fields: [0xfd, 1, 0]), Prefix(bits: 0x10, fields: [0xfe, 1, 0, 0, 0]),
        Prefix(bits: 0x10, fields: [0xff, 1, 0, 0, 0, 0, 0, 0, 0]),
        // Amounts of nothing, and beyond the largest.
        Prefix(bits: 0x10, fields: [0]), Prefix(bits: 0x30, fields: [0]),
        Prefix(bits: 0x10, fields: [0xff, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        Prefix(bits: 0x10, fields: [0xff] + UInt64.max.littleEndianBytes),
        // A commitment longer than all that follows.
        Prefix(bits: 0x60, fields: [0xfc]), Prefix(bits: 0x60, fields: [0xff] + UInt64.max.littleEndianBytes),
    ]

    @Test func `the coins under tokens are paid to who is named after them`() throws {
        let long = [0xaa, 32] + [UInt8](1...32) + [0x87]
        for prefix in Self.sound {
            for script in [Self.script, [0xa9, 20] + [UInt8](1...20) + [0x87], long] {
                let transfers = try transfers(of: [prefix.bytes + script], as: .bitcoinCash)
                #expect(transfers.map(\.recipient.bytes) == [script], "\(prefix)")
                #expect(transfers.map(\.amount) == [UInt256(5_000)])
            }
            #expect(try transfers(of: [prefix.bytes], as: .bitcoinCash).isEmpty)
            #expect(try transfers(of: [prefix.bytes + prefix.bytes + Self.script], as: .bitcoinCash).isEmpty)
        }
    }

    @Test func `what is not a sound prefix is a script like any other`() throws {
        for prefix in Self.unsound {
            let transfers = try transfers(of: [prefix.bytes + Self.script, Self.script], as: .bitcoinCash)
            #expect(transfers.map(\.locator) == [.output(1)], "\(prefix)")
        }
        for prefix in Self.sound {
            for length in 0..<prefix.bytes.count {
                #expect(try transfers(of: [Array(prefix.bytes[..<length])], as: .bitcoinCash).isEmpty)
            }
            // The script's first bytes may pass for what is missing, but what is left then pays nobody.
            #expect(try transfers(of: [prefix.bytes.dropLast() + Self.script], as: .bitcoinCash).isEmpty)
        }
    }

    @Test func `no other coin has tokens, nor P2SH with 32 bytes`() throws {
        let prefix = Prefix(bits: 0x10, fields: [1]).bytes
        for coin in Coin.allCases where coin != .bitcoinCash {
            let scripts = [prefix + Self.script, [0xaa, 32] + [UInt8](1...32) + [0x87], Self.script]
            #expect(try transfers(of: scripts, as: coin).map(\.locator) == [.output(2)])
        }
    }

    @Test func `the scripts of witnesses are watched where there are witnesses`() throws {
        let hash = [UInt8](1...32)
        let scripts: [[UInt8]] = [[0x00, 20] + hash[..<20], [0x00, 32] + hash, [0x51, 32] + hash]
        for coin in Coin.allCases {
            let count = try transfers(of: scripts, as: coin).count
            #expect(count == (coin == .bitcoin || coin == .litecoin ? 3 : 0))
        }
    }

    private func transfers(of scripts: [[UInt8]], as coin: Coin) throws -> [Transfer] {
        var transaction = BuiltTransaction.spending(1)
        transaction.outputs = scripts.map { (5_000, $0) }
        return try transaction.decode(as: coin).transfers
    }
}
