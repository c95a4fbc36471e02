import TestSupport

extension SplitMix64 {
    mutating func bytes(countMax: Int) -> [UInt8] {
        (0..<Int.random(in: 0...countMax, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// `bytes` with a few places changed, left out, doubled, or cut off; `alphabet` is what new bytes are taken from.
    mutating func mutation(of bytes: [UInt8], alphabet: [UInt8] = Array(0...255)) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &self)
            switch Int.random(in: 0..<8, using: &self) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(bytes[index], at: index)
            case 2: bytes.removeLast(bytes.count - index)
            case 3: bytes.insert(contentsOf: bytes[..<index], at: index)
            default: bytes[index] = alphabet.randomElement(using: &self)!
            }
        }
        return bytes
    }
}
