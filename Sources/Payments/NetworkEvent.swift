public import Chain

/// What is told of a network itself.
public enum NetworkEvent: Sendable {
    /// It stopped, and goes on only when an operator or a new version has dealt with the reason.
    case halted(reason: String)
    /// It follows its chain again.
    case resumed

    /// The event at this place of our chain; `version` is the network's own count of events, this one included.
    public func event(of network: String, tip: BlockReference?, version: Int64) -> Event {
        let (kind, reason): (Event.Kind, String?) =
            switch self {
            case .halted(let reason): (.networkHalted, reason)
            case .resumed: (.networkResumed, nil)
            }
        let aggregate = Aggregate(network: network)
        return Event(
            id: StableID.event(
                type: kind, aggregate: aggregate, cause: .network(version), block: tip?.hash, recurrence: 0),
            kind: kind, aggregate: aggregate, version: version,
            payload: Payload.text(
                NetworkPayload(
                    network: network, reason: reason, tipHeight: tip?.height, tipHash: tip?.hash.description)))
    }
}

/// A network as events tell it.
struct NetworkPayload: Encodable {
    let network: String
    let reason: String?
    let tipHeight: Int64?
    let tipHash: String?

    enum CodingKeys: String, CodingKey {
        case network, reason
        case tipHeight = "tip_height"
        case tipHash = "tip_hash"
    }
}
