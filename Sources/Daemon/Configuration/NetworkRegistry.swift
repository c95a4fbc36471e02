/// The names and chains that were given so far, with where: each may be given once in the installation.
struct NetworkRegistry {
    private var places: [String: String] = [:]
    private var chains: [String: String] = [:]

    /// Takes the name under `key` for this section, or reports who has it.
    mutating func claim(_ name: String?, _ key: String, in section: Section) {
        guard let name else { return }
        if let other = places["\(key) \(name)"] {
            section.report("\(key) \(name) is taken already, in \(other)", at: key)
        }
        places["\(key) \(name)"] = section.place(of: key)
    }

    /// Takes a family's chain, which `key` names, for this section, or reports who has it: a payment on a chain that is
    /// followed under two names would count twice.
    mutating func claim(chain: String, of family: Family, in section: Section) {
        let key = family.keys[0]
        if let other = chains["\(family.name) \(chain)"] {
            section.report(
                """
                chain \(chain) is followed already, by \(other), and a payment on it would count for both networks; keep \
                one of the files, with the assets of both
                """, at: key)
        }
        chains["\(family.name) \(chain)"] = section.place(of: key)
    }
}
