import Bitcoin
import Chain
import Foundation
import TestSupport
import Testing

/// A block of the fixtures: its file, and the chain it is from.
struct BlockFixture: Sendable, CustomTestStringConvertible {
    let coin: Coin
    let file: URL

    /// All there are; none where the fixtures are absent.
    static let all = folders.flatMap { folder, coin in
        files(in: folder).filter { $0.pathExtension == "bin" }.map { BlockFixture(coin: coin, file: $0) }
    }

    static let folders: KeyValuePairs<String, Coin> = [
        "bitcoin": .bitcoin, "bitcoin-cash": .bitcoinCash, "dash": .dash, "dogecoin": .dogecoin,
        "dogecoin-testnet": .dogecoin, "litecoin": .litecoin,
    ]

    static var arePresent: Bool { folders.allSatisfy { Fixtures.folder($0.key) != nil } }

    private static func files(in folder: String) -> [URL] {
        guard let folder = Fixtures.folder(folder) else { return [] }
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }

    var name: String { file.deletingPathExtension().lastPathComponent }
    var folder: String { file.deletingLastPathComponent().lastPathComponent }
    var testDescription: String { "\(folder)/\(name)" }

    var parameters: ChainParameters {
        let chain: BitcoinChain =
            switch coin {
            case .bitcoin where name.hasPrefix("testnet3-"): .test
            case .bitcoin where name.hasPrefix("testnet4-"): .testnet4
            case .bitcoin where name.hasPrefix("signet-"): .signet
            case .litecoin where name.hasPrefix("testnet4-"): .test
            case .dogecoin where folder == "dogecoin-testnet": .test
            case .litecoin where name.hasPrefix("regtest-") || name == "hogex_block": .regtest
            default: .main
            }
        return ChainParameters(coin: coin, chain: chain)!
    }

    func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: file))
    }

    /// All that is in it; a header of Dash does not tell which block it is of.
    func contents() throws -> BlockContents {
        try BlockDecoder(parameters).contents(
            of: bytes(), named: coin == .dash ? Hash256(hex: expected().blockHash) : nil)
    }

    func expected() throws -> ExpectedBlock {
        let data = try Fixtures.gunzip(file.deletingPathExtension().appendingPathExtension("expected.json.gz"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ExpectedBlock.self, from: data)
    }
}

/// What another decoder read in a block.
struct ExpectedBlock: Decodable {
    struct Output: Decodable {
        let txid: String
        let vout: Int
        let value: UInt64
        let type: String
        let address: String?
        let script: String?
    }

    let height: Int64
    let blockHash: String
    let prevHash: String
    let time: UInt32
    let txCount: Int
    let outputs: [Output]
}
