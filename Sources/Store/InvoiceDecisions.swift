import Foundation
import Payments

/// What was decided about an invoice, as `confirmd.commit_step` reads it.
struct InvoiceDecisions: Encodable {
    let is_expired: Bool
    let is_canceled: Bool
    let marked_numerator: String?
    let marked_denominator: String?
    let recurrences: [String: Int]

    static func text(_ invoice: Invoice) -> String {
        JSONObject.text(
            InvoiceDecisions(
                is_expired: invoice.isExpired, is_canceled: invoice.isCanceled,
                marked_numerator: invoice.marked?.numerator.description,
                marked_denominator: invoice.marked?.denominator.description, recurrences: invoice.recurrences))
    }
}

/// JSON for a `jsonb` parameter.
enum JSONObject {
    static func text(_ value: some Encodable) -> String {
        guard let data = try? JSONEncoder().encode(value) else {
            preconditionFailure("strings, integers and booleans always encode")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
