/// One seed's world, run from its beginning to rest, and judged.
public struct Simulation {
    /// How long after the last fault and the last block everything has to be at rest.
    static let patience = Duration.seconds(240)

    public let seed: UInt64
    let plan: Plan
    public var schedule: [Happening]
    var sabotage: ModelDatabase.Sabotage?
    public var isTracing = false

    /// - Parameter hasFaults: else nothing goes wrong, though chains fork all the same.
    public init(seed: UInt64, hasFaults: Bool = true) {
        self.seed = seed
        plan = Plan(seed: seed)
        schedule = Schedule(plan, seed: seed, hasFaults: hasFaults).happenings
    }

    /// Runs it on the calling thread.
    public func run() -> Outcome {
        let world = World(plan, seed: seed, isTracing: isTracing)
        world.database.sabotage = sabotage
        for place in 0..<plan.daemons { world.start(place) }
        for happening in schedule { world.loop.at(happening.at) { world.perform(happening) } }
        world.loop.run(until: plan.end)
        world.calm()
        let rest = world.settle(within: Self.patience)
        var violations = world.database.violations
        if let failure = world.loop.failure {
            violations.append(Violation(.liveness, failure))
        } else if let unrest = rest {
            violations.append(Violation(.liveness, unrest))
        }
        let simulated = world.loop.now
        world.shutDown()
        return Outcome(
            seed: seed, violations: violations, fired: world.weather.fired, simulated: simulated,
            jobs: world.loop.jobsRun, commits: world.database.commits, events: world.database.outbox.count,
            trace: world.trace.lines)
    }
}

extension Simulation {
    /// What became of a run.
    public struct Outcome: Sendable {
        public let seed: UInt64
        public let violations: [Violation]
        public let fired: [Fault: Int]
        public let simulated: Duration
        /// How many pieces of work ran: two runs that differ anywhere differ here.
        public let jobs: Int
        public let commits: Int
        public let events: Int
        public let trace: [String]
    }
}
