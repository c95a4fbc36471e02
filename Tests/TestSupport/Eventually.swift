extension Duration {
    /// What lasts so long on an idle machine may take five times as long on a busy one: a test waits for facts, and only one
    /// that fails waits to the end.
    var patiently: Duration { self * 5 }
}

/// Looks at a fact until it `holds`, and returns it. Throws at the deadline with what was seen last. The pauses between
/// looks grow: dozens of tests that wait at once, each look a process, would leave those they wait for no time to run.
///
///     try await eventually("the invoice is paid") { try await invoice.status } holds: { $0 == "paid" }
@discardableResult
public func eventually<Fact: Sendable>(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    look: () async throws -> Fact, holds: (Fact) -> Bool
) async throws -> Fact {
    let deadline = ContinuousClock.now + limit.patiently
    var pause = Duration.milliseconds(10)
    while true {
        let seen: String
        do {
            let fact = try await look()
            if holds(fact) { return fact }
            seen = "last seen: \(fact)"
        } catch let error as CancellationError {
            throw error
        } catch let failure as TestFailure where failure.isFinal {
            throw failure
        } catch {
            seen = "last error: \(error)"
        }
        guard ContinuousClock.now < deadline else {
            throw TestFailure("not within \(limit.patiently): \(what); \(seen)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 3 / 2, .milliseconds(250))
    }
}

/// Waits until `condition` is true.
public func eventually(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    try await eventually(what, within: limit, look: condition, holds: { $0 })
}
