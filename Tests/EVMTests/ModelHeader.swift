import Chain
import Hashing

@testable import EVM

/// An empty block, as nodes give it.
struct ModelHeader: Sendable {
    let reference: BlockReference
    let json: String

    init(height: Int64, parent: Hash256, salt: UInt8 = 0, time: UInt64? = nil) {
        let empty = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        func word(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }
        let fields: [(String, [UInt8])] = [
            ("parentHash", parent.bytes), ("sha3Uncles", word(1)), ("miner", [UInt8](repeating: salt, count: 20)),
            ("stateRoot", word(2)), ("transactionsRoot", Hex.decode(empty)!), ("receiptsRoot", Hex.decode(empty)!),
            ("logsBloom", [UInt8](repeating: 0, count: 256)),
        ]
        let numbers: [(String, UInt64)] = [
            ("difficulty", 0), ("number", UInt64(height)), ("gasLimit", 30_000_000), ("gasUsed", 0),
            ("timestamp", time ?? 1_700_000_000 + 12 * UInt64(height)),
        ]
        let rest: [(String, [UInt8])] = [
            ("extraData", []), ("mixHash", word(3)), ("nonce", [UInt8](repeating: 0, count: 8)),
        ]
        var rlp = RLPEncoder()
        rlp.list { rlp in
            for (_, bytes) in fields { rlp.append(bytes.span.bytes) }
            for (_, number) in numbers { rlp.append(number) }
            for (_, bytes) in rest { rlp.append(bytes.span.bytes) }
        }
        let words = Keccak256.digest(rlp.bytes).bigEndianWords
        let hash = Hash256(words.0, words.1, words.2, words.3)
        reference = BlockReference(height: height, hash: hash)
        let members =
            (fields + rest).map { #""\#($0)":"0x\#(Hex.encode($1))""# }
            + numbers.map { #""\#($0)":"0x\#(String($1, radix: 16))""# }
        json = #"{\#(members.joined(separator: ",")),"hash":"0x\#(hash)","transactions":[],"uncles":[]}"#
    }

    /// `count` blocks, each the next one's parent, after `parent` or from the first one on.
    static func chain(_ count: Int, after parent: BlockReference? = nil, salt: UInt8 = 0) -> [ModelHeader] {
        var headers: [ModelHeader] = []
        for _ in 0..<count {
            let last = headers.last?.reference ?? parent
            headers.append(
                ModelHeader(height: (last?.height ?? -1) + 1, parent: last?.hash ?? Hash256(0, 0, 0, 0), salt: salt))
        }
        return headers
    }
}
