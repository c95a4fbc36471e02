import BigInt
import Payments

/// A project's terms, as invoices copy them.
struct ProjectTerms: Hashable, Sendable {
    var serviceFee: BasisPoints = BasisPoints(0)
    var isServiceFeeByClient = false
    var isTransferFeeByClient = false
    var underpayTolerance = BasisPoints(0)
    var overpayTolerance = BasisPoints(0)
    var autoConfirm: BasisPoints?
    var latePolicy = Invoice.LatePolicy.credit

    /// What has to arrive so that the merchant gets `amount`.
    func due(_ amount: Amount, of asset: Asset) -> Amount {
        fees(on: asset).due(
            for: amount, serviceByClient: isServiceFeeByClient, transferByClient: isTransferFeeByClient)
    }

    func fees(on asset: Asset) -> FeeTerms { FeeTerms(transferFee: asset.transferFee, serviceFee: serviceFee) }
}
