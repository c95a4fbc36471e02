import Foundation
import Payments

/// What was decided about an invoice, as `confirmd.commit_step` reads it.
struct InvoiceDecisions: Encodable {
    let status: String
    let reason: String?
    let is_final: Bool
    let is_expired: Bool
    let is_canceled: Bool
    let marked_numerator: String?
    let marked_denominator: String?
    let recurrences: [String: Int]

    static func text(_ invoice: Invoice) -> String {
        JSONObject.text(
            InvoiceDecisions(
                status: invoice.status.rawValue, reason: invoice.reason?.text, is_final: invoice.isFinal,
                is_expired: invoice.isExpired, is_canceled: invoice.isCanceled,
                marked_numerator: invoice.marked?.numerator.description,
                marked_denominator: invoice.marked?.denominator.description, recurrences: invoice.recurrences))
    }
}

/// JSON for a `jsonb` parameter.
enum JSONObject {
    private static let encoder = JSONEncoder()

    static func text(_ value: some Encodable) -> String {
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("strings, integers and booleans always encode")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// An object of numbers. A step has thousands of them, all with plain names, which an encoder takes long for.
    static func text(counts: [String: Int]) -> String {
        let isPlain = counts.keys.allSatisfy { name in
            name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        }
        guard isPlain else { return text(counts) }
        return "{" + counts.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
}
