/// What `Fuzz` saw.
struct FuzzFigures: Sendable, CustomStringConvertible {
    let name: String
    var inputs = 0
    /// Inputs that were taken for sound.
    var accepted = 0
    private var largest = 0
    /// Processor time of the slowest input, and of the slowest for its length among those of 10,000 bytes and more, per
    /// byte.
    private var slowest: Duration = .zero
    private var slowestPerByte: Duration = .zero
    /// Memory of the input that took most for its length, in bytes per byte, among those of 100,000 bytes and more.
    private var memoryPerByte = 0.0
    /// The most that a smaller one took, in bytes.
    private var memoryOfSmall = 0

    init(name: String) {
        self.name = name
    }

    mutating func add(_ count: Int, spent: Duration, growth: Int) {
        inputs += 1
        largest = max(largest, count)
        slowest = max(slowest, spent)
        if count >= 10_000 { slowestPerByte = max(slowestPerByte, spent / count) }
        if count >= 100_000 {
            memoryPerByte = max(memoryPerByte, Double(growth) / Double(count))
        } else {
            memoryOfSmall = max(memoryOfSmall, growth)
        }
    }

    var description: String {
        func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
        return """
            \(name): \(inputs) inputs up to \(largest) bytes, \(accepted) accepted; slowest \
            \(text(slowest / .milliseconds(1))) ms, \(text(slowestPerByte / .nanoseconds(1))) ns a byte; memory \
            \(text(memoryPerByte)) times the input, \(memoryOfSmall >> 10) KiB for small ones
            """
    }
}
