internal import Chain
internal import Hashing

/// The first transaction of a block of another chain, as far as `AuxPoW` needs it: its id, and the script of its first
/// input. It may be serialized with witnesses or without.
struct ParentCoinbase {
    let id: SHA256.Digest
    let script: [UInt8]

    /// Reads the transaction that begins at `offset`.
    init(_ bytes: RawSpan, at offset: inout Int) throws(DecodeError) {
        let start = offset
        try bytes.skip(4, &offset)
        var bodyStart = offset
        var inputs = try bytes.readCount(&offset, ofAtLeast: 41)
        let hasWitnesses = inputs == 0
        if hasWitnesses {
            guard try bytes.readUInt8(&offset) == 1 else {
                throw DecodeError(.unknownFormat, "the coinbase of a parent has a serialization that is not known")
            }
            bodyStart = offset
            inputs = try bytes.readCount(&offset, ofAtLeast: 41)
        }
        guard inputs > 0 else { throw DecodeError(.malformed, "the coinbase of a parent has no inputs") }
        var script: [UInt8]?
        for _ in 0..<inputs {
            try bytes.skip(36, &offset)
            let range = try bytes.readBytes(&offset)
            if script == nil { script = bytes.extracting(range).withUnsafeBytes { Array($0) } }
            try bytes.skip(4, &offset)
        }
        for _ in 0..<(try bytes.readCount(&offset, ofAtLeast: 9)) {
            try bytes.skip(8, &offset)
            _ = try bytes.readBytes(&offset)
        }
        let bodyEnd = offset
        if hasWitnesses {
            for _ in 0..<inputs {
                for _ in 0..<(try bytes.readCount(&offset, ofAtLeast: 1)) { _ = try bytes.readBytes(&offset) }
            }
        }
        let lockTime = offset
        try bytes.skip(4, &offset)
        var hash = SHA256()
        hash.update(bytes.extracting(start..<start + 4))
        hash.update(bytes.extracting(bodyStart..<bodyEnd))
        hash.update(bytes.extracting(lockTime..<offset))
        id = hash.finalizeTwice()
        self.script = script ?? []
    }
}
