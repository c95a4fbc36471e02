import Postgres
import Testing

@Suite struct StreamTests {
    private struct Enough: Error {}

    @Test(arguments: [0, 1, 999, 1000, 1001, 25_000])
    func everyRowComesOnceInOrder(_ count: Int) async throws {
        let connection = try sharedConnection()
        let last = try await connection.stream(
            "select n from generate_series(1, $1) n order by n", [.int8(Int64(count))], into: 0
        ) { last, row in
            last += 1
            let number = try row.decode("n", as: Int.self)
            #expect(number == last)
        }
        #expect(last == count)
    }

    @Test func rowsThatNobodyReadsAreNotMade() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create sequence made")
        await #expect(throws: Enough.self) {
            _ = try await connection.stream("select nextval('made') from generate_series(1, 1000000)", into: 0) {
                _, _ in
                throw Enough()
            }
        }
        let made = try await connection.query("select last_value from made").only.decode(0, as: Int.self)
        #expect((1...10_000).contains(made))
    }
}
