import Foundation
import Postgres
import Testing

@Suite struct ValueTests {
    private let connection: PostgresConnection

    init() throws { connection = try sharedConnection() }

    /// Sends a value and reads it back from the type it was sent as.
    private func roundTrip<Value>(
        _ value: PostgresValue, _ decode: (PostgresRow) throws -> Value
    ) async throws -> Value {
        try decode(try await connection.query("select $1 as value", [value]).only)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, .max])
    func int8RoundTrips(_ number: Int64) async throws {
        #expect(try await roundTrip(.int8(number)) { try $0.decode("value", as: Int64.self) } == number)
        #expect(try await roundTrip(.int8(number)) { try $0.decode("value", as: Int.self) } == Int(number))
        let text = try await connection.query("select $1::text as value", [.int8(number)]).only
        #expect(try text.decode("value") == String(number))
    }

    @Test(arguments: [Int32.min, -1, 0, 1, .max])
    func int4RoundTripsAndWidens(_ number: Int32) async throws {
        #expect(try await roundTrip(.int4(number)) { try $0.decode("value", as: Int32.self) } == number)
        #expect(try await roundTrip(.int4(number)) { try $0.decode("value", as: Int64.self) } == Int64(number))
        let small = try await connection.query("select '-7'::smallint as value").only
        #expect(try small.decode("value", as: Int32.self) == -7)
    }

    @Test(arguments: ["", "a", "naïve ₿ 🪙 \u{1F468}\u{200D}\u{1F469}", "it's \"quoted\" \\ \n", "{NULL}"])
    func textRoundTrips(_ text: String) async throws {
        #expect(try await roundTrip(.text(text)) { try $0.decode("value", as: String.self) } == text)
        #expect(
            try await roundTrip(.textArray([text, nil])) { try $0.decode("value", as: [String?].self) } == [text, nil])
    }

    @Test(arguments: [[], [0], [0, 255, 39, 92], [UInt8](repeating: 7, count: 100_000)])
    func byteaRoundTrips(_ bytes: [UInt8]) async throws {
        #expect(try await roundTrip(.bytea(bytes)) { try $0.decode("value", as: [UInt8].self) } == bytes)
        let inPlace = try await roundTrip(.bytea(bytes)) { row in
            try row.withBytes("value") { bytes in bytes?.withUnsafeBytes { [UInt8]($0) } }
        }
        #expect(inPlace == bytes)
    }

    @Test func emptyValuesAreNotNull() async throws {
        let row = try await connection.query(
            "select $1 is null and $2 is null as any", [.bytea([]), .text("")]
        ).only
        #expect(try row.decode("any") == false)
    }

    @Test func boolUUIDAndJSONRoundTrip() async throws {
        #expect(try await roundTrip(.bool(true)) { try $0.decode("value", as: Bool.self) })
        #expect(try await roundTrip(.bool(false)) { try $0.decode("value", as: Bool.self) } == false)
        let id = try #require(UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF"))
        #expect(try await roundTrip(.uuid(id)) { try $0.decode("value", as: UUID.self) } == id)
        let text = try await connection.query("select $1::text as value", [.uuid(id)]).only
        #expect(try text.decode("value", as: String.self) == id.uuidString.lowercased())
        #expect(try await roundTrip(.jsonb(#"{"a": [1, "ü"]}"#)) { try $0.decode("value") } == #"{"a": [1, "ü"]}"#)
    }

    @Test func timestampsKeepTheirMicroseconds() async throws {
        let moment = PostgresTimestamp(microseconds: 1_700_000_000_123_457)
        #expect(try await roundTrip(.timestamptz(moment)) { try $0.decode("value") } == moment)
        let epoch = try await connection.query("select $1 = '1970-01-01 00:00Z'", [.timestamptz(.init(seconds: 0))])
            .only
        #expect(try epoch.decode(0, as: Bool.self))
        #expect(PostgresTimestamp(microseconds: -1).seconds == -1)
    }

    @Test(arguments: ["infinity", "-infinity", "294276-12-31 23:59:59Z"])
    func timestampsThatCantBeHeldAreRefused(_ text: String) async throws {
        let row = try await connection.query("select $1::timestamptz as at", [.text(text)]).only
        let error = try await postgresError { try row.decode("at", as: PostgresTimestamp.self) }
        #expect(error.code == .decoding)
        #expect(error.message.contains("\"at\""))
    }

    @Test(arguments: [Int64.min, Int64.min / 2])
    func timestampsOutsideTheServersCalendarAreRefusedByIt(_ microseconds: Int64) async throws {
        let value = PostgresValue.timestamptz(PostgresTimestamp(microseconds: microseconds))
        let error = try await postgresError { try await connection.query("select $1", [value]) }
        #expect(error.sqlState == "22008")
        #expect(error.disposition == .reject)
    }

    @Test func arraysOfEveryTypeRoundTripWithNulls() async throws {
        let id = UUID()
        let at = PostgresTimestamp(seconds: 1)
        let row = try await connection.query(
            "select $1 as a, $2 as b, $3 as c, $4 as d, $5 as e, $6 as f, $7 as g, $8 as h",
            [
                .boolArray([true, nil]), .int4Array([.min, nil, .max]), .int8Array([.min, nil, .max]),
                .textArray(["", nil, "ü"]), .byteaArray([[], nil, [0]]), .uuidArray([nil, id]),
                .timestamptzArray([at, nil]), .jsonbArray(["1", nil]),
            ]
        ).only
        #expect(try row.decode("a", as: [Bool?].self) == [true, nil])
        #expect(try row.decode("b", as: [Int32?].self) == [.min, nil, .max])
        #expect(try row.decode("c", as: [Int64?].self) == [.min, nil, .max])
        #expect(try row.decode("d", as: [String?].self) == ["", nil, "ü"])
        #expect(try row.decode("e", as: [[UInt8]?].self) == [[], nil, [0]])
        #expect(try row.decode("f", as: [UUID?].self) == [nil, id])
        #expect(try row.decode("g", as: [PostgresTimestamp?].self) == [at, nil])
        #expect(try row.decode("h", as: [String?].self) == ["1", nil])
    }

    @Test func arraysWithoutNullsAndEmptyOnesRoundTrip() async throws {
        let empty: [Int64] = []
        let row = try await connection.query(
            "select $1 as a, $2 as b, $3 as c, cardinality($1) as n",
            [.int8Array(empty), .byteaArray([[1], [2, 3]]), .textArray(["x"])]
        ).only
        #expect(try row.decode("a", as: [Int64].self) == [])
        #expect(try row.decode("b", as: [[UInt8]].self) == [[1], [2, 3]])
        #expect(try row.decode("c", as: [String].self) == ["x"])
        #expect(try row.decode("n", as: Int.self) == 0)
    }

    @Test func numericsTravelAsTextAndAreCastInTheStatement() async throws {
        let large = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        let row = try await connection.query(
            "select ($1::text[]::numeric[])[1]::text as exact, 1::numeric as raw", [.textArray([large])]
        ).only
        #expect(try row.decode("exact", as: String.self) == large)
        let error = try await postgresError { try row.decode("raw", as: Int64.self) }
        #expect(error.message == "column \"raw\" is numeric, not int8; cast it in the statement")
    }

    @Test func typedNullsAndOptionalsMeanNull() async throws {
        let row = try await connection.query("select $1 as a, $2 as b, $3 as c", [.int8(nil), .text(nil), .bytea(nil)])
            .only
        let inferred: Int64? = try row.decode("a")
        #expect(inferred == nil)
        #expect(try row.decode("b", as: String?.self) == nil)
        #expect(try row.isNull("a"))
        #expect(try row.withBytes("c") { $0 == nil })
    }

    @Test func mistakesNameTheColumnAndNeverCrash() async throws {
        let row = try await connection.query(
            "select 1::int8 as n, null::int8 as empty, array[1,null]::int8[] as holed, '{{1},{2}}'::int8[] as square"
        ).only
        func message<Value>(_ work: () throws -> Value) async throws -> String {
            let error = try await postgresError(work)
            #expect(error.disposition == .halt)
            return error.message
        }
        #expect(try await message { try row.decode("n", as: String.self) }.contains("column \"n\" is int8, not text"))
        #expect(try await message { try row.decode("n", as: Int32.self) }.contains("column \"n\" is int8, not int4"))
        #expect(
            try await message { try row.decode("n", as: [Int64].self) }.contains("column \"n\" is int8, not int8[]"))
        #expect(
            try await message { try row.decode("absent", as: Int64.self) } == "column \"absent\" is not in the result")
        #expect(try await message { try row.decode(9, as: Int64.self) } == "column 9 is not in the result")
        #expect(try await message { try row.decode(-1, as: Int64.self) } == "column -1 is not in the result")
        #expect(try await message { try row.decode("empty", as: Int64.self) } == "column \"empty\" is NULL")
        #expect(try await message { try row.decode("holed", as: [Int64].self) } == "column \"holed\" holds a NULL")
        #expect(try await message { try row.decode("square", as: [Int64].self) }.contains("2 dimensions"))
        #expect(try await message { try row.isNull("absent") }.contains("not in the result"))
    }

    @Test func onlyWantsExactlyOneRow() async throws {
        for count in [0, 2] {
            let rows = try await connection.query("select generate_series(1, $1)", [.int8(Int64(count))])
            #expect(try await postgresError { try rows.only }.code == .decoding)
            #expect(rows.count == count)
        }
    }
}
