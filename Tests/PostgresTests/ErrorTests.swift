import Testing

@testable import Postgres

@Suite struct ErrorTests {
    @Test(
        arguments: [
            ("08006", .unavailable, .retry), ("57P01", .unavailable, .retry), ("57P03", .unavailable, .retry),
            ("53100", .outOfResources, .retry), ("53300", .outOfResources, .retry), ("40001", .conflict, .retry),
            ("40P01", .conflict, .retry), ("25P03", .unavailable, .retry), ("55P03", .lockTimeout, .retry),
            ("57014", .statementTimeout, .retry),
            ("25006", .readOnly, .retry), ("CF910", .behind, .retry), ("26000", .stalePlan, .retry),
            ("22P02", .refused, .reject),
            ("23514", .refused, .reject), ("23505", .duplicate, .reject), ("CF001", .refused, .reject),
            ("42501", .permission, .reject), ("42P01", .schema, .halt), ("42883", .schema, .halt),
            ("3F000", .schema, .halt), ("XX000", .other, .halt), ("", .other, .halt), ("ü", .other, .halt),
        ] as [(String, PostgresError.Code, PostgresError.Disposition)])
    func everySQLStateSaysWhatToDo(
        _ state: String, _ code: PostgresError.Code, _ disposition: PostgresError.Disposition
    ) {
        let error = PostgresError(PostgresError.Code(sqlState: state), "", sqlState: state)
        #expect(error.code == code)
        #expect(error.disposition == disposition)
    }

    @Test func theServersErrorsArriveWithTheirFields() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table once (id int8 constraint once_only primary key)")
        try await connection.execute("insert into once values ($1)", [.int8(424_242)])
        let duplicate = try await postgresError {
            try await connection.execute("insert into once values ($1)", [.int8(424_242)])
        }
        #expect(duplicate.code == .duplicate)
        #expect(duplicate.constraint == "once_only")
        #expect(duplicate.detail?.contains("424242") == true)
        #expect(!"\(duplicate)".contains("424242"))
        #expect(!String(reflecting: duplicate).contains("424242"))
        let missing = try await postgresError { try await connection.query("select * from nowhere") }
        #expect(missing.code == .schema)
        #expect(missing.message.contains("nowhere"))
        let raise = "do $$ begin raise 'order taken' using errcode = 'CF123', hint = 'take another'; end $$"
        let ours = try await postgresError { try await connection.query(raise) }
        #expect(ours.sqlState == "CF123")
        #expect(ours.disposition == .reject)
        #expect(ours.hint == "take another")
        #expect(ours.message == "order taken")
        #expect(!ours.commitUnknown)
    }

    @Test(arguments: ["select $1::text::numeric", "select $1::text::timestamptz", "select $1::text::uuid"])
    func parametersNeverShowInErrors(_ sql: String) async throws {
        let connection = try sharedConnection()
        let secret = "s3cr\"et\nvalue"
        let error = try await postgresError { try await connection.query(sql, [.text(secret)]) }
        #expect(error.disposition == .reject)
        for text in ["\(error)", String(reflecting: error), error.message] {
            #expect(!text.contains("s3cr"))
            #expect(!text.contains("value"))
        }
        var dumped = ""
        dump(PostgresValue.text(secret), to: &dumped)
        #expect(!dumped.contains("s3cr"))
        #expect("\(PostgresValue.text(secret))" == "text of 13 bytes")
    }

    @Test func aStandbysRefusalDropsTheConnection() async throws {
        let connection = try sharedConnection()
        let backend = try await connection.backend()
        try await connection.executeScript("set default_transaction_read_only = on")
        let error = try await postgresError { try await connection.execute("create table unwritable ()") }
        #expect(error.code == .readOnly)
        #expect(error.disposition == .retry)
        #expect(try await connection.backend() != backend)
    }
}
