import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Store
import Sync
import Synchronization
import TestSupport
import Testing
import Watcher

@testable import Daemon

/// What is told to systemd, and when.
@Suite struct ServiceManagerTests {
    @Test(arguments: [
        (ServiceManager.Message.ready, "READY=1"), (.stopping, "STOPPING=1"), (.watchdog, "WATCHDOG=1"),
        (.status("two\nlines\r"), "STATUS=two lines "), (.extendTimeout(.seconds(15)), "EXTEND_TIMEOUT_USEC=15000000"),
    ])
    func messagesAreWrittenAsSystemdReadsThem(_ message: ServiceManager.Message, _ line: String) {
        #expect(message.line == line)
    }

    @Test(
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": "1500000"], .milliseconds(1_500)), (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "soon"], nil),
            (["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"], nil),
            (["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "\(getpid())"], .seconds(1)),
        ] as [([String: String], Duration?)])
    func theWatchdogIsForTheProcessThatItNames(_ environment: [String: String], _ timeout: Duration?) {
        let known = environment.merging(["NOTIFY_SOCKET": "/run/x"]) { $1 }
        #expect(ServiceManager(environment: known).watchdogTimeout == timeout)
        #expect(ServiceManager(environment: environment).watchdogTimeout == nil)
    }

    @Test func upIsToldOnceWhenEverythingIsThere() {
        let told = Mutex(0)
        let startup = Startup { told.withLock { $0 += 1 } }
        for milestone in Startup.Milestone.allCases {
            #expect(told.withLock(\.self) == 0)
            startup.reached(milestone)
            if milestone != Startup.Milestone.allCases.last { startup.reached(milestone) }
        }
        startup.reached(.databaseTried)
        #expect(told.withLock(\.self) == 1)
    }

    /// A worker that was made and never runs stands still as its clock goes on.
    @Test func aWorkerThatHangsStarvesTheWatchdog() async throws {
        let socket = try NotifySocket()
        let clock = Mutex(Duration.zero)
        let runtime = Runtime(
            now: { Instant(clock.withLock(\.self)) }, sleep: { try await Task.sleep(for: $0) }, executor: nil)
        let nowhere = try PostgresConfiguration(url: "postgresql:///x?host=/nowhere")
        let worker = LaneWorker(
            settlementIn: { _ in
                PostgresLaneStore(
                    Store(PostgresConnection(configuration: nowhere, logger: .silent), lane: Store.settlementLane))
            }, host: "here", runtime: runtime, logger: .silent)
        let manager = ManagerService(
            manager: ServiceManager(environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "60000"]),
            status: { Readiness([], settlement: .following, .none, now: .now).line },
            standstills: { [worker].filter { $0.stillness > ManagerService.stillnessMaximum }.map(\.lane) },
            logger: .silent)
        let running = Task { try await manager.run() }
        try await socket.receives("that all turns") { $0["WATCHDOG"] == "1" }
        #expect(socket.messages.first?["STATUS"] == "database: not asked yet")

        clock.withLock { $0 = .seconds(90) }
        try await socket.receives("that all turns still", from: socket.messages.count) { $0["WATCHDOG"] == "1" }
        clock.withLock { $0 = .seconds(91) }
        #expect(worker.stillness == .seconds(91))
        // One that was on its way may come yet; in the time of ten, none.
        try await Task.sleep(for: .milliseconds(100))
        let count = socket.messages.count
        try await Task.sleep(for: .milliseconds(200))
        #expect(socket.messages.count == count)
        running.cancel()
        _ = await running.result
    }
}
