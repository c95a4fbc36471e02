import BigInt
import Chain
import Foundation
import Payments
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("What the one write is given")
struct StepParameterTests {
    private static let base = LaneSnapshot(epoch: 1, step: 2, tip: nil, watchNumber: 0, policyNumber: 0)

    @Test(
        "Both lanes give every parameter that commit_step has, once, by its name and in its type; they are few enough")
    func catalog() async throws {
        let parameters = try await MigratedDatabase().database.rows(
            """
            SELECT p.proargnames[n], p.proargtypes[n - 1] FROM pg_proc p, generate_series(1, p.pronargs) n
            WHERE p.oid = 'confirmd.commit_step'::regproc
            """)
        let wanted = Dictionary(uniqueKeysWithValues: parameters.map { ($0[0]!, $0[1]!) })
        #expect(wanted.count < 60)
        let step = Step(network: "litecoin", base: Self.base, headersKept: 10, state: .following)
        for given in [
            StepParameters(step, lane: "litecoin", seen: nil),
            StepParameters(SettlementStep(base: Self.base), lane: "settlement", seen: nil),
        ] {
            let types = given.named.map { ($0.name, "\($0.value.type.rawValue)") }
            #expect(given.named.count == wanted.count)
            #expect(Dictionary(types, uniquingKeysWith: { $1 }) == wanted)
        }
    }

    @Test("The call names each value")
    func named() {
        let parameters = StepParameters(SettlementStep(base: Self.base), lane: "settlement", seen: nil)
        for (place, parameter) in parameters.named.enumerated() {
            #expect(
                parameters.statement.contains(
                    "\(parameter.name) => $\(place + 1)\(place + 1 == parameters.values.count ? ")" : ",")"))
        }
    }

    @Test("The keys of the small groups are those that commit_step reads, each with another value")
    func objects() throws {
        let text = try String(contentsOfFile: Package.file("Sources/Store/Functions/commit_step.sql"), encoding: .utf8)
        func columns(_ pattern: Regex<(Substring, Substring)>) throws -> Set<String> {
            let list = try #require(text.firstMatch(of: pattern)).1
            return Set(list.matches(of: /([a-z_]+) (?:bigint|text|jsonb|int|numeric|uuid)/).map { String($0.1) })
        }
        func keys(_ value: some Encodable) throws -> Set<String> {
            let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
            return Set(try #require(object as? [String: Any]).keys)
        }
        let block = BlockReference(height: 7, hash: Hash256(1, 2, 3, 4))
        let header = Header(reference: block, parent: Hash256(4, 3, 2, 1), time: 9, work: 2)
        var step = Step(
            network: "litecoin",
            base: LaneSnapshot(epoch: 1, step: 2, tip: block, watchNumber: 3, policyNumber: 4), headersKept: 10,
            state: .halted)
        step.anchor = block
        step.disconnect(to: block)
        step.headers = [header]
        step.headHeight = 8
        step.observedAgo = .seconds(1)
        step.stateReason = "why"
        let base = try keys(StepBase(step, network: "litecoin"))
            .union(keys(StepBase(SettlementStep(base: step.base))))
        #expect(try base == columns(/jsonb_to_record\(p_base\) AS e \(([^)]+)\)/))
        #expect(try keys(StepCursor(step)) == columns(/jsonb_to_record\(coalesce\(p_cursor, '{}'\)\) AS e \(([^)]+)\)/))
        #expect(
            try keys(StepCursor.Block(header))
                == columns(/jsonb_to_recordset\(cursor_next.headers\)\s+AS e \(([^)]+)\)/))
        #expect(
            try keys(StepOptions.Watch(owner: UUID(), ordinal: 1, key: "07"))
                == columns(/jsonb_to_recordset\(p_options -> 'watches'\) AS \(([^)]+)\)/))
        #expect(
            try keys(StepOptions.End(owner: UUID(), ordinal: 1, refused: "x"))
                == columns(/jsonb_to_recordset\(p_options -> 'registrations'\) AS e \(([^)]+)\)/))
        #expect(
            try keys(StepBalance(project: "a", asset: "b", credited: "1", final: "2", fees: "3"))
                == columns(/jsonb_to_recordset\(p_balances\)\s+AS e \((project text, asset text, [^)]+)\)/))
        #expect(
            try keys(#require(StepCommand(1, "x")))
                == Set(text.matches(of: /p_command ->> '([a-z_]+)'/).map { String($0.1) }))
    }
}
