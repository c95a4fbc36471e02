import Foundation
import TestSupport
import Testing

/// A healthy network is followed, and everything that tells of it says so all the while.
@Suite("A healthy network", .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ReadyTests {
    @Test("While block after block is read, /readyz is never 503, status never exits 1, and nothing of it is logged")
    func following() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        try await shop.following { daemon in
            let before = daemon.log.count
            let installation = shop.installation
            let readiness = Task { try await Self.answers { try await daemon.get("/readyz").status } }
            let statuses = Task { try await Self.answers { Int(try await installation.run("status").status) } }
            for _ in 1...20 {
                try await node.mine()
                try await shop.cursorReachesTip()
            }
            readiness.cancel()
            statuses.cancel()
            #expect(try await readiness.value == [200])
            #expect(try await statuses.value == [0])
            let lines = daemon.log.dropFirst(before).split(separator: "\n")
            #expect(lines.filter { $0.contains("syncing") || $0.contains("following") } == [])
        }
    }

    /// Every answer that there is until the task is canceled.
    private static func answers(_ ask: () async throws -> Int) async throws -> Set<Int> {
        var answers: Set<Int> = []
        while true {
            do {
                answers.insert(try await ask())
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                guard Task.isCancelled else { throw error }
                return answers
            }
        }
    }
}
