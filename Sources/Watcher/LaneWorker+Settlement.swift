public import Foundation
public import Logging
public import Store
public import Telemetry

extension LaneWorker {
    /// Decides deadlines and carries out operators' commands, in a lane of its own: a halted network holds no invoice
    /// of another one hostage.
    ///
    /// - Parameters: as of a network's worker.
    public convenience init(
        settlementIn stores: @escaping @Sendable (StoreUse) -> any LaneStore, host: String, holder: UUID = UUID(),
        runtime: Runtime = .system, metrics: Metrics = Metrics(), logger: Logger
    ) {
        self.init(
            lane: Store.settlementLane, settings: nil, stores: stores, host: host, holder: holder, runtime: runtime,
            logger: logger,
            metrics: metrics, watchesKeys: false
        ) { context in SettlementSession(context) }
    }
}
