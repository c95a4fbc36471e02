/// What a test's means could not do, with what was seen.
public struct TestFailure: Error, CustomStringConvertible {
    public let description: String
    /// No waiting will mend it: `eventually` passes it on at once.
    public let isFinal: Bool

    public init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }
}
