extension PostgresError.Code {
    /// What a code of the server means to us.
    ///
    /// Source: PostgreSQL documentation, appendix A; `CF` is the class of confirmd's own functions.
    init(sqlState: String) {
        self =
            switch sqlState {
            case "40001", "40P01": .conflict
            case "55P03": .lockTimeout
            case "57014": .statementTimeout
            case "25006": .readOnly
            case "CF910": .behind
            // The session was ended because it, or its transaction, took too long.
            case "25P03", "25P04": .unavailable
            case "26000": .stalePlan
            case "23505": .duplicate
            case "42501": .permission
            case "3F000", "42P01", "42703", "42704", "42804", "42883": .schema
            default:
                switch sqlState.prefix(2) {
                case "08": .unavailable
                case "53": .outOfResources
                case "57" where sqlState.hasPrefix("57P"): .unavailable
                case "22", "23", "CF": .refused
                default: .other
                }
            }
    }

    /// Errors after which the connection is of no more use, though it still stands.
    var endsConnection: Bool { [.readOnly, .behind, .stalePlan].contains(self) }
}

extension PostgresError {
    /// The message without the values it quotes.
    ///
    /// Class 22 quotes the offending value (`invalid input syntax for type numeric: "12x"`, `value "…" is out of range`),
    /// and that value may be a parameter. Other classes quote only names.
    static func withoutValues(_ message: String, sqlState: String) -> String {
        guard sqlState.hasPrefix("22"), let first = message.firstIndex(of: "\""),
            let last = message.lastIndex(of: "\"")
        else { return message }
        return message[..<first] + "\"…\"" + message[last...].dropFirst()
    }

    /// Text of several lines, as libpq writes it, on one.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }
            .joined(separator: "; ")
    }
}
