import Foundation

@testable import Simulation

extension Simulation {
    /// Runs it on a thread of its own: it keeps its thread until it is done.
    func finished() async -> Outcome {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: run()) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
