import Foundation
import Payments

/// What another policy means for one deposit.
struct PolicyEffect: Encodable, Sendable {
    enum Kind: String, Encodable, Sendable, CaseIterable, Comparable {
        /// At once.
        case credited, final, rejected
        /// It is deep enough, and waits for more nodes to have its block.
        case held
        /// Its next thresholds come with another block than they would have.
        case earlier, later, mixed
        /// It waits for another finality tag, or for one instead of confirmations: when that comes is not known.
        case other

        static func < (left: Kind, right: Kind) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    let depositID: UUID
    let project: String
    /// `order` or `customer`, and the creator's name for it.
    let owner: String
    let reference: String
    let asset: String
    let amount: String
    let amountBase: Amount
    let decimals: Int
    let confirmations: Int64
    let status: Deposit.Status
    /// What it is at once under the other policy.
    let becomes: Deposit.Status
    let reason: String?
    let now: Thresholds
    let then: Thresholds
    let effect: Kind
    /// What its invoice becomes with it; nil where that stays what it is.
    let invoiceBecomes: Invoice.Status?

    /// Nil where nothing that lies ahead of the deposit differs. `isHeld`: only for want of nodes that agree it does not
    /// become what it would.
    init?(
        _ owner: Owner, _ deposit: Deposit, _ then: Deposit, isHeld: Bool, at tip: Int64, invoice: Invoice.Status?
    ) {
        let credit = deposit.status == .detected ? Self.delay(deposit.required.credit, then.required.credit) : 0
        let final = Self.delay(deposit.required.final, then.required.final)
        switch (then.status == deposit.status, then.status) {
        case (false, .final): effect = .final
        case (false, .rejected): effect = .rejected
        case (false, _): effect = .credited
        case (true, .detected), (true, .credited):
            guard let credit, let final else {
                effect = isHeld ? .held : .other
                break
            }
            guard (credit, final) != (0, 0) else { return nil }
            effect =
                isHeld ? .held : credit <= 0 && final <= 0 ? .earlier : credit >= 0 && final >= 0 ? .later : .mixed
        case (true, _): return nil
        }
        depositID = deposit.id
        project = owner.project
        self.owner = owner.kind == .invoice ? "order" : "customer"
        reference = owner.reference
        asset = deposit.asset
        amount = deposit.gross.text(decimals: deposit.decimals)
        amountBase = deposit.gross
        decimals = deposit.decimals
        confirmations = deposit.confirmations(at: tip)
        status = deposit.status
        becomes = then.status
        reason = then.reason
        now = deposit.required
        self.then = then.required
        invoiceBecomes = invoice
    }

    /// What happens, for a person.
    var words: String {
        let invoice = invoiceBecomes.map { "; the order becomes \($0.rawValue)" } ?? ""
        switch effect {
        case .credited: return "credited at once\(invoice)"
        case .final: return (status == .detected ? "credited and final at once" : "final at once") + invoice
        case .rejected: return "rejected at once\(reason.map { " (\($0))" } ?? "")\(invoice)"
        case .held: return "credited once enough nodes have its block"
        case .earlier, .later, .mixed, .other:
            return [
                status == .detected ? Self.shift("credited", now.credit, then.credit) : nil,
                Self.shift("final", now.final, then.final),
            ].compactMap(\.self).joined(separator: ", ")
        }
    }

    private static func shift(_ what: String, _ now: Threshold, _ then: Threshold) -> String? {
        guard let blocks = delay(now, then) else { return "\(what) at \(then), no longer at \(now)" }
        return blocks == 0 ? nil : "\(what) \(counted(Int64(abs(blocks)), "block")) \(blocks > 0 ? "later" : "earlier")"
    }

    /// How many blocks later it comes; nil where that is not known.
    private static func delay(_ now: Threshold, _ then: Threshold) -> Int32? {
        now.tag == then.tag ? then.confirmations - now.confirmations : nil
    }

    private enum CodingKeys: String, CodingKey {
        case project, owner, reference, asset, amount, confirmations, status, becomes, reason, effect
        case depositID = "deposit_id"
        case amountBase = "amount_base"
        case now = "required"
        case then = "required_then"
        case invoiceBecomes = "invoice_becomes"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(depositID.uuidString.lowercased(), forKey: .depositID)
        try container.encode(project, forKey: .project)
        try container.encode(owner, forKey: .owner)
        try container.encode(reference, forKey: .reference)
        try container.encode(asset, forKey: .asset)
        try container.encode(amount, forKey: .amount)
        try container.encode(amountBase.description, forKey: .amountBase)
        try container.encode(confirmations, forKey: .confirmations)
        try container.encode(status, forKey: .status)
        try container.encode(becomes, forKey: .becomes)
        try container.encode(reason, forKey: .reason)
        try container.encode(now, forKey: .now)
        try container.encode(then, forKey: .then)
        try container.encode(effect, forKey: .effect)
        try container.encode(invoiceBecomes, forKey: .invoiceBecomes)
    }
}
