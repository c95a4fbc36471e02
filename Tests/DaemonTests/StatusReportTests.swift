import Store
import Testing

@testable import Daemon

/// What `status` shows where little fits, and as JSON.
@Suite struct StatusReportTests {
    /// Fourteen networks with heights and hosts as long as real ones; the last is not followed.
    private func report() throws -> StatusReport {
        let names = [
            "arbitrum", "avalanche", "base", "bitcoin", "bitcoin-cash", "bsc", "dash", "dogecoin", "ethereum", "gnosis",
            "litecoin", "optimism", "polygon", "tron",
        ]
        let networks = names.enumerated().map { place, name in
            let state = name == "tron" ? "syncing" : "following"
            let reason =
                name == "tron"
                ? #","state_reason":"no node answers properly: \#(String(repeating: "https://node.example/ refused ", count: 12))""#
                : ""
            return """
                {"network":"\(name)","chain":"\(name)/main","state":"\(state)"\(reason),"tip_height":\(310_000_000 + place),\
                "head_height":\(310_000_000 + place),"lag":0,"lag_seconds":12,"policy_number":1,"pending":[],"finality":{},\
                "observed_through":"2026-01-31T12:00:00.000000Z","held_by":"payments-1.example","epoch":1234}
                """
        }
        return StatusReport(
            networks: try networks.map { try ViewRow(json: $0) }, local: [:], settlementHolder: "payments-1.example",
            consumers: [], setAside: [], endpoint: "127.0.0.1:9464")
    }

    @Test func fourteenNetworksFitInEightyColumns() throws {
        let lines = try report().lines(on: Screen(columns: 80, rows: nil))
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines[0].hasPrefix("NETWORK") && !lines[0].contains("OBSERVED"))
        #expect(lines[14].hasPrefix("tron") && lines[14].contains("payments-1.example"))
        // As wide as it likes where nothing limits it.
        let wide = try report().lines(on: Screen(columns: nil, rows: nil))
        #expect(wide[0].contains("OBSERVED THROUGH") && wide[0].contains("EPOCH"))
        #expect(lines.joined().ranges(of: "refused").count == 12, "no word is lost")
    }

    @Test func theTableIsOnASmallScreenAndWhatIsWrongBelowIt() throws {
        let screen = Screen(columns: 80, rows: 24)
        let lines = screen.cut(try report().lines(on: screen))
        #expect(lines.count == 24 && lines[0].hasPrefix("NETWORK"))
        #expect(lines[16] == "tron" && lines[17].hasPrefix("  syncing: no node answers"))
        #expect(lines[23].contains("more lines: confirmd status") || !lines[23].hasPrefix("…"))
    }

    @Test func aLineIsBrokenBetweenWordsAndNoWordIsLost() {
        let screen = Screen(columns: 20, rows: nil)
        #expect(screen.wrap("  node a: failing at something") == ["  node a: failing at", "      something"])
        #expect(screen.wrap("  short") == ["  short"])
        let address = String(repeating: "a", count: 30)
        #expect(screen.wrap("  to \(address) now") == ["  to", "      \(address)", "      now"])
    }

    @Test func aCutSaysHowMuchIsMissing() {
        let lines = (1...30).map(String.init)
        #expect(Screen(columns: nil, rows: 24).cut(lines).suffix(2) == ["23", "… and 7 more lines: confirmd status"])
        #expect(Screen(columns: nil, rows: 30).cut(lines) == lines)
        #expect(Screen(columns: nil, rows: nil).cut(lines) == lines)
    }
}
