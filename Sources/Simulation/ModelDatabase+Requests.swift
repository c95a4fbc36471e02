import Foundation
import Payments
import Store

extension ModelDatabase {
    /// Something that is asked of it and may change it.
    enum Request: Sendable {
        case acquire(lane: String, holder: UUID, timeToLive: Duration)
        case renew(lane: String, holder: UUID, epoch: Int64, timeToLive: Duration)
        case release(lane: String, holder: UUID, epoch: Int64)
        case publish(Publication, lane: String, introducing: Bool)
        case createInvoice(
            UUID, project: String, order: String, options: [NewOption], expiresIn: Duration, created: Int64)
        case createWallet(
            UUID, project: String, customer: String, asset: String, address: String, created: Int64)
        case addOption(NewOption, invoice: UUID)
        case queue(Command.Kind)
        case commit(Step, lane: String)
        case settle(SettlementStep)
    }
}
