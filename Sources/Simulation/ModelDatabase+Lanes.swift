import Chain
import Foundation
import Payments
import Store

extension ModelDatabase {
    func acquire(_ lane: String, holder: UUID, timeToLive: Duration) -> Int64? {
        hear(.acquire(lane: lane, holder: holder, timeToLive: timeToLive))
        var row = lanes[lane] ?? Lane()
        // Written by a clock that was put back since.
        row.heldUntil = min(row.heldUntil, clock + timeToLive.milliseconds)
        lanes[lane] = row
        guard row.holder == nil || row.holder == holder || row.heldUntil < clock else { return nil }
        row.holder = holder
        row.epoch += 1
        row.heldUntil = clock + timeToLive.milliseconds
        lanes[lane] = row
        withdrawFuture(of: lane)
        return row.epoch
    }

    func renew(_ lane: String, holder: UUID, epoch: Int64, timeToLive: Duration) -> Bool {
        hear(.renew(lane: lane, holder: holder, epoch: epoch, timeToLive: timeToLive))
        guard lanes[lane]?.holder == holder, lanes[lane]?.epoch == epoch else { return false }
        lanes[lane]?.heldUntil = clock + timeToLive.milliseconds
        withdrawFuture(of: lane)
        return true
    }

    /// As `confirmd_data.withdraw_future`.
    private func withdrawFuture(of name: String) {
        guard let network = networks[name] else { return }
        networks[name]?.observedThrough = observedThrough(network)
        let present = clock / 1_000
        for (id, row) in deposits
        where row.deposit.network == name && row.deposit.block == nil && row.deposit.seenAt > present
            && (row.deposit.status == .detected || !row.deposit.place.isGone)
        {
            deposits[id]?.deposit.seenAt = present
            // Until when it is waited for is another time now.
            guard let outlook = owners[row.owner]?.outlook, let at = outlook.at, at > present else { continue }
            owners[row.owner]?.outlook = Outlook(at: present, progress: outlook.progress, undecided: outlook.undecided)
        }
    }

    func release(_ lane: String, holder: UUID, epoch: Int64) {
        hear(.release(lane: lane, holder: holder, epoch: epoch))
        guard lanes[lane]?.holder == holder, lanes[lane]?.epoch == epoch else { return }
        lanes[lane]?.holder = nil
    }

    /// As `confirmd_data.standing`.
    func snapshot(of lane: String, seen: Lineage.Seen? = nil) throws(StoreError) -> LaneSnapshot {
        guard let row = lanes[lane] else { throw StoreError(.halt, "lane \(lane) does not exist") }
        _ = try lineage(seen)
        noticeLoss(seen)
        guard lane != Store.settlementLane else {
            return LaneSnapshot(epoch: row.epoch, step: row.step, tip: nil, watchNumber: 0, policyNumber: 0)
        }
        let network = try network(lane)
        return LaneSnapshot(
            epoch: row.epoch, step: row.step, tip: network.tip?.reference, watchNumber: network.watchNumber,
            policyNumber: network.policyNumber, isHalted: network.state == .halted, version: network.version,
            finality: network.finality, floor: sabotage == .forgetsFloor ? nil : network.floor)
    }

    func publish(_ publication: Publication, as name: String, introducing: Bool) throws(StoreError) -> Int64 {
        hear(.publish(publication, lane: name, introducing: introducing))
        let publication = mandated[name] ?? publication
        var network = networks[name] ?? Network(publication: publication)
        lanes[name] = lanes[name] ?? Lane()
        for asset in publication.assets {
            if let known = assets[asset.code],
                known.network != name || known.asset.decimals != asset.decimals
                    || known.asset.contract != asset.contract
            {
                throw StoreError(.refused, "asset \(asset.code) is another one", code: "CF007")
            }
            if !introducing || assets[asset.code] == nil { assets[asset.code] = (name, asset) }
        }
        if !introducing {
            if network.policies.last != publication.terms { network.policies.append(publication.terms) }
            network.publication = publication
        }
        networks[name] = network
        return network.policyNumber
    }
}
