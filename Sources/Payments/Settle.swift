import BigInt
import Chain

/// Decides what a network's facts mean for one owner. With its sibling for the settlement lane it is the only place
/// where a deposit is credited or an invoice changes its status. Pure: the same dossier, facts and policy give the same
/// changes, ids included.
public func settle(_ dossier: Dossier, _ facts: Facts, _ policy: Policy) -> Changes {
    var settlement = Settlement(
        dossier, tips: [policy.network: facts.reach.tip],
        reason: facts.isPolicyChange ? .policy(policy.number) : nil)
    if let height = facts.disconnectedTo { settlement.disconnect(to: height, policy) }
    for arrival in facts.arrivals { settlement.record(arrival, policy) }
    settlement.drop(facts.losses, policy)
    // The chain goes on without it: what is recorded is judged once the owner can be decided about again.
    if dossier.setAside != nil { return settlement.result }
    settlement.register(facts.registrations, policy)
    settlement.judgeThresholds(policy, facts.reach)
    settlement.announceRegistration(facts.registrations)
    settlement.judgeInvoice { dossier, invoice, totals in
        // Only the settlement lane sees every network; a network's own facts can only take finality back.
        invoice.isFinal && dossier.hasOnlyFinal(totals, invoice)
    }
    settlement.lookAhead()
    return settlement.result
}

/// Decides what time and operators mean for one invoice, with the reason why a command is not carried out.
public func settle(_ dossier: Dossier, _ facts: SettlementFacts) -> (changes: Changes, refusal: InvoiceCommand.Refusal?)
{
    var settlement = Settlement(dossier, tips: facts.watermarks.compactMapValues(\.tip))
    if dossier.setAside != nil { return (settlement.result, facts.command.map { _ in .setAside }) }
    settlement.giveUpSightings(at: facts.now)
    let refusal = facts.command.flatMap { settlement.carryOut($0) }
    settlement.expire(facts)
    settlement.judgeInvoice { dossier, invoice, totals in
        let open = dossier.open(invoice, totals, facts)
        return open.question == .finality && open.waits.isEmpty
    }
    settlement.lookAhead(facts)
    return (settlement.result, refusal)
}
