import ArgumentParser

/// How large the inputs are.
enum Scale: String, ExpressibleByArgument, CaseIterable {
    /// Shows that everything runs, in seconds.
    case quick
    /// Says how fast, in minutes.
    case usual
    /// Tables as large as those of a large installation: 10 million addresses, 5 million deposits. Takes half an hour and
    /// 25 GB.
    case full
}
