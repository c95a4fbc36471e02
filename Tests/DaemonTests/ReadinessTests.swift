import Foundation
import Store
import Testing
import Watcher

@testable import Daemon

@Suite struct ReadinessTests {
    private let now = ContinuousClock.now

    private func network(state: String, heldBy: String?) throws -> NetworkColumns {
        let columns = ["network": "ltc", "state": state, "heldBy": heldBy].compactMapValues { $0 }
        let json = try JSONEncoder().encode(columns)
        let text = String(decoding: json, as: UTF8.self).dropLast() + ",\"policyNumber\":1}"
        return try JSONDecoder().decode(NetworkColumns.self, from: Data(text.utf8))
    }

    private func readiness(
        _ status: WorkerStatus, state: String = "following", heldBy: String? = "other", age: Duration = .zero
    ) throws -> Readiness {
        Readiness(
            [("ltc", status)], .networks([try network(state: state, heldBy: heldBy)], at: now - age), now: now)
    }

    @Test func aNetworkFollowedHereIsReady() throws {
        let readiness = try readiness(.following)
        #expect(readiness.ready)
        #expect(
            readiness.json
                == #"{"database":"answers","networks":[{"detail":"following","network":"ltc","ready":true}],"ready":true}"#
        )
    }

    @Test func aNetworkFollowedElsewhereIsReadyOnStandby() throws {
        let readiness = try readiness(.standby)
        #expect(readiness.ready && readiness.networks[0].detail == "standby: following, held by other")
        #expect(try !self.readiness(.standby, state: "syncing").ready)
        #expect(try !self.readiness(.standby, heldBy: nil).ready)
    }

    @Test(arguments: [
        WorkerStatus.starting, .syncing(reason: nil), .halted(reason: "a deep reorganisation"),
        .waitingForDatabase(reason: "gone"),
    ])
    func aNetworkThatIsNotFollowedIsNotReady(_ status: WorkerStatus) throws {
        #expect(try !readiness(status).ready)
    }

    @Test func aReasonIsTold() throws {
        #expect(
            try readiness(.halted(reason: "a deep reorganisation")).networks[0].detail
                == "halted: a deep reorganisation")
    }

    @Test func aDatabaseThatDoesNotAnswerIsNotReady() throws {
        #expect(!Readiness([], .none, now: now).ready)
        #expect(!Readiness([("ltc", .following)], .failed(reason: "refused"), now: now).ready)
        #expect(try readiness(.following, age: .seconds(4)).ready)
        #expect(try !readiness(.following, age: .seconds(6)).ready)
    }

    @Test func oneNetworkInTroubleMakesNoneReadyButTheOthersSaySo() throws {
        let known = try network(state: "following", heldBy: "here")
        let readiness = Readiness(
            [("ltc", .following), ("btc", .syncing(reason: "no node"))], .networks([known], at: now), now: now)
        #expect(!readiness.ready)
        #expect(readiness.networks.map(\.ready) == [true, false])
        #expect(readiness.networks[1].detail == "syncing: no node")
    }
}
