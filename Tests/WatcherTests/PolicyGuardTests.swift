import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Synchronization
import Telemetry
import Testing

@testable import Watcher

/// Which policy comes into force by a reload, a sign of trouble, and time.
@Suite("The policy in force") struct PolicyGuardTests {
    @Test("What is configured is in force from the start")
    func start() async throws {
        let network = WatchedPolicy()
        #expect(try await network.guardian.take() == false)
        #expect(network.inForce == "2/4")
        #expect(network.store.script.withLock(\.published).count == 1)
    }

    @Test("A reload is in force once it is published, and for the worker's next session, too")
    func reload() async throws {
        let network = WatchedPolicy()
        network.current.offer(WatchedPolicy.publication(credit: 3))
        #expect(try await network.guardian.take())
        #expect(network.inForce == "3/6")
        #expect(try await network.next().take() == false)
        #expect(network.current.configured.terms.table.thresholds.credit == Threshold(3))
    }

    @Test("A reload that the database refuses changes nothing", arguments: [.refused, .unstorable] as [Disposition])
    func refused(disposition: Disposition) async throws {
        let network = WatchedPolicy()
        network.store.script.withLock { $0.failures = [disposition] }
        network.current.offer(WatchedPolicy.publication(credit: 3))
        #expect(try await network.guardian.take() == false)
        #expect(network.inForce == "2/4")
        #expect(network.current.configured == WatchedPolicy.publication(credit: 2))
        #expect(try await network.guardian.take() == false, "it is not tried again")
    }

    @Test(
        "A reload that could not be published for now is taken later, unless another one has come",
        arguments: [false, true])
    func outage(isOvertaken: Bool) async throws {
        let network = WatchedPolicy()
        network.store.script.withLock { $0.failures = [.retry] }
        network.current.offer(WatchedPolicy.publication(credit: 3))
        await #expect(throws: StoreError.self) { try await network.guardian.take() }
        if isOvertaken { network.current.offer(WatchedPolicy.publication(credit: 5)) }
        #expect(try await network.next().take())
        #expect(network.current.configured.terms.table.thresholds.credit == Threshold(isOvertaken ? 5 : 3))
    }

    @Test("A sign of trouble raises the thresholds until its time is over")
    func caution() async throws {
        let network = WatchedPolicy()
        _ = try await network.guardian.take()
        #expect(try await network.guardian.raise(for: .init(cause: .deepReorg)))
        #expect(network.inForce == "4/8")
        #expect(try await network.guardian.raise(for: .init(cause: .deepReorg)) == false, "known already")
        #expect(!network.guardian.isOver)
        // Another session, or another daemon, goes on with it; and what is configured is still what was.
        let successor = network.next()
        _ = try await successor.take()
        #expect(WatchedPolicy.words(successor) == "4/8")
        #expect(successor.configured == WatchedPolicy.publication(credit: 2))
        network.clock.seconds.withLock { $0 += 61 }
        #expect(network.guardian.isOver)
        _ = try await successor.take()
        #expect(WatchedPolicy.words(successor) == "2/4")
        #expect(!successor.isOver)
    }

    @Test("A reload under a caution is raised as well, and one that takes the caution away ends it")
    func reloadUnderCaution() async throws {
        let network = WatchedPolicy()
        _ = try await network.guardian.take()
        _ = try await network.guardian.raise(for: .init(cause: .blockBurst))
        network.current.offer(WatchedPolicy.publication(credit: 3))
        #expect(try await network.guardian.take())
        #expect(network.inForce == "6/12")
        network.current.offer(WatchedPolicy.publication(credit: 3, isCautious: false))
        #expect(try await network.guardian.take())
        #expect(network.inForce == "3/6")
        #expect(try await network.guardian.raise(for: .init(cause: .blockBurst)) == false)
    }

    @Test("What the chain did long ago raises nothing now")
    func longAgo() async throws {
        let network = WatchedPolicy()
        _ = try await network.guardian.take()
        #expect(try await network.guardian.raise(for: .init(cause: .blockBurst, time: 900)) == false)
        #expect(network.inForce == "2/4")
    }

    @Test("Signs are what goes back too far, or behind what was settled")
    func signs() async throws {
        let network = WatchedPolicy()
        let base = standing(step: 1, at: block(10), finality: [.finalized: 8])
        #expect(network.guardian.alarm(at: .disconnect(to: block(9)), on: base) == nil)
        #expect(network.guardian.alarm(at: .disconnect(to: block(8)), on: base)?.cause == .deepReorg)
        #expect(network.guardian.alarm(at: .disconnect(to: block(7)), on: base)?.cause == .finalityRegress)
    }

    typealias Disposition = StoreError.Disposition
}

/// Seconds since 1970, and since the start of everything here.
private final class TestClock: Sendable {
    let seconds: Mutex<Int64> = Mutex(1_000)
    var now: Int64 { seconds.withLock(\.self) }
}

/// A network's policy over a scripted database.
private final class WatchedPolicy {
    let clock = TestClock()
    let store: ScriptedPolicies
    let current = CurrentSettings(
        NetworkSettings(
            network: "lane", publication: publication(credit: 2), start: .tip, maxReorgDepth: 50))
    private(set) lazy var guardian = next()

    init() { store = ScriptedPolicies(clock) }

    static func publication(credit: Int32, isCautious: Bool = true) -> Publication {
        Publication(
            family: "model", chain: "test", maximumBlockGap: .seconds(60), arrivalGrace: .zero,
            thresholds: Thresholds(credit: credit, final: 2 * credit),
            cautionTerms: isCautious
                ? CautionTerms(factor: 2, duration: .seconds(60), reorgDepth: nil, onTop: 1, ceiling: 40) : nil,
            assets: [])
    }

    /// That of the worker's next session.
    func next() -> PolicyGuard {
        PolicyGuard(
            current, in: store, host: "test", now: { [clock] in Instant(.seconds(clock.now)) },
            metrics: Metrics(), logger: .mute)
    }

    var inForce: String { Self.words(guardian) }

    static func words(_ guardian: PolicyGuard) -> String {
        let thresholds = guardian.inForce.terms.table.thresholds
        return "\(thresholds.credit)/\(thresholds.final)"
    }
}

/// Keeps what is published, and fails by a script.
private final class ScriptedPolicies: PolicyStore {
    struct Script: Sendable {
        var published: [PolicyTerms] = []
        var failures: [StoreError.Disposition] = []
    }

    let script = Mutex(Script())
    private let clock: TestClock

    init(_ clock: TestClock) { self.clock = clock }

    func publish(
        _ publication: Publication, from host: String, introducing: Bool
    ) async throws(StoreError) -> Int64 {
        let failure = script.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if let failure { throw StoreError(failure, "gone") }
        return script.withLock { script in
            script.published.append(publication.terms)
            return Int64(script.published.count)
        }
    }

    func caution() async throws(StoreError) -> Caution? { script.withLock { $0.published.last?.raise?.caution } }
    func time() async throws(StoreError) -> Int64 { clock.now }
}
