import Foundation
import Store
import Testing

@testable import Daemon

/// What a command says became of it.
@Suite struct OperatorCommandTests {
    private static let id = "01234567-89ab-4def-8123-456789abcdef"

    private func command(
        _ kind: String, invoice: String? = nil, network: String? = nil, outcome: String? = nil, detail: String? = nil
    ) throws -> OperatorCommandColumns {
        let columns = [
            "reason": "x", "kind": kind, "invoiceId": invoice, "network": network, "outcome": outcome, "detail": detail,
        ]
        let json = try JSONEncoder().encode(columns.compactMapValues { $0 })
        let text = String(decoding: json, as: UTF8.self).dropLast() + ",\"number\":7}"
        return try JSONDecoder().decode(OperatorCommandColumns.self, from: Data(text.utf8))
    }

    @Test func whatWasCarriedOutIsTold() throws {
        func told(_ kind: String, invoice: String? = nil, network: String? = nil) throws -> String {
            try command(kind, invoice: invoice, network: network, outcome: "applied").outcomeText()
        }
        #expect(try told("mark_paid", invoice: Self.id) == "invoice \(Self.id) is marked paid")
        #expect(try told("cancel", invoice: Self.id) == "invoice \(Self.id) is canceled")
        #expect(try told("retire_network", network: "litecoin") == "network litecoin is retired")
        #expect(try told("new_incarnation") == "the outbox has a new incarnation")
    }

    @Test(arguments: [
        ("refused", "was refused at its registration"), ("already_paid", "is paid already"),
        ("not_created", "is no longer in status created"), ("deposit_pending", "has a payment on its way"),
        // Of a newer daemon.
        ("too_hot", "too_hot"),
    ])
    func aRefusalFailsWithItsReason(_ detail: String, _ words: String) throws {
        let command = try command("cancel", invoice: Self.id, outcome: "refused", detail: detail)
        let failure = #expect(throws: CommandFailure.self) { try command.outcomeText() }
        #expect(failure?.message == "command 7 was refused: invoice \(Self.id) \(words)")
        #expect(failure?.exitCode == 1)
    }

    @Test func whatWaitsStillIsNoFailureAndSaysHowToLook() throws {
        let text = try command("mark_paid", invoice: Self.id).outcomeText()
        #expect(text.contains("command 7 waits"))
        #expect(text.hasSuffix("SELECT outcome, detail FROM confirmd.operator_command WHERE number = 7"))
    }
}
