import Sync
import TestSupport
import Testing

@Suite struct LeaseTests {
    private static func at(_ seconds: Double) -> Instant { Instant(.seconds(seconds)) }

    private static func send(
        _ event: Lease.Event, at seconds: Double, to lease: inout Lease, gives expected: [Lease.Action],
        location: SourceLocation = #_sourceLocation
    ) {
        let actions = lease.handle(event, at: at(seconds))
        #expect(actions == expected, sourceLocation: location)
    }

    /// Held under epoch 7 from a request sent at 0.
    private static func held() -> Lease {
        var lease = Lease()
        send(.woke, at: 0, to: &lease, gives: [.acquire])
        send(.granted(epoch: 7), at: 0.5, to: &lease, gives: [.wake(at: at(3))])
        return lease
    }

    @Test func itIsBelievedFromTheSendingOnAndNotToTheLast() {
        let lease = Self.held()
        #expect(lease.state == .held(epoch: 7, until: Self.at(8)))
        #expect(lease.epoch(at: Self.at(7.9)) == 7)
        #expect(lease.epoch(at: Self.at(8)) == nil)
    }

    @Test func itIsRenewedInTime() {
        var lease = Self.held()
        Self.send(.woke, at: 2, to: &lease, gives: [.wake(at: Self.at(3))])
        Self.send(.woke, at: 3, to: &lease, gives: [.renew(epoch: 7), .wake(at: Self.at(8))])
        Self.send(.granted(epoch: 7), at: 3.1, to: &lease, gives: [.wake(at: Self.at(6))])
        #expect(lease.state == .held(epoch: 7, until: Self.at(11)))
    }

    /// Failure of the class "two leaders for 19 days": an election error must not keep the lease.
    @Test(arguments: [Lease.Event.failed, .refused, .granted(epoch: 8)])
    func anyDoubtConcedes(answer: Lease.Event) {
        var lease = Self.held()
        _ = lease.handle(.woke, at: Self.at(3))
        Self.send(answer, at: 3.2, to: &lease, gives: [.concede(epoch: 7), .wake(at: Self.at(5.2))])
        #expect(lease.state == .waiting)
        Self.send(.woke, at: 5.2, to: &lease, gives: [.acquire])
    }

    @Test func anAnswerThatComesTooLateIsNotBelieved() {
        var lease = Lease()
        _ = lease.handle(.woke, at: Self.at(0))
        Self.send(.granted(epoch: 7), at: 8, to: &lease, gives: [.wake(at: Self.at(10))])
        #expect(lease.state == .waiting)
    }

    @Test func itLapsesWhileARenewalHangsAndTheLateAnswerDoesNotRevive() {
        var lease = Self.held()
        _ = lease.handle(.woke, at: Self.at(3))
        Self.send(.woke, at: 8, to: &lease, gives: [.concede(epoch: 7)])
        #expect(lease.epoch(at: Self.at(8)) == nil)
        // The hanging request is still the only one.
        Self.send(.woke, at: 20, to: &lease, gives: [])
        Self.send(.granted(epoch: 7), at: 20, to: &lease, gives: [.wake(at: Self.at(22))])
        #expect(lease.state == .waiting)
        Self.send(.woke, at: 22, to: &lease, gives: [.acquire])
    }

    @Test func aProcessThatSleptFindsItsLeaseGoneAtTheFirstEvent() {
        var lease = Self.held()
        Self.send(.woke, at: 500, to: &lease, gives: [.concede(epoch: 7), .wake(at: Self.at(502))])
    }

    @Test func aRefusedWaiterAsksAgainAfterAPause() {
        var lease = Lease()
        _ = lease.handle(.woke, at: Self.at(0))
        Self.send(.refused, at: 1, to: &lease, gives: [.wake(at: Self.at(3))])
        Self.send(.woke, at: 2, to: &lease, gives: [.wake(at: Self.at(3))])
        Self.send(.woke, at: 3, to: &lease, gives: [.acquire])
    }

    @Test func stopConcedesAndIsFinal() {
        var lease = Self.held()
        Self.send(.stop, at: 1, to: &lease, gives: [.concede(epoch: 7)])
        #expect(lease.state == .ended)
        Self.send(.woke, at: 9, to: &lease, gives: [])
        Self.send(.granted(epoch: 9), at: 9, to: &lease, gives: [])
        #expect(lease.epoch(at: Self.at(1)) == nil)
    }

    /// Two daemons and one lane in a model database, under random delays, errors and stalls: they never believe in
    /// the lease at the same time.
    @Test(arguments: UInt64(1)...40)
    func twoDaemonsNeverBelieveAtTheSameTime(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var leases = [Lease(), Lease()]
        var holder: (daemon: Int, until: Int)?
        var epoch: Int64 = 0
        var answers: [[(due: Int, event: Lease.Event)]] = [[], []]
        var asleepUntil = [0, 0]
        var heldMs = 0
        for now in stride(from: 0, to: 200_000, by: 100) {
            for daemon in 0..<2 where now >= asleepUntil[daemon] {
                if random.chance(1) { asleepUntil[daemon] = now + Int.random(in: 100...15_000, using: &random) }
                let due = answers[daemon].filter { $0.due <= now }.map(\.event)
                answers[daemon].removeAll { $0.due <= now }
                for event in due + [.woke] {
                    for action in leases[daemon].handle(event, at: Instant(.milliseconds(now))) {
                        switch action {
                        case .acquire, .renew:
                            // The database decides when the request reaches it; here at once, the answer later.
                            var answer = Lease.Event.refused
                            if let current = holder, current.daemon != daemon, now < current.until {
                            } else if random.chance(90) {
                                if holder?.daemon != daemon || now >= holder?.until ?? 0 { epoch += 1 }
                                holder = (daemon, now + 10_000)
                                answer = .granted(epoch: epoch)
                            }
                            if random.chance(10) { answer = .failed }
                            answers[daemon].append((now + Int.random(in: 1...12_000, using: &random) / 4, answer))
                        case .concede, .wake: break
                        }
                    }
                }
            }
            let believers = leases.filter { $0.epoch(at: Instant(.milliseconds(now))) != nil }.count
            #expect(believers <= 1, "seed \(seed) at \(now) ms")
            heldMs += believers * 100
        }
        #expect(heldMs > 20_000, "seed \(seed): somebody works most of the time")
    }
}
