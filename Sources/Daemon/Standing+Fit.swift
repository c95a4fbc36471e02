import Store

extension Migrator.Standing {
    /// Throws when this program can't work with a schema in this state: it needs its own version, or the next one.
    func requireFit() throws(CommandFailure) {
        switch self {
        case .current: return
        case .ahead(let number) where number <= Self.newest + 1: return
        case .ahead(let number):
            throw CommandFailure(
                message:
                    "the database's schema is of a newer version (migration \(number); this one knows \(Self.newest))",
                advice: "Upgrade confirmd on this host.")
        case .behind(let names):
            throw CommandFailure(
                message: "the database's schema lacks \(names.joined(separator: ", "))", advice: "Run: confirmd migrate"
            )
        case .changed(let name):
            throw CommandFailure(
                message: "the database was migrated with another \(name) than this version has",
                advice: "Run the version that made this database, or use another database.")
        }
    }

    private static var newest: Int32 { Migration.all.last?.number ?? 0 }
}
