internal import Foundation
internal import Synchronization

/// A C call that can't be interrupted, on a thread that lives as long as the call.
///
/// The caller waits on its wakeup instead and may give up; the call's result is then freed when it comes.
final class BlockingCall<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    init(wakeup: Wakeup, _ call: @escaping @Sendable () -> Value) {
        Thread.detachNewThread {
            let result = call()
            self.value.withLock { $0 = result }
            wakeup.signal()
        }
    }

    /// What the call returned; nil while it runs.
    var result: Value? { value.withLock { $0 } }
}
