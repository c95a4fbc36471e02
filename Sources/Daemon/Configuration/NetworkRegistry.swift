/// The names that were given so far, with where: each may be given once in the installation.
struct NetworkRegistry {
    private var places: [String: String] = [:]

    /// Takes the name under `key` for this section, or reports who has it.
    mutating func claim(_ name: String?, _ key: String, in section: Section) {
        guard let name else { return }
        if let other = places["\(key) \(name)"] {
            section.report("\(key) \(name) is taken already, in \(other)", at: key)
        }
        places["\(key) \(name)"] = section.place(of: key)
    }
}
