import Chain
import Foundation
import Payments
import Testing

@Suite("Who may have an address")
struct ClaimTests {
    let key = WatchKey([1, 2, 3])!

    private func owner(_ kind: Owner.Kind, _ reference: String) -> Owner {
        Owner(id: UUID(), kind: kind, project: "shop", reference: reference)
    }

    private func claim(_ owner: Owner) -> Claim { Claim(owner: owner, ordinal: 0, key: .success(key)) }

    // Pitfall 17.
    @Test("An address belongs to one invoice: the first to claim it")
    func oneInvoice() {
        let first = owner(.invoice, "1")
        let decision = Claim.decide([claim(first), claim(owner(.invoice, "2"))], holders: [:])
        #expect(decision.watched.map(\.claim.owner.id) == [first.id])
        #expect(decision.refused.map(\.reason) == ["address_in_use"])
        #expect(Claim.decide([claim(owner(.invoice, "3"))], holders: [key: [first]]).watched.isEmpty)
    }

    @Test("Several options of one invoice and several wallets of one customer may share it; two customers may not")
    func sharing() {
        let invoice = owner(.invoice, "1")
        #expect(Claim.decide([claim(invoice), claim(invoice)], holders: [:]).watched.count == 2)
        let wallets = [owner(.wallet, "anna"), owner(.wallet, "anna"), owner(.wallet, "bert")]
        #expect(
            Claim.decide(wallets.map(claim), holders: [:]).watched.map(\.claim.owner.reference) == ["anna", "anna"])
    }

    @Test("What is not an address is refused with its reason")
    func malformed() {
        let claim = Claim(owner: owner(.invoice, "1"), ordinal: 0, key: .failure(.otherNetwork))
        #expect(Claim.decide([claim], holders: [:]).refused.map(\.reason) == ["address_of_other_network"])
    }
}
