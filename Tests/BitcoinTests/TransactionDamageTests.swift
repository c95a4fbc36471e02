import Bitcoin
import Chain
import TestSupport
import Testing

/// A damaged transaction is refused, or else is the same transaction: witnesses and Litecoin's MimbleWimble part are
/// the only bytes that the id does not commit to.
@Suite struct TransactionDamageTests {
    struct Recorded: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let sound: UnconfirmedTransaction

        init(_ name: String, _ bytes: some Sequence<UInt8>) throws {
            self.name = name
            self.bytes = Array(bytes)
            sound = try TransactionDecoder(.litecoin).transaction(RecordedBlock.payment, from: self.bytes)
        }

        var testDescription: String { name }
    }

    /// A payment as it was recorded, with a witness of 107 bytes; without that; and as if it had a MimbleWimble part.
    static let recorded: [Recorded] = {
        let bytes = RecordedBlock.plain[BlockLayout(RecordedBlock.plain).transactions[1]]
        let (version, body, lockTime) = (bytes.prefix(4), bytes.dropFirst(6).dropLast(4), bytes.suffix(4))
        return try! [
            Recorded("with a witness", bytes),
            Recorded("without", version + body.dropLast(107) + lockTime),
            Recorded("with a MimbleWimble part", version + [0, 9] + body + (1...60) + lockTime),
        ]
    }()

    @Test(arguments: recorded)
    func `no bit can be flipped unnoticed`(recorded: Recorded) {
        var damaged = recorded.bytes
        var accepted = 0
        for bit in 0..<damaged.count * 8 {
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if check(damaged, against: recorded) { accepted += 1 }
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        // The contents of witnesses and MimbleWimble parts, and nothing where there are none.
        #expect((accepted > 0) == (recorded.name != "without"))
    }

    @Test(arguments: recorded)
    func `no transaction is read when it is cut short`(recorded: Recorded) {
        for length in 0..<recorded.bytes.count {
            #expect(!check(Array(recorded.bytes[..<length]), against: recorded), "\(length) bytes")
        }
    }

    @Test func `random damage crashes nothing and changes no transfer and no spend`() throws {
        var generator = SplitMix64(seed: 20_261_123)
        for _ in 0..<20_000 {
            let recorded = try #require(Self.recorded.randomElement(using: &generator))
            var bytes = recorded.bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = Int.random(in: start...min(start + 12, bytes.count), using: &generator)
                switch UInt8.random(in: 0..<4, using: &generator) {
                case 0 where end - start < bytes.count: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
                case 2: bytes[start] = [0x00, 0x01, 0x08, 0xfd, 0xfe, 0xff].randomElement(using: &generator)!
                default: bytes[start] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            check(bytes, against: recorded)
        }
    }

    /// Whether `bytes` are still read, which they may only be as the transaction that they were.
    @discardableResult
    private func check(_ bytes: [UInt8], against recorded: Recorded) -> Bool {
        guard let read = try? TransactionDecoder(.litecoin).transaction(recorded.sound.id, from: bytes) else {
            return false
        }
        #expect(read == recorded.sound)
        return true
    }
}
