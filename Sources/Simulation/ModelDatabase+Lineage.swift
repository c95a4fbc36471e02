import Store

/// Which of the databases that it was, and may be again, this one is.
extension ModelDatabase {
    struct Incarnation: Hashable {
        let number: Int32
        /// Of the events that may be others than in the incarnations before.
        let firstPosition: Int64
        /// After so many events.
        let begun: Int
    }

    /// What is stored of the server that events were written on last.
    struct Counter: Hashable {
        var incarnation: Int32 = 1
        var timeline: Int32 = 1
    }

    private static let systemIdentifier: Int64 = 7

    private var place: Lineage.Place {
        Lineage.Place(
            incarnation: counter.incarnation, position: Int64(outbox.count), systemIdentifier: Self.systemIdentifier,
            timeline: timeline)
    }

    /// As `confirmd_data.lineage`.
    func lineage(_ seen: Lineage.Seen?) throws(StoreError) -> Lineage.Place {
        if isBehind(seen), sabotage != .admitsOldPrimaries {
            refusals += 1
            throw StoreError(.retry, "this is an old database", code: "CF910")
        }
        return place
    }

    /// Whether it is older than what somebody has seen of it.
    func isBehind(_ seen: Lineage.Seen?) -> Bool {
        guard let seen else { return false }
        let isBegun = counter.timeline == timeline
        if isBegun ? counter.incarnation < seen.incarnation : nextIncarnation <= seen.incarnation { return true }
        return counter.incarnation == seen.incarnation
            && seen.timelines["\(Self.systemIdentifier)"].map { timeline < $0 } ?? false
    }

    /// As `confirmd_data.incarnation`: before events are written, a new one begins where commits may be gone.
    func noticeLoss(_ seen: Lineage.Seen?) {
        let isBack = seen.map { $0.incarnation == counter.incarnation && Int64(outbox.count) < $0.position } ?? false
        if counter.timeline != timeline || isBack, sabotage != .hidesLosses { beginIncarnation() }
    }

    /// As `confirmd.new_outbox_incarnation`: an operator says that commits were lost.
    func newIncarnation(above: Int32?) {
        if sabotage != .ignoresOperators { beginIncarnation(above: above) }
    }

    /// As `confirmd_data.next_incarnation`.
    private var nextIncarnation: Int32 {
        counter.incarnation + 1 + max(0, 100 * (timeline - counter.timeline - 1))
    }

    private func beginIncarnation(above: Int32? = nil) {
        let number = max((above ?? 0) + 1, nextIncarnation)
        // Where an incarnation that is not known here may have been read, the histories may part anywhere.
        let first = number > counter.incarnation + 1 ? 1 : Int64(outbox.count) + 1
        counter = Counter(incarnation: number, timeline: timeline)
        incarnations.append(Incarnation(number: counter.incarnation, firstPosition: first, begun: outbox.count))
    }

    /// What tells this database from what it was.
    var identity: String { "model/\(timeline)/\(counter.incarnation)" }
}
