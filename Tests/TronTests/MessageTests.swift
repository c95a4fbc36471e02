import Chain
import Foundation
import Hashing
import SwiftProtobuf
import Testing

@testable import Tron

/// The bytes that ids are hashes of.
@Suite struct MessageTests {
    /// Number 52,872,769 of a test network, as java-tron's HTTP interface gave it.
    @Test func aBlockIsNamedByItsNumberAndTheHashOfItsHeader() throws {
        let header = try WireBlockHeader.raw.with {
            $0.number = 52_872_769
            $0.txTrieRoot = Data(count: 32)
            $0.witnessAddress = Data(try bytes("4150d3765e4e670727ebac9d5b598f74b75a3d54a7"))
            $0.parentHash = Data(try bytes("000000000326c640639ec37b4f981df3dd768e926305bd0ddb2b91e759fa2fda"))
            $0.version = 30
            $0.timestamp = 1_734_518_928_000
        }
        let hash = SHA256.digest(try header.serializedBytes() as [UInt8]).bytes
        #expect(
            Array(hash.suffix(24))
                == (try bytes("000000000326c641ee5f2819cdaccd67a616195ea214a4c352a4bfa47d61e1c8"))[8...].map(\.self))
    }

    private func bytes(_ hex: String) throws -> [UInt8] {
        try #require(Hex.decode(hex))
    }
}
