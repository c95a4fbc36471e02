import Bitcoin
import Foundation
import Testing

/// Recorded data beside the package, which is not part of it: tests over it are left out where it is missing.
enum Fixture {
    static let folder = URL(filePath: #filePath).appending(path: "../../../../shared/fixtures").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path()) }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    static func decode<T: Decodable>(_ path: String, as type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }

    /// The names of the files in `folder` that end so, without the ending.
    static func names(in folder: String, endingWith ending: String) -> [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: self.folder.appending(path: folder).path())
        return (files ?? []).filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// The content of a gzip file.
    static func unzip(_ path: String) throws -> Data {
        let gunzip = Process()
        gunzip.executableURL = URL(filePath: "/usr/bin/env")
        gunzip.arguments = ["gunzip", "-c", folder.appending(path: path).path()]
        let output = Pipe()
        gunzip.standardOutput = output
        try gunzip.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        gunzip.waitUntilExit()
        return data
    }
}

/// A block of the fixtures: its file, and the chain it is from.
struct BlockFixture: Sendable, CustomTestStringConvertible {
    let coin: Coin
    let name: String

    static let all = Coin.allCases.flatMap { coin in
        Fixture.names(in: coin.rawValue, endingWith: ".bin").map { BlockFixture(coin: coin, name: $0) }
    }

    var testDescription: String { "\(coin.rawValue)/\(name)" }

    var parameters: ChainParameters {
        let chain: BitcoinChain =
            switch coin {
            case .bitcoin where name.hasPrefix("testnet3-"): .test
            case .bitcoin where name.hasPrefix("testnet4-"): .testnet4
            case .bitcoin where name.hasPrefix("signet-"): .signet
            case .litecoin where name.hasPrefix("testnet4-"): .test
            case .litecoin where name.hasPrefix("regtest-") || name == "hogex_block": .regtest
            default: .main
            }
        return ChainParameters(coin: coin, chain: chain)!
    }

    func bytes() throws -> [UInt8] {
        try Fixture.bytes("\(coin.rawValue)/\(name).bin")
    }

    func expected() throws -> ExpectedBlock {
        let data = try Fixture.unzip("\(coin.rawValue)/\(name).expected.json.gz")
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
