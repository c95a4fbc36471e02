/// What a worker wants a connection to the database for.
public enum StoreUse: Sendable {
    /// The lease, on a connection of its own: a renewal that takes longer than the lease lasts is worth nothing.
    case lease
    case work
}
