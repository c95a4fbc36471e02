import Store

/// Why a session ended.
enum SessionEnd: Hashable, Sendable {
    case stopped
    /// Another daemon has the lane.
    case fenced
    /// Memory may no longer agree with the database.
    case outdated(reason: String)
    /// The database was out of reach, or did not take a step for now.
    case interrupted(reason: String)
    /// The network is followed no more.
    case retired
    /// Something that waiting does not cure; it is tried again all the same, should somebody mend it.
    case failed(reason: String)

    init(_ error: any Error) {
        switch error {
        case Interruption.fenced: self = .fenced
        case Interruption.retired: self = .retired
        case Interruption.outdated(let reason): self = .outdated(reason: reason)
        case Interruption.refused(let reason): self = .interrupted(reason: reason)
        case Interruption.unwritable(let reason): self = .failed(reason: reason)
        case let error as StoreError where [.retry, .canceled].contains(error.disposition):
            self = .interrupted(reason: "\(error)")
        default: self = .failed(reason: "\(error)")
        }
    }
}

/// What keeps a step from being committed.
enum Interruption: Error, Hashable {
    /// Another daemon has the lane.
    case fenced
    /// The network is followed no more.
    case retired
    /// The step was made on something that is no longer so.
    case outdated(reason: String)
    /// The database will never take the step, whoever is left out of it.
    case unwritable(reason: String)
    /// Nothing was committed so far, and the database may take it a little later.
    case refused(reason: String)
}
