internal import Hashing

/// What everything that would be random on a public chain is made of here.
struct Seed: Sendable {
    let number: UInt64

    /// 32 bytes: always the same for the same seed, purpose and number.
    func bytes(_ purpose: String, _ number: Int = 0) -> [UInt8] {
        SHA256.digest(Array("confirmd-devnet \(self.number) \(purpose) \(number)".utf8)).bytes
    }

    func address(_ purpose: String, _ number: Int = 0) -> Address {
        // Swift can't know that 20 bytes are 20 bytes.
        Address(payload: bytes(purpose, number).prefix(20))!
    }
}
