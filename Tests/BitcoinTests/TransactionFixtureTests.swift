import Bitcoin
import Chain
import Foundation
import TestSupport
import Testing

/// Real transactions, each out of its own bytes, against what their nodes said of them.
@Suite(.enabled(if: BlockFixture.arePresent, "needs ../shared/fixtures"))
struct TransactionFixtureTests {
    static let files = Coin.allCases.flatMap { coin -> [(Coin, URL)] in
        guard let folder = Fixtures.folder(coin.rawValue) else { return [] }
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).map(\.lastPathComponent).sorted()
            .filter { $0.hasPrefix("getblock2-") && !$0.contains("expected") }
            .map { (coin, folder.appendingPathComponent($0)) }
    }

    @Test(arguments: files)
    func `a transaction by itself pays and spends what the node says`(coin: Coin, file: URL) throws {
        let block = try JSONDecoder().decode(VerboseBlock.self, from: Fixtures.gunzip(file))
        let decoder = TransactionDecoder(coin)
        var inputCount = 0
        for (position, verbose) in block.tx.enumerated() {
            let bytes = try #require(verbose.hex.flatMap { Hex.decode($0) })
            let id = try #require(Hash256(hex: verbose.txid))
            guard position > 0 else {
                #expect(throws: DecodeError.self) { try decoder.transaction(id, from: bytes) }
                continue
            }
            let transaction = try decoder.transaction(id, from: bytes)
            let isSame =
                transaction.id == id && transaction.spends == verbose.outpoints
                && transaction.payments == verbose.payments
                && transaction.transfers.allSatisfy {
                    $0.transaction == id && $0.maturity == 0 && $0.locator == .output($0.blockIndex)
                }
            #expect(isSame, "\(verbose.txid)")
            guard isSame else { return }
            inputCount += transaction.spends.count
        }
        #expect(inputCount >= block.tx.count - 1)
    }
}
