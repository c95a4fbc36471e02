/// A consumer that keeps books of its own by the outbox alone, and objects to whatever the contract forbids.
struct Consumer {
    private(set) var invoices: [String: Books.Invoice] = [:]
    private(set) var deposits: [String: Books.Deposit] = [:]
    private(set) var balances: [String: Books.Balance] = [:]
    private(set) var objections: [String] = []
    private var position = 0
    private var incarnation = 0
    private var ids: Set<String> = []
    private var versions: [String: Int] = [:]
    /// The block that each deposit is in, by the last that was told.
    private var blocks: [String: String] = [:]
    private var isHalted = false
    private let incarnations: [Books.Incarnation]

    /// - Parameter incarnations: in their order.
    init(reading outbox: [OutboxRow], incarnations: [Books.Incarnation] = [.first]) {
        self.incarnations = incarnations
        for row in outbox { apply(row) }
    }

    private mutating func apply(_ row: OutboxRow) {
        demand(row.position == position + 1, row, "follows \(position)")
        position = row.position
        demand(mayBe(of: row.incarnation, at: row.position), row, "is of incarnation \(row.incarnation)")
        incarnation = row.incarnation
        demand(ids.insert(row.id).inserted, row, "repeats an id")
        demand(row.aggregateVersion > versions[row.aggregateid, default: 0], row, "does not raise its owner's version")
        versions[row.aggregateid] = row.aggregateVersion
        switch row.type {
        case "invoice.registered", "invoice.refused", "invoice.status_changed": tell(row, ofInvoice: row.payload)
        case "wallet.registered", "wallet.refused":
            demand(row.aggregatetype == "wallet", row, "is about a \(row.aggregatetype)")
        case "deposit.detected", "deposit.credited", "deposit.final", "deposit.rejected", "deposit.orphaned",
            "deposit.reversed", "deposit.dropped":
            tell(row, ofDeposit: row.payload)
        case "network.reorganized", "network.halted", "network.resumed": tell(row, ofNetwork: row.payload)
        default: objections.append("\(row.position) \(row.type): unknown type")
        }
    }

    /// One that was begun above unknown ones, whose numbers are left out, has all be read again that was kept of those before.
    private func mayBe(of incarnation: Int, at position: Int) -> Bool {
        guard incarnation >= self.incarnation else { return false }
        for (index, begun) in incarnations.enumerated().reversed() where begun.firstPosition <= position {
            if begun.incarnation == incarnation { return true }
            if index == 0 || begun.incarnation == incarnations[index - 1].incarnation + 1 { return false }
        }
        return false
    }

    private mutating func tell(_ row: OutboxRow, ofInvoice payload: OutboxRow.Payload) {
        demand(payload.invoiceId == row.aggregateid, row, "names another invoice")
        if row.type == "invoice.status_changed" {
            demand(payload.previousStatus == invoices[row.aggregateid]?.status ?? "created", row, "skips a status")
        }
        guard let status = payload.status, let isFinal = payload.isFinal else {
            return demand(false, row, "has no status")
        }
        if row.type == "invoice.refused" {
            // The change of status that follows says it as well.
            return demand(status == "canceled" && payload.reason != nil, row, "is \(status)")
        }
        let invoice = Books.Invoice(status: status, reason: payload.reason, isFinal: isFinal)
        if row.type == "invoice.status_changed" {
            demand(invoices[row.aggregateid] != invoice, row, "changes nothing")
        }
        invoices[row.aggregateid] = invoice
    }

    private mutating func tell(_ row: OutboxRow, ofDeposit payload: OutboxRow.Payload) {
        guard let id = payload.depositId, let late = payload.late, let gross = payload.grossBase.flatMap({ Int64($0) }),
            let project = payload.project, let asset = payload.asset
        else { return demand(false, row, "is incomplete") }
        let status = String(row.type.dropFirst("deposit.".count))
        demand(payload.status == status, row, "says it is \(payload.status ?? "nothing")")
        let before = deposits[id]?.status
        let account = "\(project) \(asset)"
        switch status {
        case "detected":
            // Also when it leaves the mempool for a block, and after whatever took it off the chain.
            let isMined = before == "detected" && blocks[id] == nil && payload.block != nil
            let mayBe = isMined || [nil, "orphaned", "reversed", "dropped", "rejected"].contains(before)
            demand(mayBe, row, "was \(before ?? "unknown") already")
        case "credited":
            demand(before == "detected", row, "was \(before ?? "unknown")")
            let net = payload.netBase.flatMap { Int64($0) } ?? 0
            let fee = payload.feeBase.flatMap { Int64($0) } ?? 0
            demand(net + fee == gross, row, "does not add up")
            balances[account, default: Books.Balance(final: 0)].credited += net
            balances[account]?.fees += fee
        case "final":
            demand(before == "credited", row, "was \(before ?? "unknown")")
            balances[account, default: Books.Balance()].final? += deposits[id]?.net ?? 0
        case "reversed":
            demand(before == "credited" || before == "final", row, "was \(before ?? "unknown")")
            let net = deposits[id]?.net ?? 0
            balances[account, default: Books.Balance()].credited -= net
            balances[account]?.fees -= deposits[id]?.fee ?? 0
            if before == "final" { balances[account]?.final? -= net }
        case "orphaned": demand(before == "detected" || before == "rejected", row, "was \(before ?? "unknown")")
        case "dropped":
            let mayBe = ["detected", "orphaned", "reversed", "dropped"].contains(before)
            demand(mayBe && blocks[id] == nil, row, "was \(before ?? "unknown")")
        default: demand(before == "detected", row, "was \(before ?? "unknown")")
        }
        // What it loses is told with the block that it was in.
        if status != "detected" { demand(payload.block?.hash == blocks[id], row, "is of another block") }
        blocks[id] = ["orphaned", "reversed"].contains(status) ? nil : payload.block?.hash
        deposits[id] = Books.Deposit(
            status: status, reason: payload.reason, late: late, gross: gross,
            fee: payload.feeBase.flatMap { Int64($0) }, net: payload.netBase.flatMap { Int64($0) })
    }

    private mutating func tell(_ row: OutboxRow, ofNetwork payload: OutboxRow.Payload) {
        demand(row.aggregatetype == "network", row, "is about a \(row.aggregatetype)")
        switch row.type {
        case "network.reorganized":
            let depth = (payload.disconnectedHeight ?? 0) - (payload.tipHeight ?? 0)
            demand(depth > 0 && payload.depth == depth, row, "does not add up")
        case "network.halted":
            demand(!isHalted, row, "was halted")
            isHalted = true
        default:
            demand(isHalted, row, "was not halted")
            isHalted = false
        }
    }

    private mutating func demand(_ isSo: Bool, _ row: OutboxRow, _ objection: String) {
        if !isSo { objections.append("\(row.position) \(row.type) of \(row.aggregateid): \(objection)") }
    }
}
