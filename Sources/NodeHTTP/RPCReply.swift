internal import Foundation

/// The envelope of one answer, in the form of JSON-RPC 2.0 or in that of bitcoind before 28.
struct RPCReply {
    enum Outcome {
        /// The JSON text of the result.
        case result(ArraySlice<UInt8>)
        case error(code: Int, message: String)
    }

    struct Malformed: Error {
        let reason: String
    }

    /// The JSON text of the id; nil when absent or null, which only an error may have.
    let id: ArraySlice<UInt8>?
    let outcome: Outcome

    init(_ text: ArraySlice<UInt8>) throws(Malformed) {
        var scanner = JSONScanner(text)
        let members: [JSONScanner.Member]
        do { members = try scanner.object(membersMax: 32) } catch {
            throw Malformed(reason: "no JSON object, from byte \(error.offset) on")
        }
        func member(_ name: String) throws(Malformed) -> ArraySlice<UInt8>? {
            let found = members.filter { $0.key.elementsEqual(name.utf8) }
            guard found.count <= 1 else { throw Malformed(reason: "\(name) twice in one answer") }
            return found.first.flatMap { $0.value.elementsEqual("null".utf8) ? nil : $0.value }
        }
        id = try member("id")
        let result = try member("result")
        if let error = try member("error") {
            guard result == nil else { throw Malformed(reason: "both a result and an error") }
            guard let fault = try? JSONDecoder().decode(Fault.self, from: Data(error)) else {
                throw Malformed(reason: "an error without a numeric code: \(String(printable: error, limit: 100))")
            }
            outcome = .error(code: fault.code, message: fault.message ?? "")
        } else {
            guard id != nil else { throw Malformed(reason: "a result without an id") }
            guard let text = members.first(where: { $0.key.elementsEqual("result".utf8) }) else {
                throw Malformed(reason: "neither a result nor an error")
            }
            outcome = .result(text.value)
        }
    }

    func isFor(id expected: UInt64) -> Bool {
        id?.elementsEqual(String(expected).utf8) ?? false
    }

    private struct Fault: Decodable {
        let code: Int
        let message: String?
    }
}
