import Foundation
import Glibc

/// A private Litecoin Core node on a regtest chain of its own, with a funded wallet.
///
/// Its history lies two hours in the past: blocks mined in a burst get times up to one second for every six
/// of them ahead of the clock, and deadlines of invoices would feel that.
public actor Litecoind {
    /// Whether the node and its command line client are here.
    public static var isInstalled: Bool {
        FileManager.default.isExecutableFile(atPath: program) && Path.find("litecoin-cli") != nil
    }

    /// JSON-RPC and REST, e.g. `http://127.0.0.1:21443`; the same after a restart.
    public nonisolated let url: String
    public nonisolated let username = "confirmd"
    public nonisolated let password: String
    /// A file that holds the password alone.
    public nonisolated let passwordFile: String
    /// Where other nodes reach it, e.g. `127.0.0.1:21444`.
    public nonisolated let peerAddress: String
    private nonisolated let folder: String
    private nonisolated let options: [String]
    private var server: Child?

    /// Starts a node. `blocks` are mined to its wallet: 101 make the first reward spendable, 0 leaves the chain empty.
    /// `options` go before the configuration file: `-rest=0`, say.
    public init(blocks: Int = 110, options: [String] = []) async throws {
        guard Self.isInstalled else { throw TestFailure("litecoind is not installed; deploy/test installs it") }
        folder = try Scratch.folder("litecoind")
        self.options = options
        let ports = (try Port.free(), try Port.free())
        url = "http://127.0.0.1:\(ports.0)"
        peerAddress = "127.0.0.1:\(ports.1)"
        password = UUID().uuidString
        passwordFile = folder + "/password"
        try password.write(toFile: passwordFile, atomically: false, encoding: .utf8)
        try Self.settings(username: username, password: password, rpcPort: ports.0, peerPort: ports.1)
            .write(toFile: folder + "/litecoin.conf", atomically: false, encoding: .utf8)
        try await start()
        try await createWallet(.main)
        if blocks > 0 {
            try await setClock(to: Date(timeIntervalSinceNow: -7200))
            try await mine(blocks - 1)
            try await setClock(to: nil)
            try await mine()
        }
    }

    /// Starts the node again, on the same ports and chain.
    public func start() async throws {
        let child = try Child([Self.program, "-datadir=\(folder)"] + options, output: folder + "/log")
        server = child
        try await eventually("litecoind answers", within: .seconds(60)) {
            if let exit = child.exit { throw TestFailure("litecoind ended with \(exit): \(self.log)", isFinal: true) }
            return try await Command.run(self.client + ["getblockcount"]).status == 0
        }
    }

    /// Stops the node and waits for its end. `immediate`: killed, so that it may forget its last blocks.
    public func stop(immediate: Bool = false) async throws {
        server?.signal(immediate ? SIGKILL : SIGTERM)
        try await server?.waitForExit(within: .seconds(60))
        server = nil
    }

    /// Stops the node in its tracks: connections stay open and nothing is answered.
    public func freeze() {
        server?.signal(SIGSTOP)
    }

    public func thaw() {
        server?.signal(SIGCONT)
    }

    /// Connects this node to another, now and until one of them stops: they share their best chain from here on.
    public func connect(to other: Litecoind) async throws {
        try await cli("addnode", other.peerAddress, "onetry")
    }

    /// Parts the two again; each goes its own way.
    public func disconnect(from other: Litecoind) async throws {
        try await cli("disconnectnode", other.peerAddress)
    }

    /// Calls a method through litecoin-cli and returns its answer as printed. Wallet methods mean the main wallet.
    @discardableResult
    public func cli(_ method: String, _ arguments: String...) async throws -> String {
        try await call(method, arguments, wallet: .main)
    }

    /// Calls a method whose answer is JSON.
    public func json<Answer: Decodable>(
        as type: Answer.Type, _ method: String, _ arguments: String...
    ) async throws -> Answer {
        try JSONDecoder().decode(type, from: Data(try await call(method, arguments, wallet: .main).utf8))
    }

    /// An error that the node answered.
    public struct Failure: Error, CustomStringConvertible {
        /// JSON-RPC error code, e.g. -26 for a transaction that the mempool refuses.
        public let code: Int
        public let description: String
    }

    /// Coins from MWEB live in a wallet of their own: the main one would choose them for ordinary payments,
    /// which would turn those into peg-outs.
    enum Wallet: String {
        case main, mweb
    }

    /// A wallet that is loaded again when the node restarts.
    func createWallet(_ wallet: Wallet) async throws {
        _ = try await call(
            "createwallet", [wallet.rawValue, "false", "false", "", "false", "false", "true"], wallet: nil)
    }

    func call(_ method: String, _ arguments: [String], wallet: Wallet?) async throws -> String {
        let named = wallet.map { ["-rpcwallet=\($0.rawValue)"] } ?? []
        let output = try await Command.run(client + named + [method] + arguments, within: .seconds(120))
        guard output.status == 0 else {
            let code = output.stderr.firstMatch(of: /error code: (-?\d+)/).flatMap { Int($0.1) }
            throw Failure(code: code ?? 0, description: "\(method): \(output.stderr)")
        }
        return String(output.stdout.trimmingSuffix(while: \.isNewline))
    }

    private nonisolated var client: [String] { ["litecoin-cli", "-datadir=\(folder)"] }

    private nonisolated var log: String {
        (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
    }

    /// Debian's /usr/bin/litecoind is a shell wrapper that also writes into the home folder.
    private static let program =
        ["/usr/lib/litecoin/litecoind", "/usr/local/bin/litecoind"]
        .first { FileManager.default.isExecutableFile(atPath: $0) } ?? Path.find("litecoind") ?? "litecoind"

    /// `mempoolreplacement`: Litecoin ignores replacements without it. `listen=0` together with `bind` is refused.
    /// `rpcworkqueue`: beyond its 16 requests, which a daemon alone may have under way, litecoin-cli gets words that it
    /// calls "couldn't parse reply from server".
    private static func settings(username: String, password: String, rpcPort: Int, peerPort: Int) -> String {
        """
        regtest=1
        server=1
        rest=1
        txindex=1
        fallbackfee=0.0002
        mempoolreplacement=1
        walletrbf=1
        keypool=20
        rpcthreads=16
        rpcworkqueue=256
        dnsseed=0
        discover=0
        upnp=0
        listenonion=0
        printtoconsole=0
        [regtest]
        rpcuser=\(username)
        rpcpassword=\(password)
        rpcbind=127.0.0.1
        rpcallowip=127.0.0.1
        rpcport=\(rpcPort)
        bind=127.0.0.1
        port=\(peerPort)
        listen=1

        """
    }
}
