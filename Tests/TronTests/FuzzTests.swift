import Chain
import Foundation
import SwiftProtobuf
import TestSupport
import Testing

@testable import Tron

/// Every decoder against what no node and no user sends: none crashes, hangs, or takes more than ten times the memory
/// of what it reads; and whatever is made of a block, what pays is in the bytes of a transaction.
@Suite(.serialized) struct FuzzTests {
    @Test(.timeLimit(.minutes(30)))
    func `no input crashes a decoder, or costs it out of proportion`() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            await Fuzz.report {
                let share = Fuzz.time / 5
                try await FuzzTests.headers(for: share)
                try await FuzzTests.blocks(for: share)
                try await FuzzTests.infos(for: share)
                try await FuzzTests.bytes(for: share)
                try await FuzzTests.addresses(for: share)
            }
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        print(output)
        #expect(output.matches(of: /inputs up to/).count == 5, "\(output)")
    }

    private static let decoder = BlockDecoder(tokens: [WatchKey(trc10: "1002000")!])

    private static func made() throws -> MadeBlock {
        MadeBlock(transactions: [
            try .transfer(5, to: .customer), try .asset("1002000", 9, to: .customer),
            try .call(
                logs: [MadeTransaction.log(3, to: .customer)],
                internal: [
                    MadeTransaction.payment(#"{"callValue":4},{"callValue":5,"tokenId":"1002000"}"#, to: .customer)
                ]),
            try .call(result: "REVERT", salt: 1),
        ])
    }

    private static func headers(for time: Duration) async throws {
        let made = MadeBlock()
        var fuzz = Fuzz("headers", Mutator([Array(made.json.utf8)], tokens: Mutator.json, seed: Seed.value))
        try await fuzz.run(for: time) { input in
            guard let header = try? decoder.header(input[...]) else { return false }
            guard header.hash == made.id else { throw TestFailure("another header was accepted") }
            return true
        }
    }

    private static func blocks(for time: Duration) async throws {
        let made = try made()
        let infos = made.infos.answer
        let sound = try made.decoded(decoder).transfers
        let list = #"{"block":[\#(made.json),\#(MadeBlock().json)]}"#
        var fuzz = Fuzz(
            "blocks", Mutator([Array(made.json.utf8), Array(list.utf8)], tokens: Mutator.json, seed: Seed.value))
        try await fuzz.run(for: time) { input in
            _ = try? decoder.blocks(input[...])
            guard let contents = try? decoder.block(input[...]) else { return false }
            // Which of its transactions are there is the node's word.
            guard let block = try? contents.verified(by: infos) else { return true }
            guard Set(block.transfers.map(\.amount)) == Set(sound.map(\.amount)) else {
                throw TestFailure("the same infos with another block's transfers")
            }
            return true
        }
    }

    private static func infos(for time: Duration) async throws {
        let made = try made()
        guard let contents = try decoder.block(made.json.answer) else { throw TestFailure("no block") }
        var fuzz = Fuzz("infos", Mutator([Array(made.infos.utf8)], tokens: Mutator.json, seed: Seed.value))
        try await fuzz.run(for: time) { input in
            guard let block = try? contents.verified(by: input[...]) else { return false }
            let own = block.transfers.filter { $0.locator == .call([]) }.map(\.amount)
            guard own == [UInt256(5), UInt256(9)] else { throw TestFailure("infos changed what transactions say") }
            return true
        }
    }

    /// What a transaction says, with an id that fits.
    private static func bytes(for time: Duration) async throws {
        let made = try made()
        var fuzz = Fuzz("bytes", Mutator(made.transactions.map(\.bytes), seed: Seed.value))
        try await fuzz.run(for: time) { input in
            var transaction = made.transactions[0]
            guard let raw = try? WireTransaction.raw(serializedBytes: input) else { return false }
            transaction.raw = raw
            return (try? Transaction(transaction.json.answer)) != nil
        }
    }

    private static func addresses(for time: Duration) async throws {
        let corpus = ["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"]
        var fuzz = Fuzz("addresses", Mutator(corpus.map { Array($0.utf8) }, seed: Seed.value))
        try await fuzz.run(for: time) { input in
            guard let key = try? TronAddress().watchKey(of: String(decoding: input, as: UTF8.self)) else {
                return false
            }
            guard let text = TronAddress().address(of: key), try TronAddress().watchKey(of: text) == key else {
                throw TestFailure("\(key) is spelled otherwise than it is read")
            }
            return true
        }
    }
}
