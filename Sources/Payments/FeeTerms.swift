import BigInt

/// What is taken out of a deposit when it is credited.
public struct FeeTerms: Hashable, Sendable {
    /// Flat, in base units of the deposit's asset.
    public let transferFee: Amount
    /// Of what is left after the transfer fee.
    public let serviceFee: BasisPoints

    public init(transferFee: Amount, serviceFee: BasisPoints) {
        self.transferFee = transferFee
        self.serviceFee = serviceFee
    }

    /// The fee on `gross`: the transfer fee, and the service fee on the rest rounded up. It may exceed `gross`.
    public func fee(on gross: Amount) -> Amount {
        let base = gross.reduced(by: transferFee).units
        let service = (base * serviceFee.units + BasisPoints.whole - 1) / BasisPoints.whole
        return transferFee + Amount(service)
    }

    /// What has to arrive so that the merchant gets `amount`, where the payer bears the service fee, the transfer fee, or both.
    /// The service fee is less than the whole. `confirmd_data.due` in SQL computes it at creation by the same rule.
    public func due(for amount: Amount, serviceByClient: Bool, transferByClient: Bool) -> Amount {
        let rest = BasisPoints.whole - serviceFee.units
        let base = serviceByClient ? Amount((amount.units * BasisPoints.whole + rest - 1) / rest) : amount
        return base + (transferByClient ? transferFee : .zero)
    }
}
