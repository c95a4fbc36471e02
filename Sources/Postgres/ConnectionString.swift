internal import CPostgres

/// Takes a connection string apart with libpq's own parser.
enum ConnectionString {
    /// The keywords that the string sets.
    ///
    /// libpq's complaints quote the string, which may hold the password: only what precedes the first quote is passed on.
    static func keywords(of string: String) throws(PostgresError) -> [String: String] {
        guard !string.utf8.contains(0) else {
            throw PostgresError(.configuration, "the connection string holds a zero byte")
        }
        var complaint: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(string, &complaint) else {
            let text = complaint.map { String(cString: $0) } ?? "out of memory"
            PQfreemem(complaint)
            let harmless = text.prefix { $0 != "\"" }
            throw PostgresError(
                .configuration, "the connection string can't be read: \(PostgresError.oneLine(String(harmless)))")
        }
        defer { PQconninfoFree(options) }
        var keywords: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { keywords[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return keywords
    }
}
