public import Logging
public import Postgres
import Store

extension LaneWorker {
    /// Decides deadlines and carries out operators' commands, in a lane of its own: a halted network holds no invoice
    /// of another one hostage.
    public convenience init(settlementIn database: PostgresConfiguration, host: String, logger: Logger) {
        self.init(lane: Store.settlementLane, database: database, host: host, logger: logger) { context in
            SettlementSession(context)
        }
    }
}
