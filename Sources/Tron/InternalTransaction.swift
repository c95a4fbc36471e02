internal import Chain
internal import NodeHTTP

/// What a contract did beside computing, where the node saves that (`vm.saveInternalTx`).
///
/// Only calls pay. java-tron notes in the same list what contracts stake, vote for and take back (with
/// `vm.saveFeaturedInternalTx`), and one that stakes for another account has a value and that account as its receiver,
/// although nothing is paid to it.
struct InternalTransaction {
    /// A call, a creation or an end of a contract: what there is in an EVM's trace too.
    let isCall: Bool
    /// What it paid; nothing where it was rejected.
    private(set) var payments: [(token: WatchKey?, recipient: WatchKey, amount: UInt64)] = []

    init(_ object: AnswerObject) throws {
        let note = String(decoding: try object.bytes("note", max: 64), as: UTF8.self)
        isCall = Self.calls.contains(note)
        let isRejected = try object["rejected"].map { rejected throws(DecodeError) in
            guard rejected.isEqual(to: "true") || rejected.isEqual(to: "false") else {
                throw DecodeError(.malformed, "rejected is neither true nor false")
            }
            return rejected.isEqual(to: "true")
        }
        if isRejected == true || Self.others.contains(where: note.hasPrefix) { return }
        let sender = try object.bytes("caller_address", max: 21)
        let receiver = try object.bytes("transferTo_address", max: 21)
        try object.forEach("callValueInfo") { scanner in
            let value = try AnswerObject(&scanner)
            let amount = try value.integer("callValue")
            // Code that runs on behalf of its caller (CALLCODE) moves nothing.
            guard amount != 0, receiver != sender else { return }
            guard isCall else {
                throw DecodeError(.unknownFormat, "an internal transaction is a \(note.prefix(32).debugDescription)")
            }
            guard amount > 0, let recipient = WatchKey(tron: receiver.span.bytes) else {
                throw DecodeError(.malformed, "an internal transaction moves less than nothing, or to no address")
            }
            guard let id = try value.text("tokenId"), !id.isEmpty else {
                payments.append((nil, recipient, UInt64(amount)))
                return
            }
            // Nobody asks for a token without a number.
            guard let token = WatchKey(trc10: String(decoding: id, as: UTF8.self)) else { return }
            payments.append((token, recipient, UInt64(amount)))
        }
    }

    /// What the notes of java-tron's `Program` are called.
    private static let calls: Set<String> = ["call", "create", "suicide"]
    /// Beginnings of the notes of what pays nobody: freezeForEnergy, unfreezeBalanceV2ForBandwidth and the like.
    private static let others = ["freeze", "unfreeze", "vote", "withdraw", "cancel", "delegate", "unDelegate"]
}
