import Testing

/// Lets only a few tests run at once that start servers of their own: they are made of waiting for each other, and with
/// all of them at work on a few cores every wait would get longer than it may.
struct Turns: TestTrait, SuiteTrait, TestScoping {
    private static let gate = Gate(places: 6)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        let result: Result<Void, any Error>
        do { result = .success(try await function()) } catch { result = .failure(error) }
        await Self.gate.leave()
        try result.get()
    }

    private actor Gate {
        private var places: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(places: Int) { self.places = places }

        func enter() async {
            if places > 0 { return places -= 1 }
            await withCheckedContinuation { waiting.append($0) }
        }

        func leave() {
            if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == Turns {
    /// Waits for its turn.
    static var inTurns: Turns { Turns() }
}
