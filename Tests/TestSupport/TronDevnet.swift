import Foundation
import Glibc

/// A private TRON node, `confirmd-devnet`, whose chain grows on command only.
///
///     let node = try await TronDevnet()
///     try await node.pay("12.5", in: "USDT", to: address)
///     try await node.mine()
///
/// The first 30 blocks are empty; 12 of them are solidified, and each further block solidifies one. They end now, and
/// blocks mined faster than one in three seconds run ahead of the clock.
public final class TronDevnet: Sendable {
    /// HTTP, e.g. `http://127.0.0.1:21443`.
    public let url: String
    /// The id of block 0: the seed's.
    public let genesis: String
    /// Addresses in base58: `USDT` (6 digits), `USDD` (18 digits), `FAKE` (6 digits, with USDT's symbol), and `forwarder`.
    public let contracts: [String: String]
    private let child: Child

    /// Starts a node. The same seed gives the same genesis block, accounts and contracts.
    /// - Parameters:
    ///   - solidLag: how many blocks the solidified one is behind the last.
    ///   - apiKey: what requests have to bring as TRON-PRO-API-KEY.
    ///   - isVirtual: blocks follow each other every three seconds from November 2023 on, so that the same commands also
    ///     give the same blocks.
    ///   - blockTime: how often a block comes by itself, `500ms` say; 0: never.
    public init(
        seed: Int = 1, blocks: Int = 30, solidLag: Int = 18, apiKey: String? = nil, isVirtual: Bool = false,
        blockTime: String = "0"
    ) async throws {
        let folder = try Scratch.folder("tron")
        let (output, log) = (folder + "/output", folder + "/log")
        // The watchdog knows a process by the folder in its command line.
        let link = folder + "/confirmd-devnet"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: try Self.program)
        var command = [
            link, "tron", "--listen", "127.0.0.1:0", "--block-time", blockTime, "--json", "--seed", String(seed),
            "--blocks", String(blocks), "--solid-lag", String(solidLag), "--clock", isVirtual ? "virtual" : "real",
        ]
        if let apiKey { command += ["--api-key", apiKey] }
        let child = try Child(command, output: output, errors: log)
        self.child = child
        let line = try await eventually("the TRON node listens") {
            if let exit = child.exit {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw TestFailure("the TRON node ended with \(exit): \(text)", isFinal: true)
            }
            return try String(contentsOfFile: output, encoding: .utf8)
        } holds: {
            $0.contains("\n")
        }
        let state = try JSONDecoder().decode(JSON.self, from: Data(line.utf8))
        guard let url = state["url"].string, let genesis = state["genesis"].string,
            case .object(let contracts) = state["contracts"]
        else { throw TestFailure("the TRON node printed \(line)") }
        (self.url, self.genesis) = (url, genesis)
        self.contracts = contracts.compactMapValues(\.string)
    }

    /// Runs the program to its end.
    public static func run(_ arguments: [String]) async throws -> Command.Output {
        try await Command.run([try program] + arguments)
    }

    private static var program: String {
        get throws {
            guard let path = Executable.path(of: "confirmd-devnet") else {
                throw TestFailure("confirmd-devnet is not built; run swift build --build-tests")
            }
            return path
        }
    }

    deinit { child.signal(SIGKILL) }

    /// Ends the process, and with it the chain.
    public func stop() async throws {
        child.signal(SIGKILL)
        try await child.waitForExit()
    }

    /// Stops the process in its tracks: connections stay open and nothing is answered.
    public func freeze() { child.signal(SIGSTOP) }

    public func thaw() { child.signal(SIGCONT) }

    /// Posts to a path such as `/wallet/getnowblock`, and returns the status and what came back, null where it is not JSON.
    public func post(_ path: String, _ body: JSON = [:]) async throws -> (status: Int, body: JSON) {
        guard let port = URLComponents(string: url)?.port else { throw TestFailure("no port in \(url)") }
        let answer = try await LoopbackHTTP.post(try JSONEncoder().encode(body), port: port, path: path)
        return (answer.status, (try? JSONDecoder().decode(JSON.self, from: answer.body)) ?? .null)
    }

    /// Carries out one of the node's commands.
    @discardableResult
    func command(_ name: String, _ parameters: [String: JSON?] = [:]) async throws -> JSON {
        let (status, body) = try await post("/devnet/\(name)", .object(parameters.compactMapValues { $0 }))
        guard status == 200 else { throw TestFailure("\(name): \(body["error"].string ?? "HTTP status \(status)")") }
        return body
    }
}
