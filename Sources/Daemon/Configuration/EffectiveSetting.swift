/// One value of the configuration that is in force, and where it comes from.
struct EffectiveSetting: Hashable, Encodable, Sendable {
    let file: String
    /// The line that sets it; nil where it is the default.
    let line: Int?
    /// `confirmations.tiers[0].from`
    let key: String
    /// As it would be written in the file. Never a secret: those are in files of their own.
    let value: String
    /// Of the file that it names, where that is read once and for all; it tells a change and nothing else.
    var contentHash: Int?

    private enum CodingKeys: String, CodingKey {
        case file, line, key, value
    }

    var origin: String { line.map { "\(file):\($0)" } ?? "default" }
}
