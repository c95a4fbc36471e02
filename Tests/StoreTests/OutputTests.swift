import Chain
import Store
import TestSupport
import Testing

@Suite("Whose deposits outputs are")
struct OutputTests {
    @Test("The outputs that are recorded deposits of this network are told with their owners, whatever became of them")
    func owners() async throws {
        let migrated = try await MigratedDatabase()
        for order in ["a", "b"] {
            try await migrated.database.execute(
                "SELECT confirmd.create_invoice('shop', '\(order)', '[{\"asset\":\"LTC\",\"address\":\"\(order)\",\"amount\":\"1\"}]')"
            )
        }
        var lane = try await NetworkLane(migrated)
        try await lane.register()
        try await lane.block()
        try await lane.block(["a": 5, "b": 7])
        try await lane.sight(3, "a", 9)
        func output(_ high: UInt64, _ height: UInt64, _ place: UInt64, _ index: UInt32 = 0) -> Outpoint {
            Outpoint(transaction: Hash256(high, 0, height, place), index: index)
        }
        let asked = [
            output(8, 2, 0), output(8, 2, 1), output(9, 0, 3),
            // Another output, another transaction.
            output(8, 2, 0, 1), output(8, 2, 2),
        ]
        func ownersByOrder() async throws -> [Outpoint: [String]] {
            var found: [Outpoint: [String]] = [:]
            for (output, owners) in try await migrated.store.owners(ofOutputs: asked) {
                for owner in owners {
                    let order = try await migrated.database.value(
                        "SELECT order_id FROM confirmd.invoice WHERE id = '\(owner)'")
                    found[output, default: []].append(order ?? "")
                }
            }
            return found
        }
        let expected = [asked[0]: ["a"], asked[1]: ["b"], asked[2]: ["a"]]
        #expect(try await ownersByOrder() == expected)
        try await lane.disconnect(to: 1)
        #expect(try await ownersByOrder() == expected)
        #expect(try await migrated.store.owners(ofOutputs: []) == [:])
    }
}
