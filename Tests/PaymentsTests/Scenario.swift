import BigInt
import Chain
import Foundation

@testable import Payments

/// One owner on one network, driven through decisions as the daemon would.
struct Scenario {
    static let litecoin = Asset(
        code: "LTC", contract: nil, decimals: 8, minimumDeposit: Amount(BigUInt(100)), transferFee: .zero)
    static let key = WatchKey([0x76, 0xa9, 1])!

    var dossier: Dossier
    var policy: Policy
    var tip: Int64 = 100
    /// From how many deposits on a decision is given those alone that it may change, as the database does it.
    var depositsMaximum = Int.max
    /// How all deposits add up, once they are more.
    private var totals: DepositTotals?
    /// Up to which block enough nodes agree.
    var agreed: Int64?
    private(set) var allEvents: [Event] = []
    private(set) var allEntries: [LedgerEntry] = []
    private(set) var allBalances: [BalanceChange] = []

    static func invoice(
        due: [UInt?] = [1000], underpay: Int32 = 0, overpay: Int32 = 0, autoConfirm: Int32? = nil,
        latePolicy: Invoice.LatePolicy = .credit,
        serviceFee: Int32 = 0, transferFee: UInt = 0, credit: Int32 = 1, final: Int32 = 3,
        second: (network: String, due: UInt)? = nil, isRegistered: Bool = true
    ) -> Scenario {
        var options = due.enumerated().map { index, due in
            PaymentOption(
                ordinal: Int32(index), network: "litecoin", asset: "LTC", decimals: 8, address: "address-\(index)",
                key: key(index), amount: due.map { Amount(BigUInt($0)) }, due: due.map { Amount(BigUInt($0)) },
                minimumDeposit: litecoin.minimumDeposit,
                fees: FeeTerms(transferFee: Amount(BigUInt(transferFee)), serviceFee: BasisPoints(serviceFee)),
                isRegistered: isRegistered, refusedReason: nil)
        }
        if let second {
            options.append(
                PaymentOption(
                    ordinal: Int32(options.count), network: second.network, asset: "BTC", decimals: 8, address: "other",
                    key: nil, amount: Amount(BigUInt(second.due)), due: Amount(BigUInt(second.due)),
                    minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
                    isRegistered: true, refusedReason: nil))
        }
        let invoice = Invoice(
            status: .created, reason: nil, isFinal: false, expiresAt: 1_000_000,
            underpayTolerance: BasisPoints(underpay),
            overpayTolerance: BasisPoints(overpay), autoConfirm: autoConfirm.map(BasisPoints.init(_:)),
            latePolicy: latePolicy)
        return Scenario(owner: .invoice, invoice: invoice, options: options, credit: credit, final: final)
    }

    static func wallet(serviceFee: Int32 = 0, transferFee: UInt = 0, credit: Int32 = 1, final: Int32 = 3) -> Scenario {
        let option = PaymentOption(
            ordinal: 0, network: "litecoin", asset: "LTC", decimals: 8, address: "address-0", key: key(0), amount: nil,
            due: nil, minimumDeposit: litecoin.minimumDeposit,
            fees: FeeTerms(transferFee: Amount(BigUInt(transferFee)), serviceFee: BasisPoints(serviceFee)),
            isRegistered: true, refusedReason: nil)
        return Scenario(owner: .wallet, invoice: nil, options: [option], credit: credit, final: final)
    }

    private init(owner kind: Owner.Kind, invoice: Invoice?, options: [PaymentOption], credit: Int32, final: Int32) {
        let id = UUID(uuidString: "00000000-0000-4000-8000-000000000001")!
        dossier = Dossier(
            owner: Owner(id: id, kind: kind, project: "shop", reference: "42"), version: 0, refused: false,
            registrations: 0,
            invoice: invoice, options: options, deposits: [])
        policy = Policy(
            network: "litecoin", number: 1, thresholds: Thresholds(credit: credit, final: final),
            assets: [Self.litecoin])
    }

    static func key(_ option: Int) -> WatchKey { WatchKey([0x76, 0xa9, UInt8(option)])! }

    static func id(_ transaction: UInt64) -> Hash256 { Hash256(0, 0, 0, transaction) }

    /// A transfer in a block at the tip, unless another height is given; each `branch` has another block there.
    func arrival(
        _ amount: UInt64, transaction: UInt64 = 1, vout: UInt32 = 0, option: Int = 0, height: Int64? = nil,
        branch: UInt64 = 0, time: Int64 = 500_000, maturity: Int32 = 0, asset: Asset = Scenario.litecoin,
        spends: [Outpoint] = [], rivals: Set<UInt64> = [], locator: Locator? = nil
    ) -> Arrival {
        let height = height ?? tip
        return Arrival(
            transfer(amount, transaction, locator ?? .output(vout), option, maturity, asset), of: asset,
            in: BlockStamp(height: height, hash: Hash256(1, 0, branch, UInt64(height)), time: time), spends: spends,
            rivals: Set(rivals.map(Self.id)))
    }

    /// The same transfer in the mempool.
    func sighting(
        _ amount: UInt64, transaction: UInt64 = 1, vout: UInt32 = 0, option: Int = 0, time: Int64 = 500_000,
        asset: Asset = Scenario.litecoin, spends: [Outpoint] = [], rivals: Set<UInt64> = []
    ) -> Arrival {
        Arrival(
            transfer(amount, transaction, .output(vout), option, 0, asset), of: asset, sightedAt: time, spends: spends,
            rivals: Set(rivals.map(Self.id)))
    }

    private func transfer(
        _ amount: UInt64, _ transaction: UInt64, _ locator: Locator, _ option: Int, _ maturity: Int32, _ asset: Asset
    ) -> Transfer {
        Transfer(
            transaction: Self.id(transaction), locator: locator, contract: asset.contract,
            recipient: Self.key(option), amount: UInt256(amount), blockIndex: 0, maturity: maturity)
    }

    /// Decides, and takes what was decided as the new state.
    @discardableResult
    mutating func step(_ arrivals: [Arrival] = [], registrations: [Registration] = []) -> Changes {
        let reach = Reach(tip: tip, agreed: agreed)
        return decide(Facts(reach: reach, arrivals: arrivals, registrations: registrations))
    }

    @discardableResult
    mutating func decide(_ facts: Facts) -> Changes {
        let changes = Payments.settle(loaded { isNeeded($0, for: facts) }, facts, policy)
        guard changes.isIncomplete else { return take(changes) }
        return take(Payments.settle(loaded { $0.isUnfinal || $0.isOpen || isNeeded($0, for: facts) }, facts, policy))
    }

    private func isNeeded(_ deposit: Deposit, for facts: Facts) -> Bool {
        let named = facts.losses.map(\.transaction) + facts.arrivals.flatMap { [$0.transfer.transaction] + $0.rivals }
        return named.contains(deposit.transaction) || deposit.due?.isReached(by: facts.reach) ?? false
            || facts.disconnectedTo.map { height in deposit.block.map { $0.height > height } ?? false } ?? false
    }

    /// The dossier with these deposits, where there are more than all are loaded of.
    private func loaded(_ isNeeded: (Deposit) -> Bool) -> Dossier {
        guard let totals else { return dossier }
        let some = dossier.with(dossier.deposits.filter(isNeeded), depositsMaximum: depositsMaximum)
        guard let loaded = some.among(totals) else { preconditionFailure("these deposits are not in the totals") }
        return loaded
    }

    /// Disconnects every block above the tip.
    @discardableResult
    mutating func disconnect() -> Changes {
        decide(Facts(tip: tip, disconnectedTo: tip))
    }

    /// Disconnects this many blocks.
    @discardableResult
    mutating func disconnect(_ blocks: Int64) -> Changes {
        tip -= blocks
        return disconnect()
    }

    /// Takes note that a transaction will hardly be mined.
    @discardableResult
    mutating func lose(_ transaction: UInt64, _ cause: Loss.Cause) -> Changes {
        decide(Facts(tip: tip, losses: [Loss(Self.id(transaction), cause)]))
    }

    /// What the mempool lacks at this time; it keeps a transaction for two weeks.
    @discardableResult
    mutating func forget(_ transaction: UInt64, at time: Int64) -> Changes {
        lose(transaction, .forgotten(at: time, expiry: 14 * 86_400))
    }

    /// Tells that every option is registered.
    mutating func register() {
        step(
            registrations: dossier.options.filter { $0.refusedReason == nil }.map {
                Registration(ordinal: $0.ordinal, refusal: nil)
            })
    }

    /// Lets every network be seen, and final, well beyond this time.
    @discardableResult
    mutating func pass(_ time: Int64) -> Changes {
        settle(now: time + 10_000, watermarks: ["litecoin": .seen(time + 5_000, final: time + 4_000)])
    }

    @discardableResult
    mutating func settle(now: Int64, observedThrough: Int64?, isRetired: Bool = false) -> Changes {
        if isRetired { retire("litecoin") }
        return settle(
            now: now,
            watermarks: [
                "litecoin": Watermark(
                    tip: tip, observedThrough: observedThrough, finalThrough: nil, arrivalGrace: 60,
                    isRetired: isRetired)
            ])
    }

    @discardableResult
    mutating func settle(now: Int64, watermarks: [String: Watermark]) -> Changes {
        let loaded = loaded { $0.isOnlySighted && now - $0.seenAt > Deposit.mempoolPatience }
        return take(Payments.settle(loaded, SettlementFacts(watermarks: watermarks, now: now)).changes)
    }

    /// Carries out command number 7.
    @discardableResult
    mutating func command(_ kind: InvoiceCommand.Kind) -> Changes {
        take(decision(kind).changes)
    }

    func refusal(of kind: InvoiceCommand.Kind) -> InvoiceCommand.Refusal? {
        let decision = decision(kind)
        return decision.changes.isUneventful ? decision.refusal : nil
    }

    private func decision(_ kind: InvoiceCommand.Kind) -> (changes: Changes, refusal: InvoiceCommand.Refusal?) {
        Payments.settle(
            dossier, SettlementFacts(watermarks: [:], now: 0, command: InvoiceCommand(number: 7, kind: kind)))
    }

    private mutating func take(_ changes: Changes) -> Changes {
        var deposits = dossier.deposits
        for deposit in changes.deposits {
            if let index = deposits.firstIndex(where: { $0.id == deposit.id }) {
                deposits[index] = deposit
            } else {
                deposits.append(deposit)
            }
        }
        var options = dossier.options
        for registration in changes.registrations {
            options[Int(registration.ordinal)].isRegistered = registration.refusal == nil
            options[Int(registration.ordinal)].refusedReason = registration.refusal
        }
        dossier = Dossier(
            owner: dossier.owner, version: changes.version, refused: changes.refused,
            registrations: changes.registrationsAnnounced, invoice: changes.invoice, options: options,
            deposits: deposits, depositsMaximum: depositsMaximum, retired: dossier.retired,
            outlook: changes.outlook ?? dossier.outlook)
        totals = changes.totals ?? totals
        allEvents += changes.events
        allEntries += changes.entries
        allBalances += changes.balances
        return changes
    }

    /// Lets blocks without anything of ours come.
    @discardableResult
    mutating func mine(_ blocks: Int64) -> Changes {
        tip += blocks
        return step()
    }

    /// Adds an option for an asset at the first one's address.
    mutating func add(_ asset: Asset) {
        dossier.options.append(
            PaymentOption(
                ordinal: Int32(dossier.options.count), network: "litecoin", asset: asset.code, decimals: asset.decimals,
                address: "address-0", key: Self.key(0), amount: Amount(BigUInt(1000)), due: Amount(BigUInt(1000)),
                minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
                isRegistered: false, refusedReason: nil))
    }

    /// Gives a network up for good.
    mutating func retire(_ network: String) {
        dossier = Dossier(
            owner: dossier.owner, version: dossier.version, refused: dossier.refused,
            registrations: dossier.registrations, invoice: dossier.invoice, options: dossier.options,
            deposits: dossier.deposits, depositsMaximum: depositsMaximum, retired: dossier.retired.union([network]),
            outlook: dossier.outlook)
    }

    /// Whether the first deposit is pending.
    var isPending: Bool { dossier.isPending(dossier.deposits[0]) }

    var status: Invoice.Status? { dossier.invoice?.status }
}

extension Changes {
    /// It says no more than when to look again.
    var isUneventful: Bool { version == expectedVersion }

    var kinds: [Event.Kind] { events.map(\.kind) }

    /// The payload of the first event of this kind.
    func payload(_ kind: Event.Kind) -> [String: Any] {
        events.first { $0.kind == kind }?.told ?? [:]
    }
}

extension Event {
    /// The payload as whoever reads the outbox has it.
    var told: [String: Any] {
        (try? JSONSerialization.jsonObject(with: JSONEncoder().encode(payload))) as? [String: Any] ?? [:]
    }
}

extension Dossier {
    func with(_ deposits: [Deposit], depositsMaximum: Int) -> Dossier {
        Dossier(
            owner: owner, version: version, refused: refused, registrations: registrations, invoice: invoice,
            options: options, deposits: deposits, depositsMaximum: depositsMaximum, retired: retired, outlook: outlook)
    }
}

extension Watermark {
    static func seen(_ time: Int64, final: Int64? = nil) -> Watermark {
        Watermark(tip: 100, observedThrough: time, finalThrough: final, arrivalGrace: 60, isRetired: false)
    }
}

extension Policy {
    /// The same with one confirmation more from each of these sums on.
    func tiered(from sums: [UInt]) -> Policy {
        let tiers = sums.enumerated().map { place, sum in
            Tier(
                asset: "LTC", from: Amount(BigUInt(sum)),
                thresholds: Thresholds(
                    credit: thresholds.credit.confirmations + Int32(place) + 1,
                    final: thresholds.final.confirmations + Int32(place) + 1))
        }
        return Policy(
            network: network, number: number, thresholds: thresholds, tiers: tiers, assets: [Scenario.litecoin])
    }
}
