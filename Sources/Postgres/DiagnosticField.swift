internal import CPostgres

/// The fields of an error report that are read; the context is not, since it can quote parameters.
///
/// Source: PostgreSQL documentation, "Error and Notice Message Fields".
enum DiagnosticField: Character {
    case sqlState = "C"
    case severity = "V"
    case message = "M"
    case detail = "D"
    case hint = "H"
    case constraint = "n"
    case routine = "R"

    /// The field of a report, where the server sent it.
    func text(in result: OpaquePointer) -> String? {
        PQresultErrorField(result, CInt(rawValue.asciiValue ?? 0)).map { String(cString: $0) }
    }
}
