import Foundation
import NodeHTTP
import TestSupport
import Testing

/// A litecoind of its own on regtest, with an empty chain in a temporary folder.
final class LitecoinNode {
    static let executable = "/usr/lib/litecoin/litecoind"

    private let folder: URL
    private var process: ChildProcess
    let url: String
    var cookieFile: String { folder.appending(path: "regtest/.cookie").path }

    /// Without a password it writes a cookie file.
    init(password: String?) throws {
        // A port that was free a moment ago.
        let probe = try LoopbackServer { _ in }
        let port = probe.port
        probe.stop()
        url = "http://127.0.0.1:\(port)"
        folder = FileManager.default.temporaryDirectory.appending(path: "litecoin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let login = password.map { "rpcuser=confirmd\nrpcpassword=\($0)\n" } ?? ""
        // It does not end while a kept connection is open; rpcservertimeout is how long it bears one that is idle.
        try """
        regtest=1
        rpcservertimeout=1
        server=1
        rest=1
        listen=0
        disablewallet=1
        \(login)[regtest]
        rpcport=\(port)
        rpcbind=127.0.0.1
        rpcallowip=127.0.0.1
        """.write(to: folder.appending(path: "litecoin.conf"), atomically: true, encoding: .utf8)
        process = try Self.start(in: folder)
    }

    private static func start(in folder: URL) throws -> ChildProcess {
        try ChildProcess([executable, "-datadir=\(folder.path)", "-printtoconsole=0"], in: folder)
    }

    /// It tells nobody when it is ready, so asking is all there is: until then its port is closed, its cookie absent,
    /// or it answers −28.
    func waitUntilReady(_ client: JSONRPCClient) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do throws(RPCError) {
                _ = try await client.call("getblockcount", as: Int.self, deadline: .seconds(5))
                return
            } catch {
                switch error {
                case .node(-28, _): break
                case .http(let error) where error.code == .unreachable || error.code == .refused: break
                default: throw error
                }
                try #require(ContinuousClock.now < deadline, "litecoind is not ready: \(error)")
            }
            try #require(process.isRunning, "litecoind ended")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func restart() throws {
        process.end()
        process = try Self.start(in: folder)
    }

    func stop() {
        process.end()
        try? FileManager.default.removeItem(at: folder)
    }
}
