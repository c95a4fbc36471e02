import Postgres
import Testing

@testable import Store

@Suite("What an error of the database means to a worker")
struct StoreErrorTests {
    @Test(
        "Every code has one meaning",
        arguments: [
            (.unavailable, nil, .retry), (.unavailable, "57P01", .retry), (.outOfResources, "53100", .retry),
            (.conflict, "40001", .retry), (.lockTimeout, "55P03", .retry), (.statementTimeout, "57014", .retry),
            (.readOnly, "25006", .retry), (.behind, "CF910", .retry), (.stalePlan, "26000", .retry),
            (.canceled, nil, .canceled),
            (.refused, "CF007", .refused), (.permission, "42501", .refused),
            (.refused, "22003", .unstorable), (.refused, "23514", .unstorable), (.duplicate, "23505", .unstorable),
            (.other, "54000", .unstorable), (.tooLarge, nil, .unstorable),
            (.schema, "42P01", .halt), (.decoding, nil, .halt), (.configuration, nil, .halt), (.misuse, nil, .halt),
            (.other, "XX000", .halt),
        ] as [(PostgresError.Code, String?, StoreError.Disposition)])
    func dispositions(code: PostgresError.Code, sqlState: String?, disposition: StoreError.Disposition) {
        let error = StoreError(PostgresError(code, "what happened", sqlState: sqlState, detail: "a row's values"))
        #expect(error.disposition == disposition)
        #expect(error.code == sqlState)
        #expect(error.description.contains("what happened"))
        #expect(!"\(error)".contains("a row's values"))
    }

    @Test("What is stored is not what confirmd writes: stop")
    func malformed() {
        #expect(StoreError(MalformedRow("a header of lane")).disposition == .halt)
    }
}
