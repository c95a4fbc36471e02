import Foundation
import Payments

/// One who is called for each event, in whatever order, and keeps the latest version of what each is about.
struct Called {
    var place = OutboxPlace()
    private var incarnations: [ModelDatabase.Incarnation] = []
    private var calls: [Told] = []
    private var versions: [[String]: Int64] = [:]
    private var byOwner: [String: Books] = [:]

    /// Goes back to where a new incarnation begins; false where the database is older than what was read.
    mutating func follow(_ incarnations: [ModelDatabase.Incarnation]) -> Bool {
        guard let next = place.next(among: incarnations) else { return false }
        self.incarnations = incarnations
        guard next.incarnation > place.incarnation else { return true }
        let kept = calls.filter { $0.position <= next.position }
        (place, calls, versions, byOwner) = (next, [], [:], [:])
        for event in kept { call(event) }
        return true
    }

    mutating func call(_ event: Told) {
        // It was on its way when what it tells of was lost.
        guard incarnations.last(where: { $0.begun < event.position })?.number == event.incarnation else { return }
        calls.append(event)
        let subject = [event.aggregate.id, event.payload.deposit_id?.uuidString ?? ""]
        // Being registered says nothing of an invoice's status.
        guard event.payload.deposit_id != nil || event.kind == .invoiceStatusChanged || event.kind == .invoiceRefused,
            versions[subject, default: -1] < event.version
        else { return }
        versions[subject] = event.version
        byOwner[event.aggregate.id, default: Books()].enter(event)
    }

    /// In one: a deposit that moved to another owner is where it was told of last.
    var books: Books {
        var all = Books()
        for books in byOwner.values { all.merge(books) }
        return all
    }
}
