import Testing

@testable import Daemon

@Suite struct TableTests {
    @Test func columnsAreAligned() {
        let rows: [(name: String, amount: String?, note: String?)] = [("a", "1.25", nil), ("long name", "100", "x")]
        let table = Table(
            rows, [Column("NAME") { $0.name }, Column("AMOUNT", .right) { $0.amount }, Column("NOTE") { $0.note }])
        #expect(
            table.text == """
                NAME       AMOUNT  NOTE
                a            1.25  -
                long name     100  x

                """)
    }

    @Test func nothingInItObeysATerminal() {
        let table = Table(["a\u{1b}[31m\nb\u{202e}c"], [Column("X") { $0 }])
        #expect(table.text == "X\na?[31m?b?c\n")
    }

    @Test func fieldsWithoutAValueAreLeftOut() {
        let list = FieldList(["status": "paid", "reason": nil, "id": "7"])
        #expect(list.text == "status  paid\nid      7\n")
    }

    @Test func aMomentIsShownToTheSecond() {
        #expect("2026-01-31T12:00:05.123456Z".moment == "2026-01-31 12:00:05Z")
    }
}
