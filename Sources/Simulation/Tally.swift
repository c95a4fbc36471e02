import Foundation

/// What many seeds came to together.
public struct Tally: Sendable {
    public private(set) var seeds = 0
    public private(set) var simulated = Duration.zero
    public private(set) var commits = 0
    public private(set) var events = 0
    public private(set) var fired: [Fault: Int] = [:]
    public private(set) var lies: [Lie: [Guard: Int]] = [:]
    /// The first violation of each seed that had any.
    public private(set) var failures: [(seed: UInt64, violations: [Violation])] = []

    public init() {}

    public mutating func add(_ outcome: Simulation.Outcome) {
        seeds += 1
        simulated += outcome.simulated
        commits += outcome.commits
        events += outcome.events
        fired.merge(outcome.fired) { $0 + $1 }
        lies.merge(outcome.lies) { $0.merging($1) { $0 + $1 } }
        if !outcome.violations.isEmpty { failures.append((outcome.seed, outcome.violations)) }
    }

    public var years: Double { simulated.seconds / (365.25 * 86_400) }
}

extension Tally: Encodable {
    private enum Key: String, CodingKey {
        case seeds, commits, events, faults, lies, failures
        case simulatedYears = "simulated_years"
    }

    private struct Failure: Encodable {
        let seed: UInt64
        let violations: [String]
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(years, forKey: .simulatedYears)
        try container.encode(commits, forKey: .commits)
        try container.encode(events, forKey: .events)
        try container.encode(
            Dictionary(uniqueKeysWithValues: Fault.allCases.map { ($0.rawValue, fired[$0] ?? 0) }), forKey: .faults)
        try container.encode(
            Dictionary(
                uniqueKeysWithValues: Lie.allCases.map { lie in
                    var row = Dictionary(
                        uniqueKeysWithValues: Guard.allCases.map { ($0.rawValue, lies[lie]?[$0] ?? 0) })
                    row["told"] = row.values.reduce(0, +)
                    return (lie.rawValue, row)
                }), forKey: .lies)
        try container.encode(
            failures.map { Failure(seed: $0.seed, violations: $0.violations.map(\.description)) }, forKey: .failures)
    }
}

extension Tally: CustomStringConvertible {
    public var description: String {
        let span =
            years < 0.1
            ? "\((simulated.seconds / 3_600).formatted(.number.precision(.fractionLength(1)))) simulated hours"
            : "\(years.formatted(.number.precision(.fractionLength(2)))) simulated years"
        var lines = [
            "\(seeds) seeds, \(span), \(commits) steps, \(events) events, "
                + "\(failures.count) failures",
            "faults that really fired:",
        ]
        lines += Fault.allCases.map { fault in
            "  " + fault.rawValue + String(repeating: " ", count: 22 - fault.rawValue.count) + "\(fired[fault] ?? 0)"
        }
        return lines.joined(separator: "\n")
    }

    /// How often each kind of lie was told, and what caught it.
    public var report: String {
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        func line(_ name: String, _ cells: [String]) -> String {
            "  " + name + String(repeating: " ", count: 18 - name.count) + cells.map { cell($0, 11) }.joined()
        }
        var lines = ["lies told, and what caught them:", line("", ["told"] + Guard.allCases.map(\.rawValue))]
        lines += Lie.allCases.map { lie in
            let row = lies[lie] ?? [:]
            return line(
                lie.rawValue,
                ["\(row.values.reduce(0, +))"] + Guard.allCases.map { row[$0].map(String.init) ?? "-" })
        }
        return lines.joined(separator: "\n")
    }
}
