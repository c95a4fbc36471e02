/// One subject that is measured, with the references it is measured against.
protocol Benchmark {
    /// What `--only` calls it.
    static var name: String { get }
    /// What is measured, in a line.
    static var about: String { get }

    init(isQuick: Bool)
    /// The same with tables of another size, where the size is what matters.
    init(scale: Scale)

    /// Each figure's reference is taken in the same run, so that the machine and its load are in both.
    func run() async throws -> [Figure]
}

extension Benchmark {
    init(scale: Scale) { self.init(isQuick: scale == .quick) }
}
