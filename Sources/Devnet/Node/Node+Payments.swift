/// How TRX is paid.
enum PaymentKind: String, CaseIterable, Sendable {
    case transfer
    /// By a contract, in an internal transaction.
    case `internal`
    /// The same, but the internal transaction is rejected and the contract keeps it.
    case rejected
    /// With a call of a contract, which keeps it.
    case call
}

extension Node {
    func result(_ parameters: Parameters) throws(RequestError) -> ContractResult {
        guard let name = parameters.text("result") else { return .success }
        guard let result = ContractResult(name: name) else {
            throw RequestError("result is one such as SUCCESS, REVERT or OUT_OF_ENERGY, not \(name.prefix(40))")
        }
        return result
    }

    /// What a payment is on the chain.
    func payment(_ parameters: Parameters) throws(RequestError) -> Contract {
        try parameters.allow("to", "amount", "asset", "kind", "result")
        let to = try parameters.address("to")
        let code = parameters.text("asset") ?? "TRX"
        guard let (asset, decimals) = chain.participants.asset(called: code) else {
            let known = ["TRX", Participants.trc10] + chain.participants.tokens.map(\.code)
            throw RequestError("asset is one of \(known.joined(separator: ", ")), not \(code.prefix(40))")
        }
        let text = parameters.text("amount") ?? ""
        guard let amount = Self.amount(text, decimals: decimals) else {
            throw RequestError(
                "amount is a number such as 12.5 with at most \(decimals) digits after the point, not \(text.prefix(40))"
            )
        }
        let kind = try parameters.choice("kind", or: PaymentKind.transfer)
        if case .trc20(let address) = asset, let token = chain.participants.token(at: address) {
            guard kind == .transfer else { throw RequestError("only TRX is paid as \(kind.rawValue)") }
            return .transferToken(token, to: to, amount: amount)
        }
        guard let amount = Int64(exactly: amount), amount > 0 else {
            throw RequestError("amount is \(text.prefix(40)); \(code) goes from the least unit to 2^63 − 1 of them")
        }
        if case .trc10(let id) = asset {
            guard kind == .transfer else { throw RequestError("only TRX is paid as \(kind.rawValue)") }
            return .transferAsset(id, to: to, amount: amount)
        }
        let forwarder = chain.participants.forwarder
        return switch kind {
        case .transfer: .transfer(to: to, amount: amount)
        case .internal: .forward(by: forwarder, to: to, amount: amount, isRejected: false)
        case .rejected: .forward(by: forwarder, to: to, amount: amount, isRejected: true)
        case .call: .call(to, value: amount)
        }
    }

    /// Lets transactions wait that are nothing to anybody.
    mutating func fill(_ parameters: Parameters) throws {
        try parameters.allow("transactions")
        let (participants, count) = (chain.participants, try parameters.integer("transactions", in: 1...10_000, or: 1))
        for index in 0..<count {
            let bystander = participants.bystanders[index / 5 % participants.bystanders.count]
            let contract: Contract =
                switch index % 5 {
                case 0: .transfer(to: bystander, amount: 1_000_000)
                case 1: .transferToken(participants.tokens[0], to: bystander, amount: 1_000_000)
                case 2: .freeze(amount: 1_000_000)
                case 3: .vote(for: participants.witnesses[index / 5 % participants.witnesses.count], count: 1)
                default: .call(participants.forwarder, value: 1_000_000)
                }
            _ = try chain.submit(contract)
        }
    }

    /// The least units of a decimal number; nil where the text is none or has more digits than there are.
    static func amount(_ text: String, decimals: Int) -> UInt128? {
        guard let (_, whole, fraction) = text.wholeMatch(of: /([0-9]{1,38})(?:\.([0-9]{1,38}))?/)?.output else {
            return nil
        }
        let digits = fraction ?? ""
        guard digits.count <= decimals else { return nil }
        return UInt128(whole + digits + String(repeating: "0", count: decimals - digits.count))
    }
}
