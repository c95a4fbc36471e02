import Daemon
import Dispatch

// A main that is asynchronous itself runs above the usual priority, which the unit does not let its thread have.
Task.detached(priority: .medium) { await Confirmd.main() }
dispatchMain()
