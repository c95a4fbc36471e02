import Chain
import Store
import Sync

/// The index of a network's watched keys, with how far it is loaded and from which database.
struct WatchedKeys: Sendable {
    var index: WatchIndex
    /// Every key with a watch number up to this one is in the index.
    private(set) var through: Int64
    private let database: String

    /// Loads what `known` lacks, or everything where there is nothing known or the database lost commits since: then the
    /// same numbers may mean other keys. `through` is how far; nil is as far as there are keys.
    /// `onProgress` is called now and then: there may be millions.
    init(
        from store: any LaneStore, onto known: consuming WatchedKeys?, through: Int64? = nil,
        onProgress: @escaping @Sendable () -> Void = {}
    ) async throws {
        let database = try await store.identity()
        var start: WatchedKeys
        if let known = consume known, known.database == database, known.through <= through ?? .max {
            start = known
        } else {
            let secret = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
            start = WatchedKeys(
                index: WatchIndex(secret: secret, capacity: Int(clamping: through ?? 0)), through: 0, database: database
            )
        }
        // The numbers have no gap, and one look sees a beginning of them: those that are there are the next ones.
        self = try await store.watchedKeys(after: start.through, through: through ?? .max, into: start) { keys, key in
            keys.index.insert(key)
            keys.through += 1
            if keys.through.isMultiple(of: 65_536) { onProgress() }
        }
    }

    private init(index: WatchIndex, through: Int64, database: String) {
        self.index = index
        self.through = through
        self.database = database
    }
}
