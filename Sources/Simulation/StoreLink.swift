import Store

/// What lies between one daemon and the database: a statement is sent, takes effect, and is answered, each at an instant
/// of its own. What was sent takes effect whatever becomes of the one who sent it.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class StoreLink: @unchecked Sendable {
    private let host: Host
    private let database: ModelDatabase
    private let weather: Weather
    /// The daemon's name, which faults are aimed at.
    private let target: String
    private var random: SplitMix64

    init(host: Host, database: ModelDatabase, weather: Weather, target: String, random: SplitMix64) {
        self.host = host
        self.database = database
        self.weather = weather
        self.target = target
        self.random = random
    }

    func call<Value: Sendable>(
        isWrite: Bool, timeout: Duration, _ body: @escaping (ModelDatabase) throws -> Value
    ) async throws(StoreError) -> Value {
        if weather.isClear(at: target), !isWrite, !host.isDead, !Task.isCancelled, random.chance(80) {
            return try Self.result(of: body, database).get()
        }
        let answered = await host.wait { answer in
            if host.isDead { return }
            send(isWrite: isWrite, timeout: timeout, body, answer)
        }
        guard let answered else { throw StoreError(.canceled, "the task was canceled") }
        return try answered.get()
    }

    private func send<Value: Sendable>(
        isWrite: Bool, timeout: Duration, _ body: @escaping (ModelDatabase) throws -> Value,
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
            return loop.after(outbound) { answer(.failure(StoreError(.retry, "connection lost"))) }
        }
        if fails(.storeFailsAfter, isWrite ? 30 : 5) {
            return loop.after(outbound) { [database] in
                _ = Self.result(of: body, database)
                answer(.failure(StoreError(.retry, "connection lost")))
            }
        }
        if isWrite, fails(.storeLate, 15) {
            loop.after(random.duration(.milliseconds(1) ... .seconds(20))) { [database] in
                _ = Self.result(of: body, database)
            }
            return loop.after(outbound) {
                answer(.failure(StoreError(.retry, "connection lost")))
            }
        }
        if fails(.storeSlow, 20) { outbound = random.duration(.milliseconds(100) ... .seconds(12)) }
        if outbound > timeout {
            loop.after(timeout) {
                answer(.failure(StoreError(.retry, "too slow")))
            }
        }
        loop.after(outbound) { [database] in
            let result = Self.result(of: body, database)
            loop.after(inbound) { answer(result) }
        }
    }

    private static func result<Value>(
        of body: (ModelDatabase) throws -> Value, _ database: ModelDatabase
    ) -> Result<Value, StoreError> {
        do { return .success(try body(database)) } catch let error as StoreError { return .failure(error) } catch {
            return .failure(StoreError(.halt, "\(error)"))
        }
    }
}
