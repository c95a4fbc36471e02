import NodeHTTP
import Testing

@testable import Daemon

/// How far back blocks are looked at for a new address.
@Suite struct LookBackTests {
    private let tron = LookBack(
        atLeast: .seconds(600), cost: .init(blockTime: .seconds(3), following: 2, again: 1))

    @Test(
        arguments: [
            (nil, nil, 10_800), (12, nil, 10_800), (7, nil, 10_800), (6, nil, 9_600), (1, nil, 600),
            (nil, 100_000, 882), (12, 90_000, 675), (nil, 10_000, 600), (nil, 1_000_000, 10_800),
        ] as [(Int?, Int?, Int64)])
    func `it is what the node's requests allow beside following, within bounds`(
        perSecond: Int?, perDay: Int?, expected: Int64
    ) {
        let limits = perSecond ?? perDay == nil ? nil : RequestLimits(perSecond: perSecond, perDay: perDay)
        #expect(tron.within([limits]).components.seconds == expected)
        // The scantiest of several counts, for each may have to do.
        #expect(tron.within([nil, limits]).components.seconds == expected)
    }

    @Test func `where budgets do not count it is as it is`() {
        #expect(LookBack().within([RequestLimits(perDay: 1)]) == .seconds(10_800))
        #expect(LookBack(atMost: .seconds(600)).within([nil]) == .seconds(600))
    }
}
