import Foundation

@testable import Simulation

extension Simulation {
    /// Runs it on a thread of its own: it keeps its thread until it is done.
    func finished() async -> Outcome { await onItsOwnThread { run() } }
}

/// Does it on a thread of its own, which a world keeps until it is done.
func onItsOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: body()) }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
