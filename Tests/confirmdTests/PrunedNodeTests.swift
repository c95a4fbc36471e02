import Synchronization
import TestSupport
import Testing

/// A node that threw away blocks that were not read yet, as after a long outage.
@Suite("A pruned node", .inTurns, .enabled(if: Litecoind.isInstalled, "needs litecoind"))
struct PrunedNodeTests {
    /// The hashes of blocks that a node of Bitcoin Core's kin has pruned, and the lowest that it keeps.
    private final class Pruning: Sendable {
        private let state = Mutex<(hashes: Set<String>, height: Int?)>(([], nil))

        func prune(_ hashes: Set<String>, below height: Int?) { state.withLock { $0 = (hashes, height) } }

        func edit(_ method: String, _ parameters: RawJSON, _ answer: RawJSON) -> RawJSON {
            let (hashes, height) = state.withLock { $0 }
            guard let height, let id = answer["id"] else { return answer }
            switch (method, parameters, answer["result"]) {
            case ("getblockchaininfo", _, .object(let members)?):
                let told = members.filter { !["pruned", "pruneheight"].contains($0.name) }
                return .object([
                    ("result", .object(told + [("pruned", .literal("true")), ("pruneheight", .number("\(height)"))])),
                    ("error", .literal("null")), ("id", id),
                ])
            case ("getblock", .array(let parameters), _) where hashes.contains(parameters.first?.string ?? ""):
                return .object([
                    ("result", .literal("null")),
                    (
                        "error",
                        .object([
                            ("code", .number("-1")), ("message", .string("\"Block not available (pruned data)\"")),
                        ])
                    ), ("id", id),
                ])
            default: return answer
            }
        }
    }

    @Test("It is not a liar: the reason is told, no block is left out, and with the blocks back it goes on")
    func pruned() async throws {
        let node = try await Litecoind()
        let pruning = Pruning()
        let editing = try EditingNode(of: node.url, edit: { pruning.edit($0, $1, $2) })
        var file = NetworkFile.litecoin([node])
        file.text = file.text.replacing(node.url, with: editing.url)
        let shop = try await Shop(on: node, server: PrivatePostgres(durable: true), network: file)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await shop.cursorReachesTip()
        }
        let read = try await node.height
        try await node.send("1", to: address)
        try await node.mine(5)
        var gone: Set<String> = []
        for height in read + 1...read + 3 { gone.insert(try await node.block(at: height)) }
        pruning.prune(gone, below: read + 4)

        let check = try await shop.installation.run("config", "check")
        #expect(check.status == 0, "\(check.stdout)")
        #expect(check.stdout.contains("it is pruned and keeps blocks from \(read + 4) on"), "\(check.stdout)")
        let daemon = try shop.installation.start()
        do {
            let status = try await eventually(
                "status says why", look: { try await shop.installation.run("status").stdout }
            ) { $0.contains("is pruned there; the node keeps blocks from \(read + 4) on") }
            #expect(status.contains("(") && status.contains("pruned, keeps blocks from \(read + 4) on"), "\(status)")
            #expect(!daemon.log.contains("which it listed itself"))
            #expect(try await shop.database.value("SELECT tip_height FROM confirmd.network") == "\(read)")
            pruning.prune([], below: nil)
            try await shop.reaches("paid", "1")
            try await shop.terminate(daemon)
            try await shop.proveBooks()
        }
    }
}
