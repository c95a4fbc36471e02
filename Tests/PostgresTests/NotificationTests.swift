import Postgres
import Testing

@Suite struct NotificationTests {
    private let listener: PostgresConnection
    private let sender: PostgresConnection

    init() throws {
        listener = try sharedConnection()
        sender = try sharedConnection()
    }

    @Test func aNotificationEndsTheWait() async throws {
        let listener = listener
        try await listener.listen(to: "Odd \"channel\"")
        let wait = Task { try await listener.nextNotification(timeout: .seconds(60)) }
        try await sender.query("select pg_notify($1, $2)", [.text("Odd \"channel\""), .text("ü")])
        #expect(try await wait.value == PostgresNotification(channel: "Odd \"channel\"", payload: "ü"))
    }

    @Test func nothingComesInTime() async throws {
        try await listener.listen(to: "silence")
        #expect(try await listener.nextNotification(timeout: .milliseconds(50)) == nil)
    }

    @Test func notificationsThatCameDuringOtherCallsAreKept() async throws {
        try await listener.listen(to: "kept")
        for payload in ["1", "2"] { try await sender.query("select pg_notify('kept', $1)", [.text(payload)]) }
        #expect(try await listener.query("select 1").count == 1)
        #expect(try await listener.nextNotification(timeout: .seconds(60))?.payload == "1")
        #expect(try await listener.nextNotification(timeout: .seconds(60))?.payload == "2")
    }

    @Test func otherCallsGoFirstDuringTheWait() async throws {
        let listener = listener
        try await listener.listen(to: "busy")
        // Behind it they would wait for an hour.
        let wait = Task { try await listener.nextNotification(timeout: .seconds(3_600)) }
        for _ in 0..<100 { try await listener.query("select 1") }
        wait.cancel()
        #expect(try await postgresError { try await wait.value }.code == .canceled)
    }

    @Test func listeningGoesOnAfterAReconnect() async throws {
        try await listener.listen(to: "again")
        let backend = try await listener.backend()
        try await sender.query("select pg_terminate_backend($1)", [.int4(backend)])
        try await eventually(
            sender, "select not exists (select from pg_stat_activity where pid = $1)", [.int4(backend)])
        let error = try await postgresError { try await listener.nextNotification(timeout: .seconds(60)) }
        #expect(error.disposition == .retry)
        #expect(try await listener.nextNotification(timeout: .zero) == nil)
        try await sender.query("select pg_notify('again', '')")
        #expect(try await listener.nextNotification(timeout: .seconds(60))?.channel == "again")
    }

    @Test(arguments: ["", "a\0b", String(repeating: "x", count: 64)])
    func namesThatAreNoChannelAreRefused(_ channel: String) async throws {
        #expect(try await postgresError { try await listener.listen(to: channel) }.code == .misuse)
    }
}
