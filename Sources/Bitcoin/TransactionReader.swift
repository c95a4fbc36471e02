internal import Chain
internal import Hashing

/// Reads a block's transactions one after the other: ids and outputs; inputs and witnesses only to get past them.
///
/// Serialisation: BIP 144, and for Litecoin `src/primitives/transaction.h`. The rules are those of Bitcoin Core's
/// `CheckTransaction` that bear on what is paid to whom.
struct TransactionReader {
    let coin: Coin
    let count: Int
    private(set) var ids: [SHA256.Digest] = []
    private(set) var transactions: [BlockContents.Transaction] = []
    private(set) var outputs: [BlockContents.Output] = []
    /// Whether the last transaction has the flag after which an extension block follows.
    private(set) var isExtended = false
    private(set) var endsWithHogEx = false

    init(coin: Coin, count: Int) {
        self.coin = coin
        self.count = count
        ids.reserveCapacity(count + 1)
        transactions.reserveCapacity(count)
        outputs.reserveCapacity(count * 4)
    }

    var isAtEnd: Bool { transactions.count == count }
    private var isAtCoinbase: Bool { transactions.isEmpty }
    private var isAtLast: Bool { transactions.count == count - 1 }

    mutating func readTransaction(_ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        let start = offset
        try bytes.skip(4, &offset)
        var bodyStart = offset
        var inputs = try bytes.readCount(&offset, ofAtLeast: 41)
        var flag: UInt8 = 0
        if inputs == 0 {
            flag = try readFlag(bytes, &offset)
            bodyStart = offset
            inputs = try bytes.readCount(&offset, ofAtLeast: 41)
        }
        try readInputs(inputs, bytes, &offset)
        let firstOutput = outputs.count
        try readOutputs(bytes, &offset)
        let bodyEnd = offset
        if flag == Flag.witness { try skipWitnesses(inputs, bytes, &offset) }
        if flag == Flag.extended { try readAbsentExtension(bytes, &offset) }
        let lockTime = offset
        try bytes.skip(4, &offset)

        let id: SHA256.Digest
        if flag == 0 {
            id = SHA256.doubleDigest(bytes.extracting(start..<offset))
        } else {
            var hash = SHA256()
            hash.update(bytes.extracting(start..<start + 4))
            hash.update(bytes.extracting(bodyStart..<bodyEnd))
            hash.update(bytes.extracting(lockTime..<offset))
            id = hash.finalizeTwice()
        }
        if isAtLast { try recogniseHogEx(firstOutput, flag, bytes) }
        ids.append(id)
        transactions.append(
            BlockContents.Transaction(id: Hash256(littleEndian: id), outputs: firstOutput..<outputs.count))
    }

    private enum Flag {
        static let witness: UInt8 = 0x01
        static let extended: UInt8 = 0x08
    }

    private func readFlag(_ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) -> UInt8 {
        let flag = try bytes.readUInt8(&offset)
        switch flag {
        case Flag.witness: return flag
        case Flag.extended where coin.hasExtensionBlocks && isAtLast && !isAtCoinbase: return flag
        default:
            throw DecodeError(
                .unknownFormat,
                """
                transaction \(transactions.count) of \(count) has the serialisation flag \(flag), which this version \
                does not know
                """)
        }
    }

    /// A coinbase spends nothing, which it says by one null outpoint; no other input may. That the first transaction
    /// must begin so also tells transactions from inner nodes of the Merkle tree, which hash alike (CVE-2017-12842).
    private func readInputs(_ count: Int, _ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        guard count > 0, count == 1 || !isAtCoinbase else { throw malformed("has \(count) inputs") }
        for _ in 0..<count {
            let outpoint = offset
            try bytes.skip(32, &offset)
            let index = try bytes.readUInt32(&offset)
            let isNull =
                index == .max
                && (0..<32).allSatisfy { bytes.unsafeLoad(fromByteOffset: outpoint + $0, as: UInt8.self) == 0 }
            guard isNull == isAtCoinbase else {
                throw malformed(isNull ? "is a second coinbase" : "comes first but is no coinbase")
            }
            _ = try bytes.readBytes(&offset)
            try bytes.skip(4, &offset)
        }
    }

    private mutating func readOutputs(_ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        let count = try bytes.readCount(&offset, ofAtLeast: 9)
        guard count > 0 else { throw malformed("has no outputs") }
        var total: UInt64 = 0
        for _ in 0..<count {
            let value = try bytes.readUInt64(&offset)
            let script = try bytes.readBytes(&offset)
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

    /// A HogEx has no MimbleWimble part of its own, and no other transaction of a block may be flagged.
    private func readAbsentExtension(_ bytes: RawSpan, _ offset: inout Int) throws(DecodeError) {
        guard try bytes.readUInt8(&offset) == 0 else {
            throw DecodeError(.unknownFormat, "the block's last transaction has a MimbleWimble part")
        }
    }

    /// A HogEx is told by its first output, the HogAddr (witness version 8, 32 bytes), which its id commits to: the
    /// flag is not part of the id, and a node started with `-rpcserialversion=1` leaves it out.
    private mutating func recogniseHogEx(_ firstOutput: Int, _ flag: UInt8, _ bytes: RawSpan) throws(DecodeError) {
        guard coin.hasExtensionBlocks, !isAtCoinbase else { return }
        let output = outputs[firstOutput]
        let start = Int(output.scriptStart)
        endsWithHogEx =
            output.scriptLength == 34 && bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self) == 0x58
            && bytes.unsafeLoad(fromByteOffset: start + 1, as: UInt8.self) == 32
        isExtended = flag == Flag.extended
        guard endsWithHogEx || !isExtended else { throw malformed("is marked as HogEx and does not pay the HogAddr") }
    }

    private func malformed(_ what: String) -> DecodeError {
        DecodeError(.malformed, "transaction \(transactions.count) of \(count) \(what)")
    }
}
