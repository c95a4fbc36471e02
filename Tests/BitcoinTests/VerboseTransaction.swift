import Chain
import Foundation

/// A transaction as a node's JSON describes it: another reading of the same bytes.
struct VerboseTransaction: Decodable {
    struct Input: Decodable {
        let txid: String?
        let vout: UInt32?
    }

    struct Output: Decodable {
        struct Script: Decodable {
            let hex: String
            let type: String
        }
        let n: UInt32?
        let value: Decimal?
        let scriptPubKey: Script?
    }

    struct Payment: Hashable {
        let index: UInt32
        let amount: String
        let script: String
    }

    let txid: String
    let vin: [Input]
    let vout: [Output]
    let hex: String?

    /// A coinbase has none, and what lies in the extension block none that counts.
    var outpoints: [Outpoint] {
        vin.compactMap { input in
            guard let id = input.txid.flatMap({ Hash256(hex: $0) }), let index = input.vout else { return nil }
            return Outpoint(transaction: id, index: index)
        }
    }

    /// What goes to somebody who could be watched.
    var payments: [Payment] {
        vout.compactMap { output in
            guard let index = output.n, let value = output.value, value > 0, let script = output.scriptPubKey,
                Self.watchable.contains(script.type)
            else { return nil }
            return Payment(index: index, amount: "\(value * 100_000_000)", script: script.hex)
        }
    }

    private static let watchable: Set = [
        "pubkeyhash", "scripthash", "witness_v0_keyhash", "witness_v0_scripthash", "witness_v1_taproot",
    ]
}

/// A block as `getblock` with verbosity 2 describes it.
struct VerboseBlock: Decodable {
    let tx: [VerboseTransaction]

    var spends: [Spend] {
        get throws {
            try tx.flatMap { transaction in
                guard let id = Hash256(hex: transaction.txid) else { throw CocoaError(.coderReadCorrupt) }
                return transaction.outpoints.map { Spend($0, by: id) }
            }
        }
    }
}

extension UnconfirmedTransaction {
    var payments: [VerboseTransaction.Payment] {
        transfers.compactMap { transfer in
            guard case .output(let index) = transfer.locator else { return nil }
            return VerboseTransaction.Payment(
                index: index, amount: "\(transfer.amount.low)", script: transfer.recipient.description)
        }
    }
}
