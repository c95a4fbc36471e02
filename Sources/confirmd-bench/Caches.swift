/// Empties the processor's caches, so that nothing that is measured next is in them by chance.
struct Caches {
    /// Twice what large processors have.
    private var ballast = [UInt64](repeating: 1, count: 64 << 17)

    mutating func empty() {
        for index in stride(from: 0, to: ballast.count, by: 8) { ballast[index] &+= 1 }
    }
}
