public import Chain

/// A key that is watched on another network where an address means the same.
public struct SiblingKey: Sendable {
    public let network: String
    public let watchNumber: Int64
    public let key: WatchKey

    public init(network: String, watchNumber: Int64, key: WatchKey) {
        self.network = network
        self.watchNumber = watchNumber
        self.key = key
    }
}
