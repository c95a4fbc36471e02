import Foundation
import TestSupport

/// What the tables say at one moment, and the outbox of the same moment.
struct Books: Decodable {
    struct Invoice: Decodable, Equatable {
        let status: String
        let reason: String?
        let isFinal: Bool
    }

    struct Deposit: Decodable, Equatable {
        var status: String
        var reason: String?
        let late: Bool
        let gross: Int64
        var fee: Int64?
        var net: Int64?
    }

    struct Balance: Decodable, Equatable {
        var credited: Int64 = 0
        var final: Int64?
        var fees: Int64 = 0

        var withoutFinal: Balance { Balance(credited: credited, fees: fees) }
    }

    struct Incarnation: Decodable {
        let incarnation: Int
        let firstPosition: Int

        static let first = Incarnation(incarnation: 1, firstPosition: 1)
    }

    let outbox: [OutboxRow]
    let incarnations: [Incarnation]
    /// By id.
    let invoices: [String: Invoice]
    let deposits: [String: Deposit]
    /// By `project asset`, in base units.
    let balances: [String: Balance]
    /// The same out of the entries.
    let ledger: [String: Balance]

    init(of database: TestDatabase) async throws {
        let text = try await database.value(Self.query) ?? "{}"
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Books.self, from: Data(text.utf8))
    }

    /// One statement, so one snapshot: a running daemon can't come between.
    private static let query = """
        SELECT json_build_object(
            'incarnations', (SELECT json_agg(i ORDER BY incarnation) FROM confirmd.outbox_incarnation i),
            'outbox', (SELECT coalesce(json_agg(o ORDER BY position), '[]') FROM confirmd.outbox o),
            'invoices', (SELECT coalesce(json_object_agg(id, json_build_object(
                'status', status, 'reason', reason, 'is_final', is_final)), '{}') FROM confirmd.invoice),
            'deposits', (SELECT coalesce(json_object_agg(id, json_build_object(
                'status', status, 'reason', reason, 'late', late,
                'gross', gross_base, 'fee', fee_base, 'net', net_base)), '{}') FROM confirmd.deposit),
            'balances', (SELECT coalesce(json_object_agg(project || ' ' || asset, json_build_object(
                'credited', credited_base, 'final', final_base, 'fees', fees_base)), '{}') FROM confirmd.balance),
            'ledger', (SELECT coalesce(json_object_agg(account, json_build_object(
                'credited', credited, 'fees', fees)), '{}') FROM (
                    SELECT project || ' ' || asset AS account,
                           coalesce(sum(signed) FILTER (WHERE kind = 'net'), 0) AS credited,
                           coalesce(sum(signed) FILTER (WHERE kind = 'fee'), 0) AS fees
                    FROM (SELECT *, CASE WHEN is_reversal THEN -amount_base ELSE amount_base END AS signed
                          FROM confirmd.ledger_entry) e GROUP BY 1) sums)
        )::text
        """
}

/// A row of the outbox, with those fields of the payloads that a consumer's books need.
struct OutboxRow: Decodable {
    struct Payload: Decodable {
        struct Block: Decodable {
            let hash: String
        }

        let invoiceId: String?
        let depositId: String?
        let project: String?
        let asset: String?
        let status: String?
        let previousStatus: String?
        let reason: String?
        let isFinal: Bool?
        let late: Bool?
        let grossBase: String?
        let feeBase: String?
        let netBase: String?
        let block: Block?
        let tipHeight: Int64?
        let disconnectedHeight: Int64?
        let depth: Int64?
    }

    let position: Int
    let incarnation: Int
    let id: String
    let aggregatetype: String
    let aggregateid: String
    let type: String
    let payload: Payload
    let aggregateVersion: Int
}
