import Foundation
import Store
import Testing
import Watcher

@testable import Daemon

@Suite struct ReadinessTests {
    private let now = ContinuousClock.now

    private func network(state: String, heldBy: String?) throws -> ViewRow<NetworkColumns> {
        let columns = ["network": "ltc", "chain": "litecoin/main", "state": state, "heldBy": heldBy].compactMapValues {
            $0
        }
        let json = try JSONEncoder().encode(columns)
        let text =
            String(decoding: json, as: UTF8.self).dropLast() + ",\"policyNumber\":1,\"pending\":[],\"finality\":{}}"
        return try ViewRow(json: String(text))
    }

    private func readiness(
        _ status: WorkerStatus, state: String = "following", heldBy: String? = "other", age: Duration = .zero
    ) throws -> Readiness {
        Readiness(
            [("ltc", status)], settlement: .following,
            .seen(
                .init(networks: [try network(state: state, heldBy: heldBy)], settlementHolder: "other"), at: now - age),
            now: now)
    }

    @Test func aNetworkFollowedHereIsReady() throws {
        let readiness = try readiness(.following)
        #expect(readiness.ready)
        #expect(
            readiness.json
                == #"{"database":"answers","networks":[{"detail":"following","network":"ltc","ready":true}],"ready":true,"settlement":{"detail":"following","ready":true}}"#
        )
    }

    @Test func aNetworkFollowedElsewhereIsReadyOnStandby() throws {
        let readiness = try readiness(.standby)
        #expect(readiness.ready && readiness.networks[0].detail == "standby: following, held by other")
        #expect(try !self.readiness(.standby, state: "syncing").ready)
        #expect(try !self.readiness(.standby, heldBy: nil).ready)
    }

    @Test func aRetiredNetworkIsReadyWhereverItIsKnown() throws {
        #expect(try readiness(.retired, state: "retired").ready)
        #expect(try readiness(.standby, state: "retired", heldBy: nil).ready)
    }

    @Test func paymentsMustBeSettledToo() throws {
        let known = try network(state: "following", heldBy: "here")
        func readiness(_ status: WorkerStatus, holder: String?) -> Readiness {
            Readiness(
                [("ltc", .following)], settlement: status,
                .seen(.init(networks: [known], settlementHolder: holder), at: now),
                now: now)
        }
        #expect(readiness(.following, holder: "here").ready)
        #expect(readiness(.standby, holder: "other").ready)
        let idle = readiness(.standby, holder: nil)
        #expect(!idle.ready && idle.networks[0].ready && idle.settlement.detail == "standby: held by nobody")
        let halted = readiness(.halted(reason: "no room"), holder: "here")
        #expect(!halted.ready && halted.settlement.detail == "halted: no room")
    }

    @Test(arguments: [
        WorkerStatus.starting, .syncing(reason: nil), .halted(reason: "a deep reorganization"),
        .waitingForDatabase(reason: "gone"),
    ])
    func aNetworkThatIsNotFollowedIsNotReady(_ status: WorkerStatus) throws {
        #expect(try !readiness(status).ready)
    }

    @Test func aReasonIsTold() throws {
        #expect(
            try readiness(.halted(reason: "a deep reorganization")).networks[0].detail
                == "halted: a deep reorganization")
    }

    @Test func aDatabaseThatDoesNotAnswerIsNotReady() throws {
        #expect(!Readiness([], settlement: .following, .none, now: now).ready)
        #expect(!Readiness([("ltc", .following)], settlement: .following, .failed(reason: "refused"), now: now).ready)
        #expect(try readiness(.following, age: .seconds(4)).ready)
        #expect(try !readiness(.following, age: .seconds(6)).ready)
    }

    @Test func oneNetworkInTroubleMakesNoneReadyButTheOthersSaySo() throws {
        let known = try network(state: "following", heldBy: "here")
        let readiness = Readiness(
            [("ltc", .following), ("btc", .syncing(reason: "no node"))], settlement: .following,
            .seen(.init(networks: [known], settlementHolder: "here"), at: now), now: now)
        #expect(!readiness.ready)
        #expect(readiness.networks.map(\.ready) == [true, false])
        #expect(readiness.networks[1].detail == "syncing: no node")
    }
}
