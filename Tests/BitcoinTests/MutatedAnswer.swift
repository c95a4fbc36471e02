import Bitcoin
import Chain
import Synchronization

/// The answer that a scripted node gives next.
final class MutatedAnswer: Sendable {
    private let next = Mutex<[UInt8]>([])

    var bytes: [UInt8] {
        get { next.withLock(\.self) }
        set { next.withLock { $0 = newValue } }
    }

    /// One to each call, without its id.
    static let sound: [[UInt8]] = {
        let hash = Hash256(1, 2, 3, 4)
        let block = BuiltBlock.rich(.bitcoin)
        return [
            #"{"chain":"regtest","blocks":1,"headers":1,"bestblockhash":"\#(hash)","initialblockdownload":false}"#,
            #"{"confirmations":3,"height":1}"#, #"{"hash":"\#(hash)","height":1}"#, #"["\#(hash)"]"#, #""\#(hash)""#,
            #"{"blockhash":"\#(hash)","height":0,"known_block":true}"#, #"{"subversion":"/Satoshi:30.0.0/"}"#,
            #"{"hex":"\#(Hex.encode(block.transactions[1].bytes))","blockhash":"\#(hash)"}"#,
            "\"\(Hex.encode(block.header))\"", "\"\(Hex.encode(block.bytes))\"",
            "\"\(Hex.encode(block.transactions[1].bytes))\"",
        ].map { Array("\"result\":\($0)".utf8) }
            + [
                Array(#""error":{"code":-5,"message":"Block not found"}"#.utf8),
                Array(#""error":{"code":-32603,"message":"Unable to find any ChainLock"}"#.utf8), block.header,
                block.bytes,
            ]
    }()
}

extension BuiltBlock {
    /// A block of `coin` with everything that the coin alone has.
    static func rich(_ coin: Coin) -> BuiltBlock {
        var block = BuiltBlock(coin: coin, transactions: [.coinbase(), .spending(1), .spending(2)])
        block.transactions[1].outputs.append((7, [0xa9, 20] + [UInt8](1...20) + [0x87]))
        switch coin {
        case .bitcoin, .litecoin:
            (block.transactions[2].marker, block.transactions[2].witness) = ([0, 1], [1, 2, 3, 4])
        case .dogecoin: (block.version, block.proof) = (0x62_0104, BuiltAuxPoW(isSegwit: true))
        case .bitcoinCash:
            block.transactions[2].outputs = CashTokenTests.sound.map { (600, $0.bytes + BuiltTransaction.script) }
        case .dash: block.transactions = ElectrumXTests.special
        }
        return block
    }
}
