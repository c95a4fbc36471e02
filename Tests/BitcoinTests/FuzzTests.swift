import Chain
import Foundation
import Hashing
import NodeHTTP
import TestSupport
import Testing

@testable import Bitcoin

/// Every decoder against what no node and no user sends: none crashes, hangs, or takes more than ten times the memory
/// of what it reads; and what is read after all is read the same again.
@Suite(.serialized) struct FuzzTests {
    @Test(.timeLimit(.minutes(30)))
    func `no input crashes a decoder, or costs it out of proportion`() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            await Fuzz.report {
                // Seventeen decoders share the time.
                let share = Fuzz.time / 17
                for coin in Coin.allCases {
                    try await FuzzTests.headers(of: coin, for: share)
                    try await FuzzTests.blocks(of: coin, for: share)
                    try await FuzzTests.transactions(of: coin, for: share)
                }
                try await FuzzTests.addresses(for: share)
                try await FuzzTests.answers(for: share)
            }
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        print(output)
        #expect(output.matches(of: /inputs up to/).count == 17, "\(output)")
    }

    @Test(.disabled(if: Fuzz.isSanitized, "sanitizers take memory and time of their own"))
    func `a decoder that crashes, hoards memory, wastes time or says that it is wrong is found out`() async {
        defer { Fuzz.forget("a decoder that is wrong") }
        await #expect(processExitsWith: .failure) { await FuzzTests.fuzz(1) { $0[$0.count] == 0 } }
        await #expect(processExitsWith: .failure) {
            await FuzzTests.fuzz(1_000_000) { [UInt8](repeating: $0[0], count: 20 * $0.count).count > 0 }
        }
        await #expect(processExitsWith: .failure) {
            await FuzzTests.fuzz(1) { _ in
                // Of processor time: a second may have little of it.
                let end = clock() + 1_300_000
                while clock() < end {}
                return true
            }
        }
        await #expect(processExitsWith: .failure) { await FuzzTests.fuzz(1) { _ in throw TestFailure("wrong") } }
        await #expect(processExitsWith: .success) { await FuzzTests.fuzz(1_000_000) { $0.isEmpty } }
    }

    private static func fuzz(_ length: Int, _ target: ([UInt8]) throws -> Bool) async {
        await Fuzz.report {
            var fuzz = Fuzz("a decoder that is wrong", Mutator([[UInt8](repeating: 1, count: length)], seed: 5))
            fuzz.warmUp = 0
            try await fuzz.run(for: .seconds(2), target)
        }
    }

    /// Several in a row, as REST gives them.
    static func headers(of coin: Coin, for time: Duration) async throws {
        let parameters = ChainParameters(coin: coin, chain: .regtest)!
        let header = BuiltBlock.rich(coin).serializedHeader
        var fuzz = Fuzz("headers of \(coin.rawValue)", Mutator([header, header + header + header], seed: Seed.value))
        let name = coin.provesHeaders ? nil : Hash256(1, 2, 3, 4)
        try await fuzz.run(for: time) { bytes in
            var offset = 0
            while offset < bytes.count {
                let start = offset
                guard (try? BlockHeader(bytes.span.bytes, at: &offset, named: name, on: parameters)) != nil else {
                    return false
                }
                guard offset >= start + BlockHeader.size, offset <= bytes.count else {
                    throw TestFailure("a header of \(offset - start) bytes")
                }
            }
            return true
        }
    }

    /// Every other input is mended: its transactions get a header that commits to them, so that the damage is not
    /// noticed before they are read.
    static func blocks(of coin: Coin, for time: Duration) async throws {
        // Bitcoin Cash has the blocks of Bitcoin until 2017; here, also later ones are read as if they were its own.
        let kin = coin == .bitcoinCash ? .bitcoin : coin
        let real = BlockFixture.all.filter { $0.coin == kin }.compactMap { try? $0.bytes() }
        let small = real.filter { $0.count < 200_000 } + [BuiltBlock.rich(coin).bytes]
        // Mostly small ones; large ones for what shows with size alone.
        let corpus =
            Array([[[UInt8]]](repeating: small, count: 20).joined()) + real.filter { $0.count < 2_500_000 }.prefix(3)
        let parameters = ChainParameters(coin: coin, chain: .regtest)!
        let decoder = BlockDecoder(parameters)
        let format = BitcoinAddress(parameters)
        var count = 0
        var fuzz = Fuzz("blocks of \(coin.rawValue)", Mutator(corpus, seed: Seed.value))
        try await fuzz.run(for: time) { bytes in
            count += 1
            let input = count.isMultiple(of: 2) ? bytes : mended(bytes, of: coin) ?? bytes
            let name = coin.provesHeaders ? nil : Hash256(1, 2, 3, 4)
            guard let contents = try? decoder.contents(of: input, named: name) else { return false }
            _ = contents.spends
            for transfer in contents.transfers(of: coin) {
                guard format.address(of: transfer.recipient) != nil, !transfer.amount.isZero else {
                    throw TestFailure("a transfer to nobody, or of nothing")
                }
            }
            return true
        }
    }

    /// The transactions of `bytes` under a header of their own; nil where they can't be read.
    private static func mended(_ bytes: [UInt8], of coin: Coin) -> [UInt8]? {
        var offset = BlockHeader.size
        let span = bytes.span.bytes
        guard let count = try? span.readCount(&offset, ofAtLeast: 60), count > 0 else { return nil }
        var reader = TransactionReader(coin: coin, source: .block(count: count))
        for _ in 0..<count { guard (try? reader.readTransaction(span, &offset)) != nil else { return nil } }
        guard let root = MerkleTree.root(of: reader.ids) else { return nil }
        let start = [4, 0, coin == .dogecoin ? 0x62 : 0, 0] + [UInt8](repeating: 7, count: 32) + root.bytes
        let bits = UInt32(1_700_000_000).littleEndianBytes + UInt32(0x207f_ffff).littleEndianBytes
        return BuiltBlock.mined(start + bits, by: coin) + bytes[BlockHeader.size...]
    }

    /// Each under the id that it has, if it has one.
    static func transactions(of coin: Coin, for time: Duration) async throws {
        let corpus = BuiltBlock.rich(coin).transactions.map(\.bytes)
        var fuzz = Fuzz("transactions of \(coin.rawValue)", Mutator(corpus, seed: Seed.value))
        try await fuzz.run(for: time) { bytes in
            var reader = TransactionReader(coin: coin, source: .mempool)
            var offset = 0
            guard (try? reader.readTransaction(bytes.span.bytes, &offset)) != nil else { return false }
            let id = reader.transactions[0].id
            guard let transaction = try? TransactionDecoder(coin).transaction(id, from: bytes) else { return false }
            guard transaction.id == id, transaction.transfers.count <= reader.outputs.count else {
                throw TestFailure("another transaction than the one that was read")
            }
            return true
        }
    }

    /// What is taken for an address pays what the address that is shown for it pays.
    static func addresses(for time: Duration) async throws {
        let scripts: [[UInt8]] = [
            [0x76, 0xa9, 20] + [UInt8](1...20) + [0x88, 0xac], [0xa9, 20] + [UInt8](1...20) + [0x87],
            [0x00, 20] + [UInt8](1...20), [0x51, 32] + [UInt8](1...32), [0xaa, 32] + [UInt8](1...32) + [0x87],
        ]
        let formats = ChainParameters.all.map(BitcoinAddress.init)
        let corpus = formats.flatMap { format in
            scripts.compactMap { WatchKey($0).flatMap(format.address(of:)).map { Array($0.utf8) } }
        }
        var fuzz = Fuzz(
            "addresses", Mutator(corpus, tokens: ["1", ":", "bc1", "q", "é"].map { Array($0.utf8) }, seed: Seed.value))
        try await fuzz.run(for: time) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            var isAddress = false
            for format in formats {
                guard let key = try? format.watchKey(of: text) else { continue }
                isAddress = true
                guard let shown = format.address(of: key), try format.watchKey(of: shown) == key else {
                    throw TestFailure("\(text.debugDescription) is not shown as an address of the same recipient")
                }
            }
            return isAddress
        }
    }

    /// What a node answers to each call, all of them mutated but the genesis. Only errors of a node may come of it.
    static func answers(for time: Duration) async throws {
        let http = HTTPClient()
        let answer = MutatedAnswer()
        let nodes = try Coin.allCases.map { coin in
            let parameters = ChainParameters(coin: coin, chain: .regtest)!
            return try ScriptedNode(
                of: parameters, files: { path in path.contains("\(parameters.genesis)") ? nil : answer.bytes },
                { _, _ in String(decoding: answer.bytes, as: UTF8.self) }
            ).node(http: http)
        }
        var count = 0
        var fuzz = Fuzz("answers", Mutator(MutatedAnswer.sound, tokens: Mutator.json, seed: Seed.value))
        try await fuzz.run(for: time) { bytes in
            answer.bytes = bytes
            let node = nodes[count % nodes.count]
            let block = BlockReference(height: 1, hash: Hash256(1, 2, 3, 4))
            count += 1
            do {
                switch count / nodes.count % 8 {
                case 0: _ = try await node.state()
                case 1: _ = try await node.headers(after: block, limit: 10)
                case 2: _ = try await node.block(block)
                case 3: _ = try await node.mempool()
                case 4: _ = try await node.unconfirmed([block.hash])
                case 5: _ = try await node.find(block.hash, in: block.hash)
                case 6: _ = try await node.finality()
                default: _ = try await node.software()
                }
                return true
            } catch is NodeError {
                return false
            }
        }
    }
}
