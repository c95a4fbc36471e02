import Foundation
import TestSupport
import Testing

@Suite("Change data capture")
struct ChangeCaptureTests {
    /// A message of pgoutput, as far as it matters here (PostgreSQL documentation, "Logical Replication Message Formats").
    private enum Message: Equatable {
        case relation(Int, name: String, columns: [String])
        case insert(into: Int, [String?])
        case begin, commit
        case other(Character)

        init(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            func take(_ count: Int) throws -> ArraySlice<UInt8> {
                guard rest.count >= count else { throw TestFailure("a message ends early: \(bytes)") }
                defer { rest = rest.dropFirst(count) }
                return rest.prefix(count)
            }
            func number(_ count: Int) throws -> Int { try take(count).reduce(0) { $0 << 8 | Int($1) } }
            func string() throws -> String {
                let text = rest.prefix { $0 != 0 }
                _ = try take(text.count + 1)
                return String(decoding: text, as: UTF8.self)
            }
            switch Character(UnicodeScalar(try take(1).first!)) {
            case "B": self = .begin
            case "C": self = .commit
            case "R":
                let (id, name) = (try number(4), "\(try string()).\(try string())")
                _ = try take(1)
                self = .relation(
                    id, name: name,
                    columns: try (0..<number(2)).map { _ in
                        _ = try take(1)
                        defer { rest = rest.dropFirst(8) }
                        return try string()
                    })
            case "I":
                let id = try number(4)
                _ = try take(1)
                self = .insert(
                    into: id,
                    try (0..<number(2)).map { _ in
                        guard try take(1) == [UInt8(ascii: "t")] else { return nil }
                        return String(decoding: try take(number(4)), as: UTF8.self)
                    })
            case let kind: self = .other(kind)
            }
        }
    }

    /// What has come out of the slot since the last look.
    private func messages(_ database: TestDatabase) async throws -> [Message] {
        try await database.rows(
            """
            SELECT encode(data, 'hex') FROM pg_logical_slot_get_binary_changes(
                'debezium', NULL, NULL, 'proto_version', '1', 'publication_names', 'confirmd_outbox')
            """
        ).map { row in
            let hex = Array(row[0]!)
            return try Message(
                stride(from: 0, to: hex.count, by: 2).map { UInt8(String(hex[$0...$0 + 1]), radix: 16)! })
        }
    }

    @Test(
        "The publication shows the columns of Debezium's outbox event router under the outbox's name, and inserts alone"
    )
    func publication() async throws {
        let server = try await PrivatePostgres(settings: "wal_level = logical\n")
        let migrated = try await MigratedDatabase(try await server.createDatabase())
        let database = migrated.database
        try await database.execute("SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')")
        try await migrated.skip(to: 999_997)
        try await migrated.writeEvents(3)
        let columns = ["position", "incarnation", "id", "aggregatetype", "aggregateid", "type", "payload"]
        let ids = try await database.rows("SELECT id FROM confirmd.outbox ORDER BY position").map { $0[0] }
        let seen = try await messages(database)
        // Partitions are described too, but nothing is inserted into them.
        let inserts = seen.compactMap { message -> [String?]? in
            guard case .insert(let id, let values) = message else { return nil }
            #expect(seen.contains(.relation(id, name: "confirmd.outbox", columns: columns)))
            return values
        }
        #expect(inserts.map { $0[2] } == ids)
        #expect(
            inserts.map { $0.prefix(2) + $0.dropFirst(3) }
                == [999_998, 999_999, 1_000_000].map {
                    ["\($0)", "1", "invoice", "i", "deposit.credited", "{\"net\": \"\($0)\", \"asset\": \"LTC\"}"]
                })

        try await database.execute("SELECT confirmd.acknowledge('debezium', 1, 1000000)")
        #expect(try await database.value("SELECT confirmd_data.trim_outbox('0')::text") == "{outbox_0}")
        #expect(try await database.value("SELECT confirmd_data.extend_outbox()::text") == "{outbox_3}")
        #expect(try await messages(database).filter { $0 != .begin && $0 != .commit } == [])
    }
}
