import TestSupport

/// A transaction of a `MadeBlock`: all of its bytes, and those that its id is the hash of.
struct MadeTransaction {
    let bytes: [UInt8]
    let stripped: [UInt8]

    /// How the output that an input spends is locked.
    private enum Lock: CaseIterable { case publicKeyHash, nestedWitness, witness, taproot }

    init(_ random: inout SplitMix64) {
        // Mostly one or two inputs and two outputs, sometimes many of either: 2.4 outputs on average, as in block 702861.
        let inputs = random.pick([(60, 1), (22, 2), (10, 3), (6, 6), (2, 30)])
        let outputs = random.pick([(200, 1), (640, 2), (93, 3), (50, 6), (16, 15), (1, 100)])
        // A wallet's coins are of one kind.
        let lock: Lock = random.pick([(15, .publicKeyHash), (15, .nestedWitness), (45, .witness), (25, .taproot)])
        var body = MadeBlock.compactSize(inputs)
        for _ in 0..<inputs {
            body += random.bytes(32) + MadeBlock.littleEndian(UInt32.random(in: 0...3, using: &random))
            switch lock {
            case .publicKeyHash: body += [107, 72] + random.bytes(72) + [33] + random.bytes(33)
            case .nestedWitness: body += [23, 22, 0, 20] + random.bytes(20)
            case .witness, .taproot: body += [0]
            }
            body += MadeBlock.littleEndian(UInt32(0xffff_fffd))
        }
        body += MadeBlock.compactSize(outputs)
        for _ in 0..<outputs {
            let script = Self.script(&random)
            let value = UInt64.random(in: 546...100_000_000, using: &random)
            body += MadeBlock.littleEndian(script[0] == 0x6a ? 0 : value) + [UInt8(script.count)] + script
        }
        var witness: [UInt8] = []
        for _ in 0..<inputs {
            switch lock {
            case .publicKeyHash: break
            case .nestedWitness, .witness: witness += [2, 72] + random.bytes(72) + [33] + random.bytes(33)
            case .taproot: witness += [1, 64] + random.bytes(64)
            }
        }
        self.init(body: body, witness: witness)
    }

    static func coinbase(_ random: inout SplitMix64) -> MadeTransaction {
        let input = [UInt8](repeating: 0, count: 32) + MadeBlock.littleEndian(UInt32.max) + [60] + random.bytes(60)
        let commitment: [UInt8] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed] + random.bytes(32)
        let body =
            [1] + input + MadeBlock.littleEndian(UInt32.max) + [2] + MadeBlock.littleEndian(UInt64(312_500_000))
            + [22, 0, 20] + random.bytes(20) + MadeBlock.littleEndian(UInt64(0)) + [38] + commitment
        return MadeTransaction(body: body, witness: [1, 32] + [UInt8](repeating: 0, count: 32))
    }

    private init(body: [UInt8], witness: [UInt8]) {
        let version = MadeBlock.littleEndian(UInt32(2))
        let lockTime = MadeBlock.littleEndian(UInt32(0))
        stripped = version + body + lockTime
        bytes = witness.isEmpty ? stripped : version + [0, 1] + body + witness + lockTime
    }

    private static func script(_ random: inout SplitMix64) -> [UInt8] {
        let kind = random.pick([(40, 0), (17, 1), (17, 2), (18, 3), (3, 4), (5, 5)])
        return switch kind {
        case 0: [0x00, 20] + random.bytes(20)
        case 1: [0x76, 0xa9, 20] + random.bytes(20) + [0x88, 0xac]
        case 2: [0xa9, 20] + random.bytes(20) + [0x87]
        case 3: [0x51, 32] + random.bytes(32)
        case 4: [0x00, 32] + random.bytes(32)
        default: [0x6a, 20] + random.bytes(20)
        }
    }
}
