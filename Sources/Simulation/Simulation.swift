/// One seed's world, run from its beginning to rest, and judged.
public struct Simulation: Sendable {
    /// How long after the last fault and the last block everything has to be at rest.
    static let patience = Duration.seconds(240)

    public let seed: UInt64
    let plan: Plan
    public var schedule: [Happening]
    var sabotage: ModelDatabase.Sabotage?
    /// Blocks of a network that a daemon may ask for at once: those of its window, and eight of a scan back.
    var fetchesMaximum = 24
    public var isTracing = false
    /// Hears of each request to the database, and what its clock says then, in milliseconds since 1970.
    var hear: (@Sendable (ModelDatabase.Request, Int64) -> Void)?

    /// - Parameter hasFaults: else nothing goes wrong, though chains fork all the same.
    /// - Parameter isPlain: only networks with proof of work, no finality tags, no quorum, and no liars.
    public init(seed: UInt64, hasFaults: Bool = true, isPlain: Bool = false) {
        self.seed = seed
        plan = Plan(seed: seed, isPlain: isPlain)
        schedule = Schedule(plan, seed: seed, hasFaults: hasFaults, isPlain: isPlain).happenings
    }

    /// Runs it on the calling thread.
    public func run() -> Outcome {
        let world = World(plan, seed: seed, isTracing: isTracing, fetchesMaximum: fetchesMaximum)
        world.database.sabotage = sabotage
        if let hear { world.database.hear = { [database = world.database] in hear($0, database.clock) } }
        for place in 0..<plan.daemons { world.start(place) }
        for happening in schedule { world.loop.at(happening.at) { world.perform(happening) } }
        world.loop.run(until: plan.end)
        world.calm()
        let rest = world.settle(within: Self.patience)
        var judge = Judge(world)
        judge.violations += world.trace.errors.map { Violation(.liveness, $0) }
        if let failure = world.loop.failure ?? rest {
            // Unfinished work is not wrong work: what it should come to can't be said.
            judge.violations.append(Violation(.liveness, failure))
        } else {
            judge.judge()
        }
        var violations = judge.violations
        let lies = world.testimony.report { world.followed.contains($0) }
        let simulated = world.loop.now
        if let words = world.shutDown() { violations.append(Violation(.liveness, words)) }
        return Outcome(
            seed: seed, violations: violations, fired: world.weather.fired, lies: lies, simulated: simulated,
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
        public let lies: [Lie: [Guard: Int]]
        public let simulated: Duration
        /// How many pieces of work ran: two runs that differ anywhere differ here.
        public let jobs: Int
        public let commits: Int
        public let events: Int
        public let trace: [String]
    }
}
