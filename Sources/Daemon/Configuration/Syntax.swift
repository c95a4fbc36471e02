import Payments
import Yams

/// How a value is written in a settings file. Everything is read from the text itself: YAML's own idea of a number
/// (octal, floating point) plays no part.
struct Syntax<Value> {
    /// In words, for `must be …`.
    let expected: String
    /// Whether a wrong value may be repeated in a message.
    var isSecret = false
    /// A value as it would be written in a file.
    let written: (Value) -> String
    private let read: (String, _ isQuoted: Bool) -> Value?

    init(
        _ expected: String, isSecret: Bool = false, written: @escaping (Value) -> String = { "\($0)" },
        _ read: @escaping (String, _ isQuoted: Bool) -> Value?
    ) {
        self.expected = expected
        self.isSecret = isSecret
        self.written = written
        self.read = read
    }

    func parse(_ scalar: Node.Scalar) -> Value? {
        let isQuoted = scalar.style != .plain
        // What YAML takes for null is not a value of any kind here.
        if !isQuoted, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return nil }
        return read(scalar.string, isQuoted)
    }

    func shown(_ scalar: Node.Scalar) -> String {
        if scalar.string.isEmpty { return "empty" }
        return isSecret ? "what is written here" : "\"\(Self.quotable(scalar.string))\""
    }

    /// A text from outside, short and without anything that a terminal would obey.
    static func quotable(_ text: String) -> String {
        let printable = text.unicodeScalars.prefix(60).map {
            $0.properties.generalCategory == .control ? "?" : Character($0)
        }
        return String(printable) + (text.unicodeScalars.count > 60 ? "…" : "")
    }
}

extension Syntax where Value == String {
    /// Any text, for example a path.
    static var text: Self {
        Self("a text") { text, _ in text.isEmpty || text.utf8.contains(0) ? nil : text }
    }

    /// A text that may hold credentials in spite of all.
    static var url: Self {
        Self("a URL", isSecret: true) { text, _ in text.isEmpty || text.utf8.contains(0) ? nil : text }
    }

    /// As DNS has it, without a port.
    static var hostName: Self {
        Self("a host's name such as metrics.example.com") { text, _ in
            text.wholeMatch(of: /[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?/) == nil ? nil : text
        }
    }

    static func one(of choices: [String]) -> Self {
        Self(choices.count == 1 ? "\(choices[0]) in this version" : "one of \(choices.joined(separator: ", "))") {
            text, _ in
            choices.contains(text) ? text : nil
        }
    }

    /// The database holds the same rule.
    static var networkName: Self {
        Self("a name of at most 32 small letters, digits and hyphens that begins with a letter") { text, _ in
            text.wholeMatch(of: /[a-z][a-z0-9-]{0,31}/) == nil ? nil : text
        }
    }

    /// The database holds the same rule.
    static var assetCode: Self {
        Self("a code of at most 32 capital letters, digits and underscores") { text, _ in
            text.wholeMatch(of: /[A-Z0-9][A-Z0-9_]{0,31}/) == nil ? nil : text
        }
    }
}

extension Syntax where Value == Bool {
    static var flag: Self {
        Self("true or false") { text, isQuoted in isQuoted ? nil : ["true": true, "false": false][text] }
    }
}

extension Syntax where Value: CaseIterable & RawRepresentable<String> {
    /// One of a few words.
    static var choice: Self {
        Self("one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", written: \.rawValue) { text, _ in
            Value(rawValue: text)
        }
    }
}

extension Syntax {
    /// Digits alone, not in quotes.
    static func wholeNumber(_ range: ClosedRange<Value>) -> Self where Value: FixedWidthInteger {
        Self("a whole number from \(range.lowerBound) to \(range.upperBound)") { text, isQuoted in
            guard !isQuoted, text.wholeMatch(of: /0|[1-9][0-9]{0,18}/) != nil, let number = Value(text) else {
                return nil
            }
            return range.contains(number) ? number : nil
        }
    }

    /// Of whole seconds: the database counts in no less here.
    static func seconds(_ range: ClosedRange<Duration>, example: String) -> Self where Value == Duration {
        Self("a time in whole seconds such as \(example)", written: \.written) { text, _ in
            guard let duration = Duration(written: text), duration.components.attoseconds == 0 else { return nil }
            return range.contains(duration) ? duration : nil
        }
    }

    /// Of whole milliseconds.
    static func milliseconds(_ range: ClosedRange<Duration>, example: String) -> Self where Value == Duration {
        Self("a time such as \(example) or 500ms", written: \.written) { text, _ in
            Duration(written: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Of whole coins, with at most `decimals` digits after the point.
    static func amount(decimals: Int) -> Self where Value == Amount {
        Self(
            "an amount such as \"0.5\" with at most \(decimals) digits after the point",
            written: { $0.text(decimals: decimals) }
        ) { text, _ in
            Amount(text, decimals: decimals)
        }
    }
}
