import Store

extension Migrator.Standing {
    /// Throws when this program can't work with a schema in this state.
    func requireFit() throws(CommandFailure) {
        if let misfit { throw misfit }
    }

    /// Why this program can't work with a schema in this state; nil when it can: it needs its own version, or the next one.
    var misfit: CommandFailure? {
        switch self {
        case .current: return nil
        case .ahead(let number) where number <= Self.newest + 1: return nil
        case .ahead(let number):
            return CommandFailure(
                message:
                    "the database's schema is of a newer version (migration \(number); this one knows \(Self.newest))",
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

    private static var newest: Int32 { Migration.all.last?.number ?? 0 }
}
