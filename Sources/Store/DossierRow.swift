import BigInt
import Chain
import Foundation
import Payments

/// The JSON of `confirmd_data.dossiers`.
struct DossierRow: Decodable {
    struct InvoiceRow: Decodable {
        let status: Invoice.Status
        let reason: String?
        let is_final: Bool
        let expires_at: Int64
        let underpay_tolerance_bps: Int32
        let overpay_tolerance_bps: Int32
        let auto_confirm_bps: Int32?
        let late_policy: String
        let is_expired: Bool
        let is_canceled: Bool
        let marked_numerator: String?
        let marked_denominator: String?
        let recurrences: [String: Int]
    }

    struct OptionRow: Decodable {
        let ordinal: Int32
        let network: String
        let asset: String
        let decimals: Int
        let address: String
        let key: String?
        let amount: String?
        let due: String?
        let min_deposit: String
        let transfer_fee: String
        let service_fee_bps: Int32
        let registered: Bool
        let refused_reason: String?
    }

    struct DepositRow: Decodable {
        let id: UUID
        let network: String
        let asset: String
        let decimals: Int
        let ordinal: Int32
        let transaction: String
        let locator: String
        let key: String
        let gross: String
        let status: Deposit.Status
        let reason: String?
        let late: Bool
        let seen_at: Int64
        let block_height: Int64?
        let block_hash: String?
        let block_time: Int64?
        let disconnected_height: Int64?
        let gone: Bool
        let block_index: Int64?
        let maturity: Int32
        let credit_required: Int32
        let final_required: Int32
        let credit_tag: String?
        let final_tag: String?
        let fee: String?
        let net: String?
        let credits: Int32
        let stays: [String: Int]
    }

    let id: UUID
    let kind: String
    let project: String
    let version: Int64
    let reference: String
    let refused: Bool
    let registrations: Int
    let invoice: InvoiceRow?
    let options: [OptionRow]
    let halted_reason: String?
    let retired: Set<String>
    let outlook: StoredOutlook
    let totals: [StoredTotals]?
    var deposits: [DepositRow]

    /// What the row says in the domain's terms; throws when the database holds what it never should.
    func dossier() throws(MalformedRow) -> Dossier {
        guard let kind = Owner.Kind(rawValue: kind) else { throw MalformedRow("owner \(id) is of kind \(self.kind)") }
        do {
            let dossier = Dossier(
                owner: Owner(id: id, kind: kind, project: project, reference: reference), version: version,
                refused: refused, registrations: registrations, invoice: try invoice.map { try $0.invoice() },
                options: try options.map { try $0.option() }, deposits: try deposits.map { try $0.deposit() },
                wasSetAside: halted_reason, retired: retired, outlook: try outlook.outlook())
            guard let totals else { return dossier }
            guard let some = dossier.among(try StoredTotals.totals(totals)) else {
                throw MalformedRow("its deposits are not among those that its totals count")
            }
            return some
        } catch let error as MalformedRow {
            throw MalformedRow("owner \(id): \(error.reason)")
        } catch {
            throw MalformedRow("owner \(id): \(error)")
        }
    }
}

/// A row of our own tables that can't be: the schema is another, or somebody wrote into it by hand.
public struct MalformedRow: Error, Hashable, CustomStringConvertible {
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String { "the database holds a row that confirmd never writes: \(reason)" }
}

extension DossierRow.InvoiceRow {
    fileprivate func invoice() throws(MalformedRow) -> Invoice {
        guard let latePolicy = Invoice.LatePolicy(rawValue: late_policy) else {
            throw MalformedRow("late policy \(late_policy)")
        }
        return Invoice(
            status: status, reason: reason.map(Invoice.Reason.init), isFinal: is_final, expiresAt: expires_at,
            underpayTolerance: BasisPoints(underpay_tolerance_bps),
            overpayTolerance: BasisPoints(overpay_tolerance_bps),
            autoConfirm: auto_confirm_bps.map(BasisPoints.init(_:)),
            latePolicy: latePolicy, isExpired: is_expired, isCanceled: is_canceled, marked: try marked(),
            recurrences: recurrences)
    }

    private func marked() throws(MalformedRow) -> PaidRatio? {
        guard let marked_numerator, let marked_denominator else { return nil }
        guard
            let ratio = PaidRatio(
                numerator: try Self.factor(marked_numerator), denominator: try Self.factor(marked_denominator))
        else { throw MalformedRow("a ratio over zero") }
        return ratio
    }

    /// A ratio has the product of what is due through every option below its line: fifty amounts of 256 bits.
    private static func factor(_ text: String) throws(MalformedRow) -> BigUInt {
        guard !text.isEmpty, text.utf8.count <= 5_000, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let factor = BigUInt(text, radix: 10)
        else { throw MalformedRow("a ratio of \(text.utf8.count) digits") }
        return factor
    }
}

extension DossierRow.OptionRow {
    fileprivate func option() throws(MalformedRow) -> PaymentOption {
        PaymentOption(
            ordinal: ordinal, network: network, asset: asset, decimals: decimals, address: address,
            key: try key.map(DossierRow.watchKey), amount: try amount.map(Amount.init(stored:)),
            due: try due.map(Amount.init(stored:)), minimumDeposit: try Amount(stored: min_deposit),
            fees: FeeTerms(transferFee: try Amount(stored: transfer_fee), serviceFee: BasisPoints(service_fee_bps)),
            isRegistered: registered, refusedReason: refused_reason)
    }
}

extension DossierRow.DepositRow {
    func deposit() throws(MalformedRow) -> Deposit {
        guard let transaction = Hash256(hex: transaction) else {
            throw MalformedRow("deposit \(id) has no transaction")
        }
        var block: BlockStamp?
        if let block_height, let block_time, let hash = block_hash.flatMap({ Hash256(hex: $0) }) {
            block = BlockStamp(height: block_height, hash: hash, time: block_time)
        }
        let credit = try threshold(credit_required, credit_tag)
        let final = try threshold(final_required, final_tag)
        guard final.mayFollow(credit) else { throw MalformedRow("deposit \(id) has thresholds \(credit) and \(final)") }
        guard let standing = Deposit.Standing(status, reason: reason) else {
            throw MalformedRow("deposit \(id) is \(status.rawValue) for the reason \(reason ?? "none")")
        }
        guard
            let place = Deposit.Place(
                block: block, index: block_index, displacedFrom: disconnected_height, isGone: gone)
        else { throw MalformedRow("deposit \(id) is in a block, and given up or disconnected, or has half a block") }
        let key = try DossierRow.watchKey(key)
        let gross = try Amount(stored: gross)
        let fee = try fee.map(Amount.init(stored:))
        let deposit: Deposit
        do throws(ImpossibleDeposit) {
            deposit = try Deposit(
                id: id, network: network, asset: asset, decimals: decimals, ordinal: ordinal, transaction: transaction,
                locator: locator, key: key, gross: gross, maturity: maturity, standing: standing, place: place,
                late: late, seenAt: seen_at, required: Thresholds(credit: credit, final: final), fee: fee,
                credits: credits, stays: stays)
        } catch {
            throw MalformedRow("deposit \(id) is \(error)")
        }
        guard deposit.net == (try net.map(Amount.init(stored:))) else {
            throw MalformedRow(
                "deposit \(id) of \(gross) has a fee of \(self.fee ?? "none") and \(net ?? "nothing") net")
        }
        return deposit
    }
}

private func threshold(_ confirmations: Int32, _ tag: String?) throws(MalformedRow) -> Threshold {
    let known = tag.flatMap(FinalityTag.init(rawValue:))
    guard confirmations >= 1, tag == nil || known != nil else {
        throw MalformedRow("\(confirmations) confirmations under \(tag ?? "the tip")")
    }
    return Threshold(confirmations, under: known)
}

extension Amount {
    fileprivate init(stored text: String) throws(MalformedRow) {
        guard let amount = Amount(base: text) else { throw MalformedRow("amount \(text)") }
        self = amount
    }
}

extension DossierRow {
    static func watchKey(_ hex: String) throws(MalformedRow) -> WatchKey {
        guard let key = Hex.decode(hex).flatMap({ WatchKey($0) }) else { throw MalformedRow("key \(hex)") }
        return key
    }
}
