import Store

/// What `migrate --check` says, for scripts.
struct StandingReport: Encodable {
    let fits: Bool
    /// The migrations that the database lacks.
    let missing: [String]
    /// In words, with what to do; not there when it fits.
    let problem: String?

    init(_ standing: Migrator.Standing, _ failure: CommandFailure?) {
        fits = failure == nil
        missing = if case .behind(let names) = standing { names } else { [] }
        problem = failure.map { [$0.message, $0.advice].compactMap(\.self).joined(separator: "; ") }
    }
}
