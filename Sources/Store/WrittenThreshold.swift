public import Payments

/// A threshold in JSON as in configuration: a number of confirmations, or a text such as `finalized+32`.
public struct WrittenThreshold: Codable, Hashable, Sendable, CustomStringConvertible {
    public let threshold: Threshold

    public init(_ threshold: Threshold) {
        self.threshold = threshold
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int32.self), number >= 1 {
            threshold = Threshold(number)
        } else if let text = try? container.decode(String.self), let named = Threshold(text) {
            threshold = named
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no threshold that is known here")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if threshold.tag == nil {
            try container.encode(threshold.confirmations)
        } else {
            try container.encode(threshold.description)
        }
    }

    public var description: String { threshold.description }
}
