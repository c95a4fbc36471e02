import Store

/// What lies between one daemon and the database: a statement is sent, takes effect, and is answered, each at an instant
/// of its own. What was sent takes effect whatever becomes of the one who sent it, unless the server itself is gone.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class StoreLink: @unchecked Sendable {
    /// One connection; nil while there is none.
    final class Connection: @unchecked Sendable {
        fileprivate var generation: Int?
    }

    private let host: Host
    private let database: ModelDatabase
    private let weather: Weather
    /// The daemon's name, which faults are aimed at.
    private let target: String
    private var random: SplitMix64
    /// What the daemon has seen of the database.
    private let lineage = Lineage()

    init(host: Host, database: ModelDatabase, weather: Weather, target: String, random: SplitMix64) {
        self.host = host
        self.database = database
        self.weather = weather
        self.target = target
        self.random = random
    }

    var seen: Lineage.Seen? { lineage.seen }

    /// - Parameter body: what the statement does, by what the daemon has seen of the database so far.
    func call<Value: Sendable>(
        on connection: Connection, isWrite: Bool, timeout: Duration,
        _ body: @escaping (ModelDatabase, Lineage.Seen?) throws -> Value
    ) async throws(StoreError) -> Value {
        if weather.isClear(at: target), !isWrite, !host.isDead, !Task.isCancelled, random.chance(80) {
            return try result(of: body, on: connection, isWrite: isWrite).get()
        }
        let answered = await host.wait { answer in
            if host.isDead { return }
            send(on: connection, isWrite: isWrite, timeout: timeout, body, answer)
        }
        guard let answered else { throw StoreError(.canceled, "the task was canceled") }
        return try answered.get()
    }

    private func send<Value: Sendable>(
        on connection: Connection, isWrite: Bool, timeout: Duration,
        _ body: @escaping (ModelDatabase, Lineage.Seen?) throws -> Value,
        _ answer: @escaping (Result<Value, StoreError>) -> Void
    ) {
        let loop = host.loop
        var outbound = random.duration(.microseconds(200) ... .milliseconds(4))
        let inbound = random.duration(.microseconds(200) ... .milliseconds(4))
        func fails(_ fault: Fault, _ percent: Int) -> Bool {
            guard weather.has(fault, at: target), random.chance(percent) else { return false }
            weather.fire(fault)
            return true
        }
        if fails(.storeUnreachable, 100) {
            return loop.after(outbound) { answer(.failure(StoreError(.retry, "no server"))) }
        }
        if fails(.storeFailsBefore, 30) {
            return loop.after(outbound) { answer(.failure(Self.lost)) }
        }
        // What is on its way is for the server that it was sent to.
        let sent = connection.generation ?? database.generation
        if fails(.storeFailsAfter, isWrite ? 30 : 5) {
            return loop.after(outbound) { [self] in
                if sent == database.generation { _ = result(of: body, on: connection, isWrite: isWrite) }
                answer(.failure(Self.lost))
            }
        }
        if isWrite, fails(.storeLate, 15) {
            loop.after(random.duration(.milliseconds(1) ... .seconds(20))) { [self] in
                if sent == database.generation { _ = result(of: body, on: connection, isWrite: isWrite) }
            }
            return loop.after(outbound) { answer(.failure(Self.lost)) }
        }
        if fails(.storeSlow, 20) { outbound = random.duration(.milliseconds(100) ... .seconds(12)) }
        if outbound > timeout {
            loop.after(timeout) { answer(.failure(StoreError(.retry, "too slow"))) }
        }
        loop.after(outbound) { [self] in
            guard sent == database.generation else {
                connection.generation = nil
                return answer(.failure(Self.lost))
            }
            let result = result(of: body, on: connection, isWrite: isWrite)
            loop.after(inbound) { answer(result) }
        }
    }

    private static let lost = StoreError(.retry, "connection lost")

    /// Does what was asked for, on a connection that is made first where there is none: a database that is older than what
    /// was seen of it is left at once.
    private func result<Value>(
        of body: (ModelDatabase, Lineage.Seen?) throws -> Value, on connection: Connection, isWrite: Bool
    ) -> Result<Value, StoreError> {
        do {
            if let generation = connection.generation, generation != database.generation {
                connection.generation = nil
                throw Self.lost
            }
            if database.isDown { throw StoreError(.retry, "no server") }
            if isWrite || connection.generation == nil { lineage.note(try database.lineage(lineage.seen)) }
            connection.generation = database.generation
            let value = try body(database, lineage.seen)
            if isWrite { lineage.note(try database.lineage(lineage.seen)) }
            return .success(value)
        } catch let error as StoreError {
            if error.code == "CF910" { connection.generation = nil }
            return .failure(error)
        } catch {
            return .failure(StoreError(.halt, "\(error)"))
        }
    }
}
