import Chain

/// Addresses of a model chain: `model-7` pays key 7.
struct ModelAddresses: AddressFormat {
    func watchKey(of address: String) throws(AddressError) -> WatchKey {
        guard address.hasPrefix("model-"), let number = UInt32(address.dropFirst(6)) else { throw .malformed }
        return Self.key(number)
    }

    func address(of key: WatchKey) -> String? { nil }

    static func key(_ number: UInt32) -> WatchKey {
        WatchKey((0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })!
    }
}
