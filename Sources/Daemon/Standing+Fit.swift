import Store

extension Migrator.Standing {
    /// Throws when this program can't work with a schema in this state.
    func requireFit() throws(CommandFailure) {
        if let misfit { throw misfit }
    }

    /// Why this program can't work with a schema in this state; nil when it can: it needs that of its own release, or of the next one.
    var misfit: CommandFailure? {
        switch self {
        case .current: return nil
        case .ahead(let release) where release <= Migrator.release + 1: return nil
        case .ahead(let release):
            return CommandFailure(
                message: """
                    the database's schema is of release \(release); this version works with \(Migrator.release) and \
                    \(Migrator.release + 1)
                    """,
                advice: "Upgrade confirmd on this host.")
        case .behind(let names):
            return CommandFailure(
                message: "the database's schema lacks \(names.joined(separator: ", "))", advice: "Run: confirmd migrate"
            )
        case .changed(let name):
            return CommandFailure(
                message: "the database was migrated with another \(name) than this version has",
                advice: "Run the version that made this database, or use another database.")
        }
    }
}
