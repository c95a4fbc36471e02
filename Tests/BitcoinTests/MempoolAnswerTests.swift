import Bitcoin
import Chain
import NodeHTTP
import Testing

/// Answers about the mempool that no sound node gives, and those that a sound one gives on a bad day.
@Suite(.timeLimit(.minutes(30)))
struct MempoolAnswerTests {
    static let http = HTTPClient()
    static let sound = (1...3).map { BuiltTransaction.spending($0) }

    @Test func `ids that are none, or come twice, are refused`() async throws {
        let id = Hash256(1, 2, 3, 4).description
        for answer in ["[\"\(id)\",\"\(id)\"]", "[\"\(id)0\"]", "[\"\"]", "[7]", "[null]", "{}", "null", "\"\(id)\""] {
            #expect(await failure(of: answer)?.code == .malformed, "\(answer)")
        }
        #expect(await failure(of: "[\"\(id)\",\"\(id.uppercased())\"]")?.code == .malformed)
        #expect(await failure(of: "[\"\(id)\"]") == nil)
    }

    @Test func `a mempool that is too large to be looked at is refused, and the reason given`() async throws {
        let error = await failure(of: "[" + String(repeating: " ", count: 64 << 20) + "]")
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("maxmempool") == true)
    }

    @Test func `what is not found is left out`() async throws {
        let found = try await unconfirmed { id in
            id == Self.sound[1].hash.description ? Self.error(-5) : Self.sound(id)
        }
        #expect(found.map(\.id) == [Self.sound[0].hash, Self.sound[2].hash])
    }

    @Test(
        arguments: [(-1, .malformed), (-8, .malformed), (-28, .warmingUp), (-32601, .refused), (500, .malformed)]
            as [(Int, NodeError.Code)])
    func `any other error of one call is that of the whole`(number: Int, code: NodeError.Code) async throws {
        let error = await #expect(throws: NodeError.self) {
            try await unconfirmed { id in
                id == Self.sound[1].hash.description ? Self.error(number) : Self.sound(id)
            }
        }
        #expect(error?.code == code)
        #expect(error?.message.contains("(code \(number))") == true)
    }

    @Test func `the bytes of another transaction, and what is not a transaction, are refused`() async throws {
        let bytes = Self.sound[0].bytes
        for answer in [
            Hex.encode(bytes), Hex.encode(bytes.dropLast()), Hex.encode(bytes) + "00", Hex.encode(bytes) + "0", "",
            "xy",
        ] {
            let error = await #expect(throws: NodeError.self) {
                try await unconfirmed { id in
                    id == Self.sound[1].hash.description ? "\"result\":\"\(answer)\"" : Self.sound(id)
                }
            }
            #expect(error?.code == .malformed, "\(answer)")
        }
        for answer in ["null", "7", "{}", "[]"] {
            let error = await #expect(throws: NodeError.self) { try await unconfirmed { _ in "\"result\":\(answer)" } }
            #expect(error?.code == .malformed, "\(answer)")
        }
    }

    @Test func `a serialization that is not known does not keep the rest from being read`() async throws {
        let found = try await unconfirmed { id in
            guard id == Self.sound[0].hash.description else { return Self.sound(id) }
            var transaction = Self.sound[0]
            transaction.marker = [0, 4]
            return "\"result\":\"\(Hex.encode(transaction.bytes))\""
        }
        #expect(found.map(\.id) == [Self.sound[1].hash, Self.sound[2].hash])
    }

    private static func error(_ code: Int) -> String {
        "\"error\":{\"code\":\(code),\"message\":\"No such mempool or blockchain transaction\"}"
    }

    private static func sound(_ id: String) -> String {
        let transaction = sound.first { $0.hash.description == id }
        return "\"result\":\"\(Hex.encode(transaction?.bytes ?? []))\""
    }

    /// What asking for the sound transactions yields when each call is answered so.
    private func unconfirmed(
        answer: @escaping @Sendable (_ id: String) -> String
    ) async throws -> [UnconfirmedTransaction] {
        let server = try ScriptedNode { _, id in answer(id) }
        defer { server.stop() }
        return try await server.node(http: Self.http).unconfirmed(Self.sound.map(\.hash))
    }

    /// The error that this answer to `getrawmempool` leads to.
    private func failure(of answer: String) async -> NodeError? {
        do {
            let server = try ScriptedNode { _, _ in "\"result\":\(answer)" }
            defer { server.stop() }
            _ = try await server.node(http: Self.http).mempool()
            return nil
        } catch {
            return error as? NodeError
        }
    }
}
