import Foundation
import Logging
import Payments
import Store

extension LaneStore {
    /// Logs the events that a step wrote, and hints to consumers that there is something new.
    func announce(_ events: [Event], _ logger: Logger) async {
        guard !events.isEmpty else { return }
        for event in events {
            logger.info(
                "\(event.kind.rawValue)",
                metadata: [
                    "\(event.aggregate.type)": "\(event.aggregate.id)", "event": "\(event.id.uuidString.lowercased())",
                ])
        }
        try? await notifyConsumers()
    }
}
