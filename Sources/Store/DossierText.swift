import Foundation
import Payments

/// What `confirmd_data.dossiers` says of one owner.
struct DossierText {
    /// A JSON object: the owner with its first deposits.
    let head: String
    /// JSON arrays of more deposits.
    var deposits: [String] = []

    /// The dossier. One of which a row can't be read is set aside: it comes with what of it can be, enough to record what
    /// happens to its deposits on the chain.
    func dossier(retriesSetAside: Bool) throws(MalformedRow) -> Dossier {
        do {
            var row = try JSONDecoder().decode(DossierRow.self, from: Data(head.utf8))
            for more in deposits {
                row.deposits += try JSONDecoder().decode([DossierRow.DepositRow].self, from: Data(more.utf8))
            }
            let dossier = try row.dossier()
            guard let reason = row.halted_reason, !retriesSetAside else { return dossier }
            return dossier.settingAside(for: reason)
        } catch {
            return try bare().settingAside(for: String("\(error)".prefix(500)))
        }
    }

    private func bare() throws(MalformedRow) -> Dossier {
        do {
            var row = try JSONDecoder().decode(BareRow.self, from: Data(head.utf8))
            for more in deposits {
                let rows = try JSONDecoder().decode([Readable<DossierRow.DepositRow>].self, from: Data(more.utf8))
                row.deposits += rows
            }
            return try row.dossier()
        } catch let error as MalformedRow {
            throw error
        } catch {
            throw MalformedRow("an owner that can't be read at all: \(error)")
        }
    }
}

/// The part of a dossier's JSON without which not even a deposit can be recorded.
private struct BareRow: Decodable {
    struct OptionRow: Decodable {
        let ordinal: Int32
        let network: String
        let asset: String
        let decimals: Int
        let address: String
        let key: String?
    }

    let id: UUID
    let kind: String
    let project: String
    let version: Int64
    let reference: String
    let refused: Bool
    let registrations: Int
    let halted_reason: String?
    let options: [OptionRow]
    var deposits: [Readable<DossierRow.DepositRow>]

    func dossier() throws(MalformedRow) -> Dossier {
        guard let kind = Owner.Kind(rawValue: kind) else { throw MalformedRow("owner \(id) is of kind \(self.kind)") }
        var options: [PaymentOption] = []
        for row in self.options {
            options.append(
                PaymentOption(
                    ordinal: row.ordinal, network: row.network, asset: row.asset, decimals: row.decimals,
                    address: row.address, key: try row.key.map(DossierRow.watchKey), amount: nil, due: nil,
                    minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
                    isRegistered: true, refusedReason: nil))
        }
        return Dossier(
            owner: Owner(id: id, kind: kind, project: project, reference: reference), version: version,
            refused: refused, registrations: registrations, invoice: nil, options: options,
            deposits: deposits.compactMap { $0.value.flatMap { try? $0.deposit() } }, wasSetAside: halted_reason)
    }
}

/// A value, or nothing where it can't be read.
private struct Readable<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) { value = try? Value(from: decoder) }
}
