import Chain
import EVM
import Testing

@Suite struct RecordedBlockTests {
    private let payer = String(repeating: "5e", count: 20)

    private func block(
        unindexed: [String] = [], _ traces: BlockAnswers.Traces? = nil
    ) throws -> Block {
        let contracts = Set(unindexed.compactMap { Hex.decode($0).flatMap { WatchKey($0) } })
        return try BlockDecoder(EVMChain(id: RecordedBlock.chainID), unindexed: contracts).block(
            RecordedBlock.reference,
            from: BlockAnswers(
                block: Array(RecordedBlock.block.utf8)[...], receipts: Array(RecordedBlock.receipts.utf8)[...],
                traces: traces))
    }

    private func movement(
        _ transaction: Int, _ locator: String, _ recipient: String, _ amount: String, of contract: String? = nil
    ) -> Movement {
        Movement(
            "0x\(RecordedBlock.transactions[transaction])", locator, contract.map { "0x" + address($0) },
            "0x" + (recipient.count == 2 ? address(recipient) : recipient), amount)
    }

    private func address(_ byte: String) -> String { String(repeating: byte, count: 20) }

    private var withdrawals: [Movement] {
        let block = "0x\(RecordedBlock.reference.hash)"
        return [
            Movement(block, "withdrawal:0", nil, "0x" + address("a1"), "32000000000000000000"),
            Movement(block, "withdrawal:2", nil, "0x" + address("c1"), "1000000000"),
        ]
    }

    private let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

    /// Of all that looks like a transfer, exactly this is one.
    private var topLevel: [Movement] {
        [
            movement(0, "call", "a1", "1000000000000000000"),
            movement(1, "log:0", "b1", "100", of: "70"),
            movement(1, "log:11", "c1", most, of: "70"),
            movement(3, "call", RecordedBlock.created, "3"),
            movement(4, "call", "b1", "5"),
            movement(5, "log:0", "c1", "1", of: "71"),
            movement(5, "log:1", "a1", "2", of: "70"),
            movement(6, "call", "c1", "256"),
            movement(6, "log:0", "a1", "3", of: "70"),
        ]
    }

    @Test func `the coin by successful transactions, tokens by logs of ERC-20's shape, withdrawals`() throws {
        let block = try block()
        #expect(block.transfers.map(Movement.init) == topLevel + withdrawals)
        #expect(block.transfers.map(\.blockIndex) == Array(0..<11))
        #expect(block.header.time == 0x6900_0000)
        #expect(block.header.parent.description == String(repeating: "11", count: 32))
        #expect(block.spends.isEmpty)
    }

    /// The same form of another contract, log 5, is still none.
    @Test func `a token of before indexed fields has its transfers where it is flagged`() throws {
        let found = try block(unindexed: [address("71")]).transfers.map(Movement.init)
        #expect(Set(found).subtracting(topLevel + withdrawals) == [movement(1, "log:4", "c1", "55", of: "71")])
        #expect(found.count == topLevel.count + withdrawals.count + 1)
    }

    /// pitfall 24: what contracts pay is in no `to` and in no log. What an erring call had paid is undone with all
    /// below it (the Coinbase and Kraken cases), and only CALL, CREATE and SELFDESTRUCT move the coin.
    @Test(arguments: [
        BlockAnswers.Traces.callTracer(Array(RecordedBlock.calls.utf8)[...]),
        .blockTracer(Array(RecordedBlock.traces.utf8)[...]),
    ])
    func `what contracts paid is in the traces, once`(traces: BlockAnswers.Traces) throws {
        let inner = [
            movement(1, "call:1.0", "b1", "11"),
            movement(3, "call:0", "62", "2"),
            movement(5, "call:1", "61", "21"),
            movement(5, "call:1.2", "a1", "17"),
            movement(5, "call:2", "b1", "19"),
        ]
        let found = try block(traces).transfers.map(Movement.init)
        #expect(Set(found) == Set(topLevel + withdrawals + inner))
        #expect(found.count == topLevel.count + withdrawals.count + inner.count)
    }

    /// Nothing commits to traces; where they contradict what is committed to, they are another transaction's.
    @Test(arguments: [
        (#""value":"0xde0b6b3a7640000""#, #""value":"0xde0b6b3a7640001""#),
        (#","error":"execution reverted""#, ""),
        (#""value":"0x100""#, #""value":"0x100","error":"out of gas""#),
        (
            #""to":"0xb1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","gas":"0x1","gasUsed":"0x1","input":"0x","type":"CALL","value":"0x5""#,
            #""to":"0xb2b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","gas":"0x1","gasUsed":"0x1","input":"0x","type":"CALL","value":"0x5""#
        ),
    ])
    func `a trace that contradicts its transaction is refused`(told: String, altered: String) throws {
        let calls = RecordedBlock.calls.replacing(told, with: altered)
        #expect(calls != RecordedBlock.calls)
        #expect(throws: DecodeError.self) { try block(.callTracer(Array(calls.utf8)[...])) }
    }

    @Test func `another block than the one asked for is refused`() throws {
        for reference in [
            BlockReference(height: RecordedBlock.reference.height + 1, hash: RecordedBlock.reference.hash),
            BlockReference(height: RecordedBlock.reference.height, hash: Hash256(1, 2, 3, 4)),
        ] {
            #expect(throws: DecodeError.self) {
                try BlockDecoder(EVMChain(id: 1)).block(
                    reference,
                    from: BlockAnswers(
                        block: Array(RecordedBlock.block.utf8)[...], receipts: Array(RecordedBlock.receipts.utf8)[...]))
            }
        }
    }
}
