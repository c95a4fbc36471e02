import Chain
import Foundation

/// One decision in the making: the owner as it becomes, and what is to be written of that. What the decision is made of, in the
/// extensions, changes either only by what this file offers.
struct Settlement {
    private(set) var dossier: Dossier
    private var changes: Changes
    /// Why deposits are judged, where it is no block.
    private let reason: Cause?
    /// The tips' heights of the networks that the step knows.
    private let tips: [String: Int64]
    /// How all deposits added up before, where some are not loaded: those stand under the thresholds for it.
    let totalsBefore: DepositTotals?
    /// Where each deposit is among the dossier's.
    private var places: [UUID: Int]
    /// Places of the deposits to write.
    private var touched: Set<Int> = []
    /// What a change of the invoice's status is due to: what was credited or rejected last, else what was seen last.
    private var decisive: (cause: Cause, block: Hash256?) = (.registration, nil)
    private var isDecided = false
    private var outlook: Outlook?

    init(_ dossier: Dossier, tips: [String: Int64], reason: Cause? = nil) {
        self.dossier = dossier
        self.tips = tips
        self.reason = reason
        changes = Changes(dossier)
        places = Dictionary(
            dossier.deposits.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        totalsBefore = dossier.rest == nil ? nil : dossier.totals
    }

    var result: Changes {
        var result = changes
        result.refused = dossier.refused
        result.registrationsAnnounced = dossier.registrations
        result.invoice = dossier.invoice
        result.deposits = touched.sorted().map { dossier.deposits[$0] }
        // A set-aside owner has none, and says so whatever is known of it.
        result.outlook = dossier.setAside != nil ? Outlook.none : outlook
        result.totals = result.isEmpty || dossier.setAside != nil ? nil : dossier.totalsKept
        return result
    }

    /// The owner is another than before.
    var hasChanged: Bool { changes.version != changes.expectedVersion }

    var isPolicyChange: Bool {
        if case .policy = reason { return true }
        return false
    }

    /// The owner changes, without an event of its own that says so.
    private mutating func change() { changes.version = max(changes.version, changes.expectedVersion + 1) }

    // MARK: Deposits

    func place(of id: UUID) -> Int? { places[id] }

    /// Adds a deposit; where it is among the others.
    mutating func add(_ deposit: Deposit) -> Int {
        places[deposit.id] = dossier.deposits.endIndex
        dossier.deposits.append(deposit)
        return dossier.deposits.endIndex - 1
    }

    /// Changes a deposit, which is written.
    mutating func change(_ index: Int, _ transition: (inout Deposit) -> Void) {
        transition(&dossier.deposits[index])
        touched.insert(index)
        change()
    }

    /// Waits no longer for a deposit. No event of its own tells it, but an invoice's status may be due to it.
    mutating func giveUp(_ index: Int) {
        change(index) { $0.giveUp() }
        if !isDecided { decisive = (.deposit(dossier.deposits[index].id), nil) }
    }

    mutating func book(_ entries: [LedgerEntry] = [], _ balance: BalanceChange) {
        changes.entries += entries
        changes.balances.append(balance)
    }

    /// What is decided would change deposits that are not loaded.
    mutating func needAll() { changes.isIncomplete = true }

    // MARK: Owner

    /// Ends the registration of the option at this place.
    mutating func end(_ registration: Registration, at place: Int) {
        dossier.options[place].isRegistered = registration.refusal == nil
        dossier.options[place].refusedReason = registration.refusal
        changes.registrations.append(registration)
        change()
    }

    mutating func refuse() { dossier.refused = true }

    mutating func countAnnouncement() { dossier.registrations += 1 }

    /// Records what time or an operator decided about the invoice.
    mutating func decide(because cause: Cause, _ decision: (inout Invoice) -> Void) {
        guard var invoice = dossier.invoice else { return }
        decision(&invoice)
        dossier.invoice = invoice
        decisive = (cause, nil)
        change()
    }

    /// Gives the invoice another status, or another word on its finality, and tells it.
    mutating func tell(_ invoice: Invoice, after before: Invoice, _ totals: DepositTotals) {
        // Finality comes with time where nothing else happened.
        if !hasChanged { decisive = (.deadline, nil) }
        var invoice = invoice
        let tuple = "\(decisive.cause) \(decisive.block.map(\.description) ?? "")"
        let recurrence = invoice.recurrences[tuple, default: 0]
        invoice.recurrences[tuple] = recurrence + 1
        dossier.invoice = invoice
        emit(
            .invoiceStatusChanged, cause: decisive.cause, block: decisive.block, recurrence: recurrence,
            .invoice(
                InvoicePayload(
                    dossier, invoice, totals, previousStatus: before.status, cause: decisive.cause, tips: tips)))
    }

    /// When to look again, said whatever was read.
    mutating func look(_ outlook: Outlook) { self.outlook = outlook }

    /// When to look again, and what is waited for until then; written where it is another than was read.
    mutating func look(_ outlook: Outlook, waitingFor waits: [Wait]) {
        self.outlook = outlook == dossier.outlook ? nil : outlook
        changes.waits = waits
    }

    // MARK: Events

    /// Tells what became of a deposit, in the block that it is in, or was in.
    mutating func emit(_ kind: Event.Kind, _ index: Int, in left: BlockStamp? = nil) {
        let block = left ?? dossier.deposits[index].block
        var recurrence = 0
        change(index) { recurrence = $0.count(kind, in: block) }
        let deposit = dossier.deposits[index]
        changes.passages.append((deposit.asset, deposit.status))
        if !isDecided || kind != .depositDetected && kind != .depositFinal {
            decisive = (.deposit(deposit.id), block?.hash)
            isDecided = kind != .depositDetected
        }
        emit(
            kind, cause: .deposit(deposit.id), block: block?.hash, recurrence: recurrence,
            .deposit(DepositPayload(deposit, in: block, of: dossier, tip: tips[deposit.network], cause: reason)))
    }

    /// Tells how the owner's registration ended.
    mutating func emit(registration kind: Event.Kind, _ option: PaymentOption) {
        var payload = Event.Payload.wallet(WalletPayload(dossier, option))
        if var invoice = dossier.invoice {
            let totals = dossier.totals
            // A refusal cancels by itself. Any other status is told by the judgment that follows, and not before.
            if kind == .invoiceRefused {
                let judgment = InvoiceJudgment(dossier, invoice, totals)
                (invoice.status, invoice.reason) = (judgment.status, judgment.reason)
            }
            payload = .invoice(InvoicePayload(dossier, invoice, totals, tips: tips))
        }
        emit(kind, cause: .registration, block: nil, recurrence: dossier.registrations, payload)
    }

    private mutating func emit(
        _ kind: Event.Kind, cause: Cause, block: Hash256?, recurrence: Int, _ payload: Event.Payload
    ) {
        let aggregate = Aggregate(dossier.owner)
        let previous = changes.events.last?.version ?? changes.expectedVersion
        changes.events.append(
            Event(
                id: StableID.event(
                    type: kind, aggregate: aggregate, cause: cause, block: block, recurrence: recurrence),
                kind: kind, aggregate: aggregate, version: previous + 1, payload: payload))
        changes.version = previous + 1
    }
}
