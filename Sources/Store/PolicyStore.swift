public import Payments

/// The database as a network's policies are written to it.
public protocol PolicyStore: Sendable {
    /// Writes the configuration down and returns the number of the policy in force.
    func publish(_ publication: Publication, from host: String, introducing: Bool) async throws(StoreError) -> Int64
    /// Why the thresholds of the policy in force are raised; nil when they are as configured.
    func caution() async throws(StoreError) -> Caution?
    /// The database's time, in seconds since 1970.
    func time() async throws(StoreError) -> Int64
}
