import Chain
import Foundation
import Payments
import Testing

@testable import Simulation

/// Networks with accounts at their paces: three nodes that take 20 to 150 ms to answer, each of which hears of a block up
/// to one block's time after it was made, asked as often as the family has it.
struct PaceTests {
    struct Measured: Sendable {
        /// Blocks between the best node's head and the committed tip, once in every second.
        var lags: [Int64] = []
        var blocks: Int64 = 0
        var jobsPerSecond = 0.0
        var credited = 0

        func share(upTo lag: Int64) -> Double { Double(lags.count { $0 <= lag }) / Double(lags.count) }
    }

    @Test(
        "Ten minutes of a fast network: the tip never lags by more than these blocks",
        arguments: [(450, 3), (250, 5)] as [(Int, Int64)])
    func keepsUp(milliseconds: Int, bound: Int64) async throws {
        let measured = await Self.measure(600, every: .milliseconds(milliseconds))
        #expect(measured.blocks >= 600_000 / Int64(milliseconds) - 1)
        #expect(measured.lags.max() ?? .max <= bound, "\(measured)")
        #expect(measured.credited > 50)
    }

    @Test(
        "Blocks are replaced every twenty seconds: the tip is back within five",
        arguments: [(450, 3, 3), (250, 5, 3), (450, 3, 12), (250, 5, 12)] as [(Int, Int64, Int)])
    func recovers(milliseconds: Int, bound: Int64, depth: Int) async throws {
        let measured = await Self.measure(120, every: .milliseconds(milliseconds), depth: depth)
        let late = measured.lags.indices.filter { ($0 + 1) % 20 >= 5 && measured.lags[$0] > bound }
        #expect(late.isEmpty, "\(measured)")
        #expect(measured.credited > 10)
    }

    /// - Parameter depth: of a reorganization every twenty seconds.
    private static func measure(_ seconds: Int, every interval: Duration, depth: Int? = nil) async -> Measured {
        await onItsOwnThread {
            let plan = Plan.small(every: interval, confirmations: 15)
            let world = World(plan, seed: 1, isTracing: false, fetchesMaximum: 24)
            world.start(0)
            world.create(0)
            world.loop.run(until: .seconds(20))
            let begin = world.loop.now
            let before = world.networks[0].tree.nodes[world.best(0)].header.height
            world.mine(seconds, every: interval)
            for number in 0..<seconds / 5 {
                let at = begin + .seconds(5) * number
                world.loop.at(at) { world.perform(pay(number, at)) }
            }
            var measured = Measured()
            let jobs = world.loop.jobsRun
            for second in 1...seconds {
                if let depth, second.isMultiple(of: 20) {
                    let fork = Happening.Kind.fork(network: 0, depth: depth, length: depth + 1)
                    world.perform(Happening(at: world.loop.now, kind: fork, seed: UInt64(second)))
                }
                world.loop.run(until: begin + .seconds(second))
                let head = world.networks[0].nodes.map(\.header.height).max() ?? 0
                measured.lags.append(head - (world.database.networks["alpha"]?.tip?.height ?? 0))
            }
            measured.blocks = world.networks[0].tree.nodes[world.best(0)].header.height - before
            measured.jobsPerSecond = Double(world.loop.jobsRun - jobs) / Double(seconds)
            measured.credited = world.database.deposits.values.count { $0.deposit.isCredited }
            _ = world.shutDown()
            return measured
        }
    }

    private static func pay(_ number: Int, _ at: Duration) -> Happening {
        let output = Happening.Payment.Output(owner: 0, option: 0, share: 10_000, isUnexpected: false)
        return Happening(
            at: at, kind: .pay(Happening.Payment(number: number, network: 0, outputs: [output], way: .hidden)),
            seed: UInt64(number))
    }
}
