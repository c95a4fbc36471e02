import Foundation
import Glibc

/// A private Ethereum node, py-evm behind JSON-RPC (`Tests/Python/evm`): its blocks, receipts, logs and traces are those
/// of a chain that was really executed.
///
/// Ten accounts of a million ether each pay; a transaction is mined at once, in a block of its own, unless automatic
/// mining is turned off. The chain begins two hours ago and is gone when the process ends.
///
///     let node = try await EthereumNode()
///     let token = try await node.deploy(.token, [.amount(1_000_000)])
///     let receipt = try await node.transfer(25, of: token, to: address)
public final class EthereumNode: Sendable {
    /// Whether there is a Python to run it.
    public static var isInstalled: Bool { Python.path != nil }

    /// JSON-RPC, e.g. `http://127.0.0.1:21443`.
    public let url: String
    private let server: Server

    /// The process; peers share it, and it ends with the last of them.
    private final class Server: Sendable {
        let child: Child
        init(_ child: Child) { self.child = child }
        deinit { child.signal(SIGKILL) }
    }

    /// Starts a node; `blocks` empty ones are mined. Nodes of the same `seed` and `genesisTime` begin with the same block.
    public init(chainID: Int = 1337, blocks: Int = 0, genesisTime: Int? = nil, seed: String = "") async throws {
        let folder = try Scratch.folder("ethereum")
        let (addressFile, log) = (folder + "/address", folder + "/log")
        var command = try Python.command(
            "Tests/Python/evm", "--port", "0", "--chain-id", String(chainID), "--blocks", String(blocks), "--seed",
            seed,
            "--address-file", addressFile)
        if let genesisTime { command += ["--genesis-time", String(genesisTime)] }
        let child = try Child(command, output: log)
        server = Server(child)
        url = try await eventually("the Ethereum node listens") {
            if let exit = child.exit {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw TestFailure("the Ethereum node ended with \(exit): \(text)", isFinal: true)
            }
            return try? String(contentsOfFile: addressFile, encoding: .utf8)
        } holds: {
            $0 != nil
        }!
    }

    private init(peerOf node: EthereumNode, name: String) {
        server = node.server
        url = "\(node.url)/\(name)"
    }

    /// Another node of the same network: the same chain at another address, with tags, faults and a lag of its own. It can
    /// also `hold` on to a branch that this one leaves.
    public func peer(_ name: String) -> EthereumNode {
        EthereumNode(peerOf: self, name: name)
    }

    /// Ends the process, and with it the chain and all peers.
    public func stop() async throws {
        server.child.signal(SIGKILL)
        try await server.child.waitForExit()
    }

    /// Stops the process in its tracks: connections stay open and nothing is answered.
    public func freeze() { server.child.signal(SIGSTOP) }

    public func thaw() { server.child.signal(SIGCONT) }

    /// An error that the node answered.
    public struct Failure: Error, CustomStringConvertible {
        /// JSON-RPC error code, e.g. -32601 for a method that it doesn't have; an HTTP status where there is no such answer.
        public let code: Int
        public let description: String
    }

    /// Calls a method and returns its result. Throws `Failure` for an error answer.
    @discardableResult
    public func call(_ method: String, _ parameters: JSON...) async throws -> JSON {
        let answer = try await post([
            "jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters),
        ])
        if case .object(let error) = answer["error"] {
            guard case .number(let code) = error["code"] else { throw TestFailure("not JSON-RPC: \(answer)") }
            throw Failure(code: code, description: "\(method): \(error["message"]?.string ?? "")")
        }
        return answer["result"]
    }

    /// Posts a call or a batch of them, and returns what came back.
    public func post(_ body: JSON) async throws -> JSON {
        let address = URLComponents(string: url)!
        let answer = try await LoopbackHTTP.post(
            try JSONEncoder().encode(body), port: address.port!, path: address.path.isEmpty ? "/" : address.path)
        guard answer.status == 200 else {
            throw Failure(code: answer.status, description: "HTTP status \(answer.status)")
        }
        return try JSONDecoder().decode(JSON.self, from: answer.body)
    }
}
