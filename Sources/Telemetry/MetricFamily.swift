/// A metric with its meaning: every time series of it differs in its labels' values alone.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Only ever grows; its name ends in `_total`.
        case counter
        case gauge
        /// Counts observations by these upper bounds, ascending; one for everything is added.
        case histogram([Double])

        var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// With the prefix, in base units: `confirmd_…_seconds`.
    public let name: String
    public let kind: Kind
    public let help: String
    /// The labels' names.
    public let labels: [String]

    public init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}
