import Chain
import Payments
import TestSupport
import Testing

@testable import Watcher

@Suite("What a chain says itself is settled")
struct FinalityTests {
    private func status(_ watched: Watched, _ status: String, of amount: Int) async throws {
        try await eventually("the deposit of \(amount) is \(status)") {
            try await watched.database.value(
                "SELECT status FROM confirmd.deposit WHERE gross_base = :'amount'", ["amount": "\(amount)"]) == status
        }
    }

    @Test("A payment is credited once its transaction is locked, without another block, and final under a chain lock")
    func locks() async throws {
        let watched = try await Watched(
            thresholds: Thresholds(credit: Threshold(1, under: .instantsend), final: Threshold(1, under: .chainlock)))
        try await watched.following {
            try await watched.createInvoice("1", key: 1)
            try await watched.isRegistered("1")
            let first = watched.chain.mine([(ModelAddresses.key(1), 40_000_000)])
            try await status(watched, "detected", of: 40_000_000)
            let second = watched.chain.mine([(ModelAddresses.key(1), 60_000_000)])
            watched.chain.lock(second)
            try await status(watched, "detected", of: 60_000_000)
            // Nothing is credited over the head of what came before.
            watched.chain.lock(first)
            try await watched.reaches("paid", "1")
            watched.chain.set(.chainlock, to: first)
            try await status(watched, "final", of: 40_000_000)
            try await status(watched, "credited", of: 60_000_000)
            watched.chain.set(.chainlock, to: second)
            try await status(watched, "final", of: 60_000_000)
        }
    }

    @Test("Pitfall 29: a tag that steps back credits nothing, says so, and goes on when it is back")
    func steppingBack() async throws {
        let tag = Threshold(1, under: .finalized)
        let watched = try await Watched(thresholds: Thresholds(credit: tag, final: tag))
        try await watched.following {
            try await watched.createInvoice("1", key: 1)
            try await watched.isRegistered("1")
            let block = watched.chain.mine()
            watched.chain.set(.finalized, to: block)
            try await eventually("it is committed") {
                try await watched.database.value("SELECT finality ->> 'finalized' FROM confirmd.network")
                    == "\(block.height)"
            }
            watched.chain.set(.finalized, to: BlockReference(height: 2, hash: Hash256(1, 1, 1, 3)))
            try await eventually("the state says so") {
                try await watched.database.value("SELECT state_reason FROM confirmd.network")?
                    .contains("a node has taken back what it called finalized") == true
            }
            let paid = watched.chain.mine([(ModelAddresses.key(1), 100_000_000)])
            try await watched.cursorReachesTip()
            try await status(watched, "detected", of: 100_000_000)
            watched.chain.set(.finalized, to: paid)
            try await watched.reaches("paid", "1")
            try await eventually("all is well again") {
                try await watched.database.value("SELECT state_reason IS NULL FROM confirmd.network") == "t"
            }
        }
    }
}
