/// Empties the processor's caches, so that what is measured next finds them as a block does that arrives by itself.
struct Caches {
    /// Twice what large processors have.
    private var ballast = [UInt64](repeating: 1, count: 64 << 17)

    mutating func empty() {
        for index in stride(from: 0, to: ballast.count, by: 8) { ballast[index] &+= 1 }
    }
}
