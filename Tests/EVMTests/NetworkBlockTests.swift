import Chain
import NodeHTTP
import Testing

@testable import EVM

/// What other networks have that Ethereum has not.
@Suite struct NetworkBlockTests {
    private func decode(
        _ block: String, _ receipts: String, on id: UInt64, _ verification: Verification = .roots
    ) throws -> Block {
        let header = try AnswerObject(Array(block.utf8)[...])
        let reference = BlockReference(
            height: Int64(try header.requireNumber("number")), hash: try header.requireHash("hash"))
        return try BlockDecoder(EVMChain(id: id), verification).block(
            reference, from: BlockAnswers(block: Array(block.utf8)[...], receipts: Array(receipts.utf8)[...]))
    }

    /// Locator, recipient and amount of each transfer.
    private func payments(_ block: Block) -> [String] {
        block.transfers.map { "\($0.locator) \($0.recipient.description.prefix(4)) \($0.amount.decimal)" }
    }

    // MARK: The OP stack

    /// After Isthmus the header has another root where that of the withdrawals was.
    @Test func `a real block of the OP stack is proved, with the two fields more of a deposit's receipt`() throws {
        let block = try decode(NetworkBlock.unichainBlock, NetworkBlock.unichainReceipts, on: 1_301, .roots)
        #expect(block.header.height == 35_535_698)
        #expect(block.transfers.isEmpty)
        for (told, altered) in [
            (#""depositNonce":"0x21e3b52""#, #""depositNonce":"0x21e3b53""#),
            (#","depositNonce":"0x21e3b52","depositReceiptVersion":"0x1""#, ""),
        ] {
            let receipts = NetworkBlock.unichainReceipts.replacing(told, with: altered)
            #expect(receipts != NetworkBlock.unichainReceipts)
            #expect(throws: DecodeError.self) { try decode(NetworkBlock.unichainBlock, receipts, on: 1_301) }
        }
        #expect(throws: DecodeError.self) {
            try decode(NetworkBlock.unichainBlock, NetworkBlock.unichainReceipts, on: 1)
        }
    }

    /// "The mint is credited to `from` even if the transaction fails": by a locator of its own, for no call moves it.
    @Test func `what a deposit mints is its sender's, whatever becomes of the deposit`() throws {
        let block = try decode(NetworkBlock.opStackBlock, NetworkBlock.opStackReceipts, on: 10)
        #expect(
            payments(block) == [
                "mint 977f 500000000000000", "call 4200 500000000000000", "log:0 b1b1 6",
                // It failed.
                "mint a1a1 5",
                // It pays its own sender, who has it already.
                "mint c1c1 7",
                // It mints nothing.
                "call b1b1 4",
                // It creates a contract.
                "mint a1a1 9", "call a790 2",
                "call a1a1 1",
            ])
        #expect(block.transfers.allSatisfy { $0.isProved })
    }

    /// What calls pay is confirmed by balances, which a mint changes too.
    @Test func `what a deposit mints is in the sum of what an address gets and pays`() throws {
        let chain = EVMChain(id: 10)
        let contents = try BlockContents(
            BlockAnswers(
                block: Array(NetworkBlock.opStackBlock.utf8)[...],
                receipts: Array(NetworkBlock.opStackReceipts.utf8)[...]),
            on: chain, .roots, unindexed: [])
        let traces = contents.transactions.enumerated().map { index, transaction in
            let hasFailed = !contents.receipts[index].hasSucceeded
            guard !hasFailed, !transaction.value.isZero, let recipient = transaction.recipient ?? transaction.created,
                recipient != transaction.sender
            else { return CallTrace(payments: [], hasFailed: hasFailed) }
            let payment = CallTrace.Payment(
                path: [], sender: transaction.sender, recipient: recipient, amount: transaction.value)
            return CallTrace(payments: [payment], hasFailed: false)
        }
        let sheet = try BalanceSheet(contents, traces)
        // Its two mints and what it is paid, less what its deposits pay; the second one's mint is as much as it pays.
        for (byte, after) in [("a1", 5 + 9 + 1 - 4 - 2), ("c1", 7), ("b1", 4)] {
            let address = try #require(Hex.decode(String(repeating: byte, count: 20)).flatMap { WatchKey($0) })
            #expect(sheet.explains(address, before: UInt256(0), after: UInt256(UInt64(after))))
            #expect(!sheet.explains(address, before: UInt256(0), after: UInt256(UInt64(after + 1))))
        }
    }

    @Test func `a chain without withdrawals has none, whatever its header's root`() throws {
        let paying = NetworkBlock.opStackBlock.replacing(
            #""withdrawals":[]"#,
            with:
                #""withdrawals":[{"index":"0x1","validatorIndex":"0x1","address":"0x\#(String(repeating: "a1", count: 20))","amount":"0x1"}]"#
        )
        #expect(paying != NetworkBlock.opStackBlock)
        #expect(throws: DecodeError.self) { try decode(paying, NetworkBlock.opStackReceipts, on: 10) }
    }

    // MARK: Arbitrum

    @Test func `Arbitrum's own transactions pay what is certain`() throws {
        let block = try decode(NetworkBlock.arbitrumBlock, NetworkBlock.arbitrumReceipts, on: 42_161)
        #expect(
            payments(block) == [
                // A deposit, then what users and contracts sent through Ethereum, then a retryable's attempts: one to a
                // contract that it creates is nobody's, one from an address to itself comes out of the ticket's escrow.
                "call a1a1 10", "call b1b1 11", "call c1c1 12", "call a1a1 13", "log:0 a1a1 20", "call a1a1 15",
            ])
    }

    // MARK: BNB Smart Chain

    /// The system's own transactions, which cost nothing, are of the first type.
    @Test func `a real block of BSC hashes to its hash, and its transactions are those of its root`() throws {
        let chain = EVMChain(id: 97)
        let object = try AnswerObject(Array(NetworkBlock.chapel.utf8)[...])
        let header = try BlockHeader(object, on: chain)
        #expect(header.header.height == 55_475_596)
        let transactions = try BlockContents.transactions(
            try object.require("transactions"), of: header, on: chain, .roots)
        #expect(transactions.map { $0.value.isZero } == [true, true, true, false])
        #expect(try BlockContents.withdrawals(try object["withdrawals"], of: header, on: chain).isEmpty)
    }

    // MARK: Avalanche

    @Test func `a real header of Avalanche hashes to its hash, and on Ethereum the field that it has more is named`()
        throws
    {
        let answer = Array(NetworkBlock.avalanche.utf8)[...]
        let header = try BlockDecoder(EVMChain(id: 43_114)).header(from: answer)
        #expect(header.height == 30_806_864)
        let error = #expect(throws: DecodeError.self) { try BlockDecoder(EVMChain(id: 1)).header(from: answer) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("\"extDataHash\"") == true)
        // What came from another of its chains is in no hash that is looked at.
        let importing = NetworkBlock.avalanche.replacing(#""blockExtraData":"0x""#, with: #""blockExtraData":"0x00""#)
        #expect(importing != NetworkBlock.avalanche)
        #expect(try BlockDecoder(EVMChain(id: 43_114)).header(from: Array(importing.utf8)[...]) == header)
    }

    // MARK: Polygon

    /// With linked it does not matter what is in roots and bloom.
    @Test(arguments: [
        (NetworkBlock.polygonBlock, NetworkBlock.polygonReceipts),
        (NetworkBlock.polygonBlockWithoutBloom, NetworkBlock.polygonReceiptsWithoutBloom),
    ])
    func `tokens that come to Polygon from Ethereum are by the logs of a transaction that shows no fields`(
        block: String, receipts: String
    ) throws {
        let found = try decode(block, receipts, on: 137, .linked)
        #expect(payments(found) == ["call a1a1 1", "log:0 b1b1 2", "log:0 c1c1 3"])
        #expect(found.transfers.last?.transaction.description == String(repeating: "7f", count: 32))
        // Elsewhere it is unknown.
        let error = #expect(throws: DecodeError.self) { try decode(block, receipts, on: 1, .linked) }
        #expect(error?.message.contains("type 0x7f is unknown") == true)
    }

    @Test func `types of other networks stop a network by their name`() throws {
        let blocks: [(String, String, UInt64, String)] = [
            (NetworkBlock.opStackBlock, NetworkBlock.opStackReceipts, 42_161, "0x7e"),
            (NetworkBlock.arbitrumBlock, NetworkBlock.arbitrumReceipts, 10, "0x6a"),
        ]
        for (block, receipts, id, type) in blocks {
            for verification in Verification.allCases {
                let error = #expect(throws: DecodeError.self) { try decode(block, receipts, on: id, verification) }
                #expect(error?.code == .unknownFormat)
                #expect(error?.message.contains("type \(type) is unknown") == true)
            }
        }
    }
}
