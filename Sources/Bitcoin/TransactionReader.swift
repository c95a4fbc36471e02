internal import Chain
internal import Hashing

/// Reads transactions one after the other: their ids, and where their inputs and outputs are; witnesses only to get
/// past them.
///
/// Serialization: BIP 144, for Litecoin `src/primitives/transaction.h`, for Dash DIP-2. The rules are those of Bitcoin
/// Core's `CheckTransaction` that bear on what is paid to whom.
struct TransactionReader {
    /// Where the transactions come from.
    enum Source {
        /// All of one block, this many.
        case block(count: Int)
        case mempool
    }

    let coin: Coin
    let source: Source
    private(set) var ids: [SHA256.Digest] = []
    private(set) var transactions: [BlockContents.Transaction] = []
    /// Where each input's outpoint begins; a coinbase has none.
    private(set) var inputs: [Int32] = []
    private(set) var outputs: [BlockContents.Output] = []
    /// Whether the last transaction has the flag after which an extension block follows.
    private(set) var isExtended = false
    private(set) var endsWithHogEx = false

    init(coin: Coin, source: Source) {
        self.coin = coin
        self.source = source
        guard case .block(let count) = source else { return }
        ids.reserveCapacity(count + 1)
        transactions.reserveCapacity(count)
        inputs.reserveCapacity(count * 3)
        outputs.reserveCapacity(count * 4)
    }

    /// What the next transaction is, which decides about its flag and its inputs.
    private enum Role {
        case coinbase, ordinary, unconfirmed
        /// The last one of a block, which may be the HogEx.
        case last
    }

    private var role: Role {
        switch source {
        case .mempool: .unconfirmed
        case .block where transactions.isEmpty: .coinbase
        case .block(let count): transactions.count == count - 1 ? .last : .ordinary
        }
    }

    mutating func readTransaction(_ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        let role = role
        let start = offset
        let special = SpecialTransaction(version: try bytes.readUInt32(&offset), of: coin)
        let maySpendNothing = special.maySpendNothing && role != .coinbase
        var bodyStart = offset
        var inputCount = try bytes.readCount(&offset, ofAtLeast: 41)
        var flag: UInt8 = 0
        if inputCount == 0, !maySpendNothing {
            flag = try readFlag(of: role, bytes, &offset)
            bodyStart = offset
            inputCount = try bytes.readCount(&offset, ofAtLeast: 41)
        }
        if inputCount == 0, role == .unconfirmed, flag & Flag.extended != 0 {
            throw unknown("is one of the extension block alone")
        }
        let (firstInput, firstOutput) = (inputs.count, outputs.count)
        if inputCount > 0 || !maySpendNothing { try readInputs(inputCount, of: role, bytes, &offset) }
        try readOutputs(bytes, &offset, mayBeNone: special.mayPayNobody)
        let bodyEnd = offset
        if flag & Flag.witness != 0 { try skipWitnesses(inputCount, bytes, &offset) }
        if flag & Flag.extended != 0 { try skipExtension(of: role, bytes, &offset) }
        let lockTime = offset
        try bytes.skip(4, &offset)
        let payload = special.hasPayload ? try bytes.readBytes(&offset) : offset..<offset

        let id: SHA256.Digest
        let unhashed = special.unhashedLength(of: bytes.extracting(payload))
        if unhashed > 0 {
            var hash = SHA256()
            hash.update(bytes.extracting(start..<offset - unhashed))
            hash.update([UInt8](repeating: 0, count: unhashed))
            id = hash.finalizeTwice()
        } else if flag == 0 {
            id = SHA256.doubleDigest(bytes.extracting(start..<offset))
        } else {
            id = SHA256.doubleDigest(
                bytes.extracting(start..<start + 4), bytes.extracting(bodyStart..<bodyEnd),
                bytes.extracting(lockTime..<offset))
        }
        if role == .last { try recognizeHogEx(firstOutput, flag, bytes) }
        ids.append(id)
        transactions.append(
            BlockContents.Transaction(
                id: Hash256(littleEndian: id), inputs: firstInput..<inputs.count, outputs: firstOutput..<outputs.count))
    }

    private enum Flag {
        static let witness: UInt8 = 0x01
        static let extended: UInt8 = 0x08
    }

    private func readFlag(of role: Role, _ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) -> UInt8 {
        let flag = try bytes.readUInt8(&offset)
        switch flag {
        case Flag.witness where coin.hasSegwit: return flag
        case Flag.extended where coin.hasExtensionBlocks && (role == .last || role == .unconfirmed): return flag
        case Flag.witness | Flag.extended where coin.hasExtensionBlocks && role == .unconfirmed: return flag
        default: throw unknown("has the serialization flag \(flag), which this version does not know")
        }
    }

    /// A coinbase spends nothing, which it says by one null outpoint; no other input may. That the first transaction
    /// must begin so also tells transactions from inner nodes of the Merkle tree, which hash alike (CVE-2017-12842).
    private mutating func readInputs(
        _ count: Int, of role: Role, _ bytes: RawSpan, _ offset: inout Int
    ) throws(DecodeError) {
        let isCoinbase = role == .coinbase
        guard count > 0, count == 1 || !isCoinbase else { throw malformed("has \(count) inputs") }
        for _ in 0..<count {
            let outpoint = offset
            try bytes.skip(32, &offset)
            let index = try bytes.readUInt32(&offset)
            let isNull =
                index == .max
                && (0..<32).allSatisfy { bytes.unsafeLoad(fromByteOffset: outpoint + $0, as: UInt8.self) == 0 }
            guard isNull == isCoinbase else {
                throw malformed(isNull ? "spends as only a block's first may" : "comes first but is not a coinbase")
            }
            _ = try bytes.readBytes(&offset)
            try bytes.skip(4, &offset)
            if !isCoinbase { inputs.append(Int32(outpoint)) }
        }
    }

    private mutating func readOutputs(
        _ bytes: RawSpan, _ offset: inout Int, mayBeNone: Bool
    ) throws(DecodeError) {
        let count = try bytes.readCount(&offset, ofAtLeast: 9)
        guard count > 0 || mayBeNone else { throw malformed("has no outputs") }
        var total: UInt64 = 0
        for _ in 0..<count {
            let value = try bytes.readUInt64(&offset)
            var script = try bytes.readBytes(&offset)
            if coin.hasCashTokens { script = CashToken.lockingScript(script, in: bytes) }
            // The first condition keeps the sum in range, however many there are.
            guard value <= coin.maximumMoney, total + value <= coin.maximumMoney else {
                throw malformed("pays more than there can be")
            }
            total += value
            outputs.append(
                BlockContents.Output(
                    value: value, scriptStart: Int32(script.lowerBound), scriptLength: Int32(script.count)))
        }
    }

    private func skipWitnesses(_ inputs: Int, _ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        var isEmpty = true
        for _ in 0..<inputs {
            let items = try bytes.readCount(&offset, ofAtLeast: 1)
            if items > 0 { isEmpty = false }
            for _ in 0..<items { _ = try bytes.readBytes(&offset) }
        }
        guard !isEmpty else { throw malformed("is marked to have witnesses and has none") }
    }

    /// In a block a HogEx has a zero for its MimbleWimble part, and no other transaction may be flagged. In the mempool
    /// that part is all up to the lock time, and is not read: it pays nobody who could be watched.
    private func skipExtension(of role: Role, _ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        if role == .unconfirmed {
            try bytes.skip(max(bytes.byteCount - 4 - offset, 1), &offset)
        } else if try bytes.readUInt8(&offset) != 0 {
            throw unknown("has a MimbleWimble part")
        }
    }

    /// A HogEx is told by its first output, the HogAddr (witness version 8, 32 bytes), which its id commits to: the
    /// flag is not part of the id, and a node started with `-rpcserialversion=1` leaves it out.
    private mutating func recognizeHogEx(_ firstOutput: Int, _ flag: UInt8, _ bytes: RawSpan) throws(DecodeError) {
        guard coin.hasExtensionBlocks else { return }
        let output = outputs[firstOutput]
        let start = Int(output.scriptStart)
        endsWithHogEx =
            output.scriptLength == 34 && bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self) == 0x58
            && bytes.unsafeLoad(fromByteOffset: start + 1, as: UInt8.self) == 32
        isExtended = flag == Flag.extended
        guard endsWithHogEx || !isExtended else { throw malformed("is marked as HogEx and does not pay the HogAddr") }
    }

    private func malformed(_ what: String) -> DecodeError {
        DecodeError(.malformed, "\(subject) \(what)")
    }

    private func unknown(_ what: String) -> DecodeError {
        DecodeError(.unknownFormat, "\(subject) \(what)")
    }

    private var subject: String {
        switch source {
        case .block(let count): "transaction \(transactions.count) of \(count)"
        case .mempool: "the transaction"
        }
    }
}
