import Foundation

@testable import Simulation

/// What a seed's world asked of its database, in order, each with what the clock said (milliseconds since 1970).
///
/// `@unchecked Sendable`: the simulation writes on its thread, and it is read once that is over.
final class Recording: @unchecked Sendable {
    let plan: Plan
    private(set) var requests: [(request: ModelDatabase.Request, clock: Int64)] = []

    init(seed: UInt64) async {
        var simulation = Simulation(seed: seed)
        plan = simulation.plan
        // What is lost to a backup or a standby can't be given again.
        simulation.schedule.removeAll { happening in
            switch happening.kind {
            case .failOver, .oldPrimary, .restore: true
            default: false
            }
        }
        simulation.hear = { [unowned self] in requests.append(($0, $1)) }
        _ = await simulation.finished()
    }
}
