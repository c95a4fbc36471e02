import Synchronization
import TestSupport
import Testing

@testable import NodeHTTP

/// What a node allows is never exceeded, and what is left is of use.
@Suite struct RequestBudgetTests {
    private typealias Instant = ContinuousClock.Instant

    /// The moments at which requests were sent to somebody who asks as `pause` says for so long, with how many at once.
    private func sent(
        _ allowance: inout RequestAllowance, from start: Instant, for duration: Duration,
        pause: () -> (Duration, count: Int)
    ) -> [(moment: Instant, count: Int)] {
        var sent: [(Instant, Int)] = []
        var now = start
        while now < start + duration {
            let (pause, count) = pause()
            if case .send(let wait) = allowance.ask(count, at: now) { sent.append((now + wait, count)) }
            now += pause
        }
        return sent
    }

    /// The most within any such window.
    private func most(_ sent: [(moment: Instant, count: Int)], in window: Duration) -> Int {
        var (most, sum, first) = (0, 0, 0)
        for (moment, count) in sent {
            sum += count
            while sent[first].moment + window <= moment {
                sum -= sent[first].count
                first += 1
            }
            most = max(most, sum)
        }
        return most
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func noWindowSeesMore(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limits = RequestLimits(
            perSecond: .random(in: 1...50, using: &random), perDay: .random(in: 1...5_000, using: &random))
        let start = ContinuousClock.now
        var allowance = RequestAllowance(limits, at: start)
        var isBusy = true
        let sent = sent(&allowance, from: start, for: .seconds(3 * 86_400)) {
            if Int.random(in: 0..<(isBusy ? 5_000 : 20), using: &random) == 0 { isBusy.toggle() }
            return (.milliseconds(Int.random(in: 0...(isBusy ? 2_000 : 600_000), using: &random)), 1)
        }
        #expect(most(sent, in: .seconds(1)) <= limits.perSecond!)
        #expect(most(sent, in: .seconds(86_400)) <= limits.perDay!)
        // And it is there to be used.
        #expect(sent.count >= limits.perDay!)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func batchesCountAsTheirCalls(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let start = ContinuousClock.now
        var allowance = RequestAllowance(RequestLimits(perSecond: 10, perDay: 2_000), at: start)
        let sent = sent(&allowance, from: start, for: .seconds(2 * 86_400)) {
            (.milliseconds(Int.random(in: 0...3_000, using: &random)), Int.random(in: 1...300, using: &random))
        }
        // A batch is sent whole.
        #expect(most(sent, in: .seconds(1)) <= 10 + 300)
        #expect(most(sent, in: .seconds(86_400)) <= 2_000 + 100)
        #expect(sent.contains { $0.count > 200 })
    }

    @Test func aDaysPartThatIsUsedUpIsASlowerPaceAndComesBack() throws {
        let start = ContinuousClock.now
        var allowance = RequestAllowance(RequestLimits(perDay: 95_000), at: start)
        #expect(allowance.inHand(at: start) == 950)
        for _ in 0..<950 { #expect(allowance.ask(at: start) == .send(after: .zero)) }
        guard case .refuse(let pause, true) = allowance.ask(at: start) else {
            Issue.record("sent more than there was")
            return
        }
        #expect(pause > .seconds(29) && pause < .seconds(31))
        // Closed until there is enough to get on with.
        #expect(allowance.ask(at: start + .seconds(20)) == .refuse(retryAfter: pause - .seconds(20), isDaySpent: true))
        let later = start + pause
        let again = (0..<100).count { _ in allowance.ask(at: later) == .send(after: .zero) }
        #expect((25...35).contains(again))
        // Left alone it fills up to its tenth of a day.
        #expect(allowance.inHand(at: start + .seconds(86_400)) == 9_500)
    }

    @Test func tenStartsADayStayWithinAFewHundredths() {
        let start = ContinuousClock.now
        var all: [(moment: Instant, count: Int)] = []
        for hour in stride(from: 0, to: 48, by: 2) {
            let begin = start + .seconds(hour * 3_600)
            var allowance = RequestAllowance(RequestLimits(perSecond: 12, perDay: 10_000), at: begin)
            all += sent(&allowance, from: begin, for: .seconds(7_200)) { (.milliseconds(500), 1) }
        }
        #expect(most(all, in: .seconds(86_400)) <= 10_000 + 12 * 100)
    }

    @Test func moreThanCanWaitIsRefusedForItsSecondAlone() {
        let start = ContinuousClock.now
        var allowance = RequestAllowance(RequestLimits(perSecond: 2), at: start)
        let waits = (0..<10).map { _ in allowance.ask(at: start) }
        for (index, answer) in waits.enumerated() {
            guard case .send(let wait) = answer else {
                Issue.record("request \(index) was refused")
                return
            }
            #expect((wait - .milliseconds(500 * index)) < .milliseconds(1))
        }
        guard case .refuse(let pause, false) = allowance.ask(at: start) else {
            Issue.record("more than five seconds' worth waits")
            return
        }
        #expect(pause > .seconds(5) && pause < .seconds(6))
        #expect(allowance.ask(at: start + .seconds(1)) != .refuse(retryAfter: pause, isDaySpent: false))
    }

    @Test func withoutLimitsNothingWaits() {
        let now = ContinuousClock.now
        var allowance = RequestAllowance(RequestLimits(), at: now)
        for _ in 0..<10_000 { #expect(allowance.ask(at: now) == .send(after: .zero)) }
        #expect(allowance.inHand(at: now) == nil)
    }

    // MARK: On the way to a node

    @Test func whatIsBeyondTheDaysPartIsNotSent() async throws {
        let answered = Atomic(0)
        let budget = RequestBudget(RequestLimits(perDay: 40))
        try await withLoopback { connection in
            while connection.request() != nil {
                answered.add(1, ordering: .relaxed)
                connection.answer(200)
            }
        } test: { client, endpoint, server in
            let endpoint = try NodeEndpoint(url: server.url, budget: budget)
            #expect(budget.inHand == 4)
            for _ in 0..<4 { #expect(try await client.send(.get(), to: endpoint).status == 200) }
            let error = await failure(of: .get(), at: endpoint, with: client)
            #expect(error?.code == .rateLimited)
            #expect(error?.message.contains("40 requests of a day are used up") == true)
            #expect(error?.status == nil)
            #expect(error?.retryAfter.map { $0 > .seconds(60) } == true)
            #expect(answered.load(ordering: .relaxed) == 4)
        }
    }

    @Test func requestsOfASecondWaitForEachOther() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, _, server in
            let endpoint = try NodeEndpoint(url: server.url, budget: RequestBudget(RequestLimits(perSecond: 20)))
            let elapsed = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<11 {
                        group.addTask { _ = try await client.send(.get(deadline: .seconds(300)), to: endpoint) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(elapsed >= .milliseconds(500))
        }
    }

    /// A node whose next request has to wait for four seconds, by a clock that stands still.
    private func busy(_ server: LoopbackServer, _ client: HTTPClient) async throws -> NodeEndpoint {
        let endpoint = try NodeEndpoint(
            url: server.url,
            budget: RequestBudget(RequestLimits(perSecond: 1), now: { [moment = ContinuousClock.now] in moment }))
        _ = try await client.send(HTTPRequest(.get, deadline: .seconds(300), maximumBytes: 0, count: 4), to: endpoint)
        return endpoint
    }

    @Test func aTurnThatComesTooLateIsATimeOutAtOnce() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, _, server in
            let error = await failure(
                of: .get(deadline: .milliseconds(10)), at: try await busy(server, client), with: client)
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("its turn") == true)
        }
    }

    @Test func aRequestThatWaitsForItsSecondCanBeCanceled() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, _, server in
            let endpoint = try await busy(server, client)
            let waiting = Task { await failure(of: .get(), at: endpoint, with: client) }
            waiting.cancel()
            #expect(await waiting.value?.code == .canceled)
        }
    }
}
