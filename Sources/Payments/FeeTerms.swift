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
}
