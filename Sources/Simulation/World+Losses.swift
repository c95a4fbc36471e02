import Foundation
import Store

/// A database that goes back in time, and what follows from it.
extension World {
    /// What goes back together.
    struct Past {
        let database: ModelDatabase.Backup
        let floors: [Int: Int64]
        let restarts: [Int: Int64]
    }

    /// Nothing of this kind is under way, nor too late.
    private var isAlone: Bool { !database.isDown && standIn == nil && !isRefused && loop.now <= plan.end }

    private var past: Past { Past(database: database.backup, floors: floors, restarts: restarts) }

    /// The standby stops to receive commits now, and takes over when the primary dies.
    func failOver(lag: Duration, down: Duration, _ random: inout SplitMix64) {
        let standby = past
        let seed = random.next()
        loop.after(lag) { [self] in
            guard isAlone else { return }
            formerPrimary = past
            let incarnation = database.counter.incarnation
            goBack(to: standby, by: .failover, seed: seed) { database.failOver(to: $0) }
            goDown(for: down)
            if database.counter.incarnation < incarnation { tell(above: incarnation) }
        }
    }

    /// An incarnation that was lost too may have been seen: an operator says that this database is the one to go on with. Where
    /// every daemon knows better they refuse it until then, and as long as they do none is started again.
    private func tell(above incarnation: Int32) {
        let knowing = daemons.compactMap(\.self).allSatisfy { $0.link.seen?.incarnation == incarnation }
        guard knowing else { return begin(above: incarnation) }
        isRefused = true
        insist(above: incarnation)
    }

    private func begin(above incarnation: Int32) { _ = database.queue(.newIncarnation(above: incarnation)) }

    private func insist(above incarnation: Int32) {
        loop.after(.seconds(20)) { [self] in
            guard isRefused else { return }
            guard !database.isDown, standIn == nil else { return insist(above: incarnation) }
            begin(above: incarnation)
            isRefused = false
            for place in daemons.indices { start(place) }
        }
    }

    /// Whoever knows the successor has nothing to do with it; whoever does not works for nothing.
    func runOldPrimary(lasting: Duration) {
        guard let formerPrimary, isAlone else { return }
        let refusals = database.refusals
        standIn = past
        become(formerPrimary) { database.restore($0) }
        loop.after(lasting) { [self] in
            if database.refusals > refusals { weather.fire(.oldPrimary) }
            endOldPrimary()
        }
    }

    /// The successor is back.
    func endOldPrimary() {
        guard let successor = standIn else { return }
        standIn = nil
        become(successor) { database.restore($0) }
    }

    /// As the guide says: daemons are stopped, and an operator tells of the loss before they are started again.
    func restore(age: Duration, down: Duration, _ random: inout SplitMix64) {
        let backup = past
        let seed = random.next()
        loop.after(age) { [self] in
            guard isAlone else { return }
            for place in daemons.indices { end(place) { $0.kill() } }
            formerPrimary = nil
            isRefused = false
            goBack(to: backup, by: .restore, seed: seed) { database.restore($0) }
            begin(above: consumers.newest)
            goDown(for: down)
        }
    }

    private func goBack(
        to past: Past, by fault: Fault, seed: UInt64, _ restore: (ModelDatabase.Backup) -> Void
    ) {
        let commits = database.commits
        let known = Set(database.ownerOrder)
        become(past, restore)
        weather.fire(fault)
        if database.commits < commits { weather.fire(.lostCommits) }
        trace("\(fault.rawValue): \(commits - database.commits) commits are lost")
        repeatCreation(of: known.subtracting(database.ownerOrder), seed: seed)
    }

    private func become(_ past: Past, _ restore: (ModelDatabase.Backup) -> Void) {
        (floors, restarts) = (past.floors, past.restarts)
        restore(past.database)
    }

    /// Some creators find out what they lost, and make it again.
    private func repeatCreation(of lost: Set<UUID>, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for owner in plan.owners where lost.contains(owner.id) && random.chance(70) {
            loop.after(random.duration(.seconds(1) ... .seconds(30))) { [self] in
                if database.owners[owner.id] == nil { create(owner, delay: .zero) }
            }
        }
    }

    private func goDown(for pause: Duration) {
        database.isDown = true
        loop.after(pause) { [self] in
            database.isDown = false
            for place in daemons.indices { start(place) }
        }
    }
}
