extension Duration {
    /// A time as it is written in settings and options: a whole number and its unit, `500ms`, `60s`, `90m`, `3h`, `7d`;
    /// nil for other text, and beyond a hundred years.
    init?(written text: some StringProtocol) {
        guard let (_, digits, unit) = String(text).wholeMatch(of: /([0-9]{1,15})(ms|s|m|h|d)/)?.output,
            let count = Int64(digits)
        else { return nil }
        let duration: Duration =
            switch unit {
            case "ms": .milliseconds(count)
            case "s": .seconds(count)
            case "m": .seconds(count) * 60
            case "h": .seconds(count) * 3600
            default: .seconds(count) * 86_400
            }
        guard duration <= .seconds(100 * 366 * 86_400) else { return nil }
        self = duration
    }

    /// The same the other way round, in the largest unit that needs no fraction.
    var written: String {
        for (unit, length) in [("h", Duration.seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1))]
        where self >= length && length * Int(self / length) == self {
            return "\(Int(self / length))\(unit)"
        }
        return self == .zero ? "0s" : "\(Int(self / .milliseconds(1)))ms"
    }
}
