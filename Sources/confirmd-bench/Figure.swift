/// A measured value beside its reference.
struct Figure: Codable {
    /// What was measured; the operators' guide explains it under this name.
    let name: String
    let value: Double
    let unit: String
    /// What it is compared with, in the same unit; nil where the limit is absolute.
    let reference: Reference?
    /// The most that the ratio, or without a reference the value, may be; nil where nothing is promised.
    let limit: Double?

    struct Reference: Codable {
        let name: String
        let value: Double
    }

    init(_ name: String, _ value: Double, _ unit: String, beside reference: Reference? = nil, limit: Double? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
        self.reference = reference
        self.limit = limit
    }

    var ratio: Double? { reference.map { value / $0.value } }

    var isWithinLimit: Bool { limit.map { (ratio ?? value) <= $0 } ?? true }
}
