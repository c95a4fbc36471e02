public import Chain

/// What is told of a network itself.
public enum NetworkEvent: Sendable {
    /// Blocks after `to` are no longer on our chain; `from` was the tip.
    case reorganized(from: BlockReference, to: BlockReference)
    /// It stopped, and goes on only when an operator or a new version has dealt with the reason.
    case halted(reason: String)
    /// It follows its chain again.
    case resumed

    /// The event at this place of our chain; `version` is the network's own count of events, this one included.
    public func event(of network: String, tip: BlockReference?, version: Int64) -> Event {
        let kind: Event.Kind
        var payload = NetworkPayload(
            network: network, tipHeight: tip?.height, tipHash: tip?.hash.description)
        switch self {
        case .reorganized(let from, let to):
            kind = .networkReorganized
            payload.tipHeight = to.height
            payload.tipHash = to.hash.description
            payload.disconnectedHeight = from.height
            payload.disconnectedHash = from.hash.description
            payload.depth = from.height - to.height
        case .halted(let reason):
            kind = .networkHalted
            payload.reason = reason
        case .resumed: kind = .networkResumed
        }
        let aggregate = Aggregate(network: network)
        return Event(
            id: StableID.event(
                type: kind, aggregate: aggregate, cause: .network(version), block: tip?.hash, recurrence: 0),
            kind: kind, aggregate: aggregate, version: version, payload: .network(payload))
    }
}

/// A network as events tell it.
public struct NetworkPayload: Encodable, Hashable, Sendable {
    let network: String
    var reason: String?
    var tipHeight: Int64?
    var tipHash: String?
    /// The tip before a reorganization, and how many blocks up to it were disconnected.
    var disconnectedHeight: Int64?
    var disconnectedHash: String?
    var depth: Int64?

    enum CodingKeys: String, CodingKey {
        case network, reason, depth
        case tipHeight = "tip_height"
        case tipHash = "tip_hash"
        case disconnectedHeight = "disconnected_height"
        case disconnectedHash = "disconnected_hash"
    }
}
