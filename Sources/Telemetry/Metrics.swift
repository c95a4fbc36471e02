internal import Synchronization

/// The process's metrics: a value for each family and its labels' values, and their text for Prometheus (text exposition
/// format 0.0.4). Safe from any thread; a change costs a lock and a dictionary's look-up.
public final class Metrics: Sendable {
    private struct Histogram {
        /// One more than there are bounds: what is above all of them comes last.
        var counts: [UInt64]
        var sum = 0.0
    }

    private struct State {
        var values: [MetricFamily: [[String]: Double]] = [:]
        var histograms: [MetricFamily: [[String]: Histogram]] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Lets a counter or histogram begin at 0, unless it has begun: only then is its first increase seen as one.
    public func begin(_ family: MetricFamily, _ labels: String...) {
        precondition(labels.count == family.labels.count)
        state.withLock { state in
            if case .histogram(let bounds) = family.kind {
                let empty = Histogram(counts: Array(repeating: 0, count: bounds.count + 1))
                state.histograms[family, default: [:]].merge([labels: empty]) { begun, _ in begun }
            } else {
                state.values[family, default: [:]].merge([labels: 0]) { begun, _ in begun }
            }
        }
    }

    /// Adds to a counter. The labels' values are in the order of their names.
    public func add(_ amount: Double = 1, to family: MetricFamily, _ labels: String...) {
        precondition(labels.count == family.labels.count)
        state.withLock { $0.values[family, default: [:]][labels, default: 0] += amount }
    }

    /// Sets a gauge.
    public func set(_ family: MetricFamily, _ labels: String..., to value: Double) {
        precondition(labels.count == family.labels.count)
        state.withLock { $0.values[family, default: [:]][labels] = value }
    }

    /// Replaces all series of a gauge: those that are not among these are no more.
    public func set(_ family: MetricFamily, to series: [[String]: Double]) {
        precondition(series.keys.allSatisfy { $0.count == family.labels.count })
        state.withLock { $0.values[family] = series }
    }

    /// Ends the series of a gauge whose first label has this value: there is nothing any more that they would tell of.
    public func end(_ family: MetricFamily, _ label: String) {
        state.withLock { $0.values[family] = $0.values[family]?.filter { $0.key.first != label } }
    }

    /// Notes an observation in a histogram.
    public func observe(_ value: Double, in family: MetricFamily, _ labels: String...) {
        guard case .histogram(let bounds) = family.kind, labels.count == family.labels.count else {
            preconditionFailure("\(family.name) takes no such observation")
        }
        state.withLock { state in
            var histogram =
                state.histograms[family]?[labels] ?? Histogram(counts: Array(repeating: 0, count: bounds.count + 1))
            histogram.counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            histogram.sum += value
            state.histograms[family, default: [:]][labels] = histogram
        }
    }

    /// The value of a counter or gauge; nil when there was none.
    public func value(of family: MetricFamily, _ labels: String...) -> Double? {
        state.withLock { $0.values[family]?[labels] }
    }

    // MARK: Text

    /// Every series, family by family in alphabetical order.
    public var text: String {
        let (values, histograms) = state.withLock { ($0.values, $0.histograms) }
        let families = Set(values.keys).union(histograms.keys).sorted { $0.name < $1.name }
        return families.map { family in
            var lines = [
                "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))",
                "# TYPE \(family.name) \(family.kind.name)",
            ]
            for (labels, value) in (values[family] ?? [:]).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                lines.append(Self.line(family.name, family.labels, labels, value))
            }
            for (labels, histogram) in (histograms[family] ?? [:]).sorted(by: {
                $0.key.lexicographicallyPrecedes($1.key)
            }) {
                lines += Self.lines(family, labels, histogram)
            }
            return lines.map { $0 + "\n" }.joined()
        }.joined()
    }

    private static func lines(_ family: MetricFamily, _ labels: [String], _ histogram: Histogram) -> [String] {
        guard case .histogram(let bounds) = family.kind else { return [] }
        var total: UInt64 = 0
        var lines: [String] = []
        for (count, bound) in zip(histogram.counts, bounds.map { number($0) } + ["+Inf"]) {
            total += count
            lines.append(line(family.name + "_bucket", family.labels + ["le"], labels + [bound], Double(total)))
        }
        lines.append(line(family.name + "_sum", family.labels, labels, histogram.sum))
        lines.append(line(family.name + "_count", family.labels, labels, Double(total)))
        return lines
    }

    private static func line(_ name: String, _ labels: [String], _ values: [String], _ value: Double) -> String {
        let pairs = zip(labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }.joined(separator: ",")
        return name + (pairs.isEmpty ? "" : "{\(pairs)}") + " " + number(value)
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
