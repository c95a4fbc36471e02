import Chain
import Foundation
import SwiftProtobuf
import Testing

@testable import Tron

/// What a block pays, and what only looks like a payment.
@Suite struct TransferTests {
    private func transfers(
        _ transactions: [MadeTransaction], _ decoder: BlockDecoder = BlockDecoder()
    ) throws -> [Transfer] {
        try MadeBlock(transactions: transactions).decoded(decoder).transfers
    }

    @Test func `a transfer of TRX pays its recipient, to the last sun`() throws {
        let made = [
            try MadeTransaction.transfer(1, to: .customer), try .transfer(.max, to: .customer, salt: 1),
        ]
        #expect(
            try transfers(made) == [
                Transfer(
                    transaction: made[0].id, locator: .call([]), recipient: Data.customer.key, amount: UInt256(1),
                    blockIndex: 0),
                Transfer(
                    transaction: made[1].id, locator: .call([]), recipient: Data.customer.key,
                    amount: UInt256(UInt64(Int64.max)), blockIndex: 1),
            ])
    }

    @Test func `the block is the one that the answer is about`() throws {
        let made = MadeBlock(transactions: [try .transfer(5, to: .customer)])
        let block = try made.decoded()
        #expect(block.reference == BlockReference(height: made.number, hash: made.id))
        #expect(block.header.parent.bytes == [UInt8](made.header.parentHash))
        #expect(block.header.time == 1_700_000_003)
        #expect(block.header.work == 1)
        #expect(try BlockDecoder().header(made.json.answer) == block.header)
    }

    /// pitfall 10: two transfers in one transaction share an id.
    @Test func `each log of a token is a transfer of its own, numbered among all logs of its transaction`() throws {
        let other = #"{"address":"\#(Data.usdt.dropFirst().hex)","topics":["\#(String(repeating: "9", count: 64))"]}"#
        let made = try MadeTransaction.call(logs: [
            MadeTransaction.log(3, to: .customer), other, MadeTransaction.log(4, to: .customer),
        ])
        let found = try transfers([try .transfer(1, to: .customer), made])
        #expect(found.map(\.locator) == [.call([]), .log(0), .log(2)])
        #expect(found.dropFirst().map(\.amount) == [UInt256(3), UInt256(4)])
        #expect(found.dropFirst().allSatisfy { $0.contract == Data.usdt.key && $0.recipient == Data.customer.key })
        #expect(found.map(\.blockIndex) == [0, 1, 2])
    }

    @Test func `who pays himself gets nothing`() throws {
        let coin = #"{"callValue":7}"#
        let made: [MadeTransaction] = [
            try .transfer(1, to: .sender), try .asset("1002000", 2, to: .sender),
            try .call(logs: [MadeTransaction.log(3, to: .sender), MadeTransaction.log(4, to: .customer)]),
            try .call(
                internal: [
                    MadeTransaction.payment(coin, to: .usdt), MadeTransaction.payment(coin, to: .customer),
                ], salt: 1),
        ]
        let decoder = BlockDecoder(tokens: [try #require(WatchKey(trc10: "1002000"))], countsInternal: true)
        let found = try MadeBlock(transactions: made).decoded(decoder).transfers
        #expect(found.map(\.recipient) == [Data.customer.key, Data.customer.key])
        #expect(found.map(\.locator) == [.log(1), .call([1])])
    }

    /// Identity is the contract, whatever its symbol says.
    @Test func `a token of the same name is another contract`() throws {
        let found = try transfers([try .call(logs: [MadeTransaction.log(3, to: .customer, of: .sender)])])
        #expect(found.map(\.contract) == [Data.sender.key])
    }

    /// pitfall 23: the status of a transaction, and not its fields, says whether it paid.
    @Test(arguments: ["REVERT", "OUT_OF_ENERGY", "OUT_OF_TIME", "TRANSFER_FAILED", "UNKNOWN", "INVALID_CODE"])
    func `what failed pays nobody`(result: String) throws {
        let payment = MadeTransaction.payment(#"{"callValue":9}"#, to: .customer)
        let call = try MadeTransaction.call(
            logs: [MadeTransaction.log(3, to: .customer)], internal: [payment], result: result)
        var transfer = try MadeTransaction.transfer(5, to: .customer)
        transfer.ret = #"[{"contractRet":"\#(result)"}]"#
        transfer.infoMore = #","result":"FAILED""#
        #expect(try transfers([call, transfer]).isEmpty)
    }

    /// pitfall 24: what contracts pay is in no log and in no recipient of a transaction.
    @Test func `internal calls, creations and ends of contracts pay TRX`() throws {
        let made = try MadeTransaction.call(internal: [
            MadeTransaction.payment(#"{"callValue":1}"#, to: .customer),
            MadeTransaction.payment("{}", to: .customer),
            MadeTransaction.payment(#"{"callValue":2}"#, to: .customer, note: "create", more: #","rejected":false"#),
            MadeTransaction.payment(#"{"callValue":3}"#, to: .customer, note: "suicide"),
        ])
        let found = try transfers([made])
        #expect(found.map(\.locator) == [.call([0]), .call([2]), .call([3])])
        #expect(found.map(\.amount) == [UInt256(1), UInt256(2), UInt256(3)])
        #expect(found.allSatisfy { $0.contract == nil && $0.recipient == Data.customer.key && !$0.isProved })
        #expect(try transfers([made], BlockDecoder(countsInternal: false)).isEmpty)
    }

    @Test func `a rejected internal call pays nobody, and is counted`() throws {
        let made = try MadeTransaction.call(internal: [
            MadeTransaction.payment(#"{"callValue":1}"#, to: .customer, more: #","rejected":true"#),
            MadeTransaction.payment(#"{"callValue":2}"#, to: .customer),
        ])
        #expect(try transfers([made]).map(\.locator) == [.call([1])])
    }

    /// A contract that stakes for somebody leaves an internal transaction with a value, and him as its receiver.
    @Test(arguments: [
        "freezeForEnergy", "unfreezeForBandwidth", "freezeBalanceV2ForEnergy", "delegateResourceOfEnergy",
        "unDelegateResourceOfBandwidth", "withdrawReward", "withdrawExpireUnfreeze", "voteWitness",
        "cancelAllUnfreezeV2",
    ])
    func `a stake for somebody is not a payment, and not counted among the calls`(note: String) throws {
        let made = try MadeTransaction.call(internal: [
            MadeTransaction.payment(#"{"callValue":1000000}"#, to: .customer, note: note),
            MadeTransaction.payment(#"{"callValue":2}"#, to: .customer),
        ])
        let found = try transfers([made])
        #expect(found.map(\.locator) == [.call([0])])
        #expect(found.map(\.amount) == [UInt256(2)])
    }

    @Test func `an unknown kind of internal transaction with a value stops the network`() throws {
        let made = try MadeTransaction.call(internal: [
            MadeTransaction.payment(#"{"callValue":1}"#, to: .customer, note: "teleport")
        ])
        let error = #expect(throws: DecodeError.self) { try transfers([made]) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("\"teleport\"") == true)
        // Without one, or rejected, it moves nothing.
        for harmless in [
            MadeTransaction.payment("{}", to: .customer, note: "teleport"),
            MadeTransaction.payment(#"{"callValue":1}"#, to: .customer, note: "teleport", more: #","rejected":true"#),
        ] { #expect(try transfers([try .call(internal: [harmless])]).isEmpty) }
    }

    @Test func `a call of itself moves nothing`() throws {
        #expect(
            try transfers([try .call(internal: [MadeTransaction.payment(#"{"callValue":5}"#, to: .usdt)])]).isEmpty)
    }

    @Test func `TRC-10 counts by listed id only, sent or paid by a contract`() throws {
        let made = [
            try MadeTransaction.asset("1002000", 9, to: .customer), try .asset("1002001", 9, to: .customer),
            try .call(internal: [
                MadeTransaction.payment(
                    #"{"callValue":4},{"callValue":5,"tokenId":"1002000"},{"callValue":6,"tokenId":"1002001"}"#,
                    to: .customer)
            ]),
        ]
        #expect(try transfers(made).map(\.contract) == [nil])
        let token = try #require(WatchKey(trc10: "1002000"))
        let found = try transfers(made, BlockDecoder(tokens: [token]))
        #expect(found.map(\.contract) == [token, nil, token])
        #expect(found.map(\.locator) == [.call([]), .call([0]), .call([0])])
        #expect(found.map(\.amount) == [UInt256(9), UInt256(4), UInt256(5)])
    }

    @Test(arguments: ["", "0", "01", "-1", "1e3", "USDT", "12345678901234567890", "１"])
    func `what is not a number names no TRC-10 token`(id: String) {
        #expect(WatchKey(trc10: id) == nil)
    }

    /// The value of a call is the contract's.
    @Test func `a call with a value pays no customer`() throws {
        #expect(try transfers([try .call()]).isEmpty)
    }

    @Test func `logs that are not transfers are none`() throws {
        let log = MadeTransaction.log(3, to: .customer)
        let topics = String(repeating: "0", count: 24) + Data.customer.dropFirst().hex
        for other in [
            // Of nothing; of a token with a number (TRC-721); of addresses that are none; without data.
            MadeTransaction.log(0, to: .customer),
            log.replacing("],\"data\"", with: ",\"\(String(repeating: "0", count: 64))\"],\"data\""),
            log.replacing("\"\(topics)\"", with: "\"1\(topics.dropFirst())\""),
            String(log.prefix(while: { $0 != "]" })) + "]}",
            log.replacing("\"data\":\"", with: "\"data\":\"00"),
            log.replacing("\"data\":\"", with: "\"data\":\"" + String(repeating: "00", count: 4_096)),
        ] {
            #expect(try transfers([try .call(logs: [other])]).isEmpty, "\(other.prefix(400))")
        }
    }

    @Test(arguments: [
        (0, "AccountCreateContract"), (4, "VoteWitnessContract"), (9, "ParticipateAssetIssueContract"),
        (13, "WithdrawBalanceContract"), (44, "ExchangeTransactionContract"), (51, "ShieldedTransferContract"),
        (54, "FreezeBalanceV2Contract"), (57, "DelegateResourceContract"), (59, "CancelAllUnfreezeV2Contract"),
    ])
    func `contracts of other kinds pay nobody, whatever their fields look like`(number: Int, name: String) throws {
        let contract = WireTransferContract.with {
            $0.ownerAddress = .sender
            $0.toAddress = .customer
            $0.amount = 5
        }
        #expect(try transfers([try MadeTransaction(number, name, contract, value: "{}")]).isEmpty)
    }

    @Test func `every type that the messages know is known to pay or not`() {
        for number in -1...100 {
            guard let type = WireTransaction.Contract.ContractType(rawValue: number) else { continue }
            if case .UNRECOGNIZED = type {
                #expect(ContractKind.known(number) == nil)
            } else {
                #expect(ContractKind.known(number).map { "\($0.name)".lowercased() } == "\(type)".lowercased())
            }
        }
    }
}
