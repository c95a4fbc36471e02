import Chain
import Testing

@testable import Sync

/// One node's mempool, listing after listing.
@Suite struct MempoolViewTests {
    private let index: WatchIndex
    private var view = MempoolView(MempoolView.Settings(batch: 2, maximum: 5))

    init() {
        var index = WatchIndex(secret: (1, 2))
        index.insert(.sample(7))
        self.index = index
    }

    private func id(_ number: UInt64) -> Hash256 { Hash256(3, 0, 0, number) }

    /// A transaction that pays key `to` and spends the output of the number `spending`.
    private func transaction(_ number: UInt64, to key: Int, spending: UInt64 = 0) -> UnconfirmedTransaction {
        UnconfirmedTransaction(
            id: id(number),
            transfers: [
                Transfer(
                    transaction: id(number), locator: .output(0), recipient: .sample(key), amount: UInt256(1),
                    blockIndex: 0)
            ], spends: [Outpoint(transaction: id(spending), index: 0)])
    }

    private mutating func list(
        _ numbers: ClosedRange<UInt64>, node: Int = 0, at second: Int64 = 1, ours: Set<Hash256> = []
    ) {
        view.list(numbers.map(id), of: node, asked: Instant(.seconds(second)), ours: ours)
    }

    private mutating func take(_ transactions: UnconfirmedTransaction..., rivals: Set<Hash256> = []) {
        view.take(transactions, watching: index) { _ in rivals }
    }

    @Test mutating func whatIsNewIsAskedForInBatchesUpToTheMaximum() {
        list(1...9)
        #expect(view.next() == [id(1), id(2)] && view.next() == [id(3), id(4)] && view.next() == [id(5)])
        #expect(view.next().isEmpty)
        take(transaction(1, to: 0), transaction(2, to: 0))
        list(1...4)
        #expect(view.next() == [id(3), id(4)], "what was looked at is not asked for again")
    }

    @Test mutating func whatMayPayUsIsToldOnce() {
        list(1...2)
        take(transaction(1, to: 7), transaction(2, to: 8))
        let news = view.news(10)
        #expect(news.seen.map(\.id) == [id(1)] && news.lost.isEmpty)
        view.told(news)
        list(1...2)
        #expect(!view.hasNews)
        view.retell()
        #expect(view.news(10).seen.map(\.id) == [id(1)], "after a reorganization it may be in no block any more")
        list(2...2)
        #expect(!view.hasNews, "it left before it was told")
    }

    @Test mutating func whatVanishedIsLostOnlyOnceOurTipIsConfirmedAfterwards() {
        list(1...1, at: 1, ours: [id(1)])
        list(2...2, at: 6, ours: [id(1)])
        #expect(!view.hasNews)
        view.confirm(asked: Instant(.seconds(6)))
        #expect(!view.hasNews, "the node may have put it into a block since")
        view.confirm(asked: Instant(.seconds(7)))
        #expect(view.news(10).lost.map(\.id) == [id(1)] && view.news(10).lost.map(\.isReplaced) == [false])
    }

    @Test mutating func whatComesBackInTimeIsNotLost() {
        list(2...2, at: 1, ours: [id(1)])
        list(1...2, at: 6, ours: [id(1)])
        view.confirm(asked: Instant(.seconds(9)))
        #expect(!view.hasNews)
    }

    @Test mutating func aLossIsToldOnceUntilTheTransactionIsSeenAgain() {
        list(2...2, at: 1, ours: [id(1)])
        view.confirm(asked: Instant(.seconds(2)))
        view.told(view.news(10))
        list(2...2, at: 3, ours: [id(1)])
        view.confirm(asked: Instant(.seconds(4)))
        #expect(!view.hasNews)
        list(1...2, at: 5, ours: [id(1)])
        list(2...2, at: 6, ours: [id(1)])
        view.confirm(asked: Instant(.seconds(7)))
        #expect(view.news(10).lost.map(\.id) == [id(1)])
    }

    @Test mutating func whatTookItsPlaceMakesItReplacedAndNoLongerThanThat() {
        list(2...2, at: 1, ours: [id(1)])
        take(transaction(2, to: 8), rivals: [id(1)])
        view.confirm(asked: Instant(.seconds(2)))
        #expect(view.news(10).lost.map(\.isReplaced) == [true])
        view.told(view.news(10))
        // It is back, and evicted the next time.
        list(1...1, at: 3, ours: [id(1)])
        list(3...3, at: 4, ours: [id(1)])
        view.confirm(asked: Instant(.seconds(5)))
        #expect(view.news(10).lost.map(\.isReplaced) == [false])
    }

    @Test mutating func keysThatAreWatchedLaterFindWhatPaysThem() {
        list(1...3)
        take(transaction(1, to: 8), transaction(2, to: 9), transaction(3, to: 8))
        #expect(Set(view.paying([.sample(8)], watching: index)) == [id(1), id(3)])
        list(1...2)
        #expect(view.paying([.sample(8)], watching: index) == [id(1)])
    }

    @Test mutating func anotherNodeIsLookedAtFromTheBeginning() {
        list(1...1)
        take(transaction(1, to: 8))
        list(1...1, node: 1)
        #expect(view.node == 1 && view.next() == [id(1)])
    }
}
