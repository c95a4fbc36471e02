import Foundation
import Synchronization
import TestSupport
import Testing

/// What a node, and the database, know us by.
@Suite("Secrets of nodes and database", .inTurns, .enabled(if: Litecoind.isInstalled, "needs litecoind"))
struct NodeSecretTests {
    /// Before a node: it wants to be asked with this password, and with another says what it got.
    private final class Guardian: Sendable {
        private let password: Mutex<String>
        let refusals = Mutex(0)

        init(_ password: String) { self.password = Mutex(password) }

        func change(to password: String) { self.password.withLock { $0 = password } }

        func refuse(_ request: LoopbackConnection.Request, of node: Litecoind) -> (status: Int, body: String)? {
            let wanted = "\(node.username):\(password.withLock { $0 })"
            let given = request.header("Authorization") ?? ""
            guard given != "Basic \(Data(wanted.utf8).base64EncodedString())" else { return nil }
            refusals.withLock { $0 += 1 }
            return (401, "{\"headers\": {\"Authorization\": \"\(given)\"}}")
        }
    }

    private func network(_ node: Litecoind, at url: String, password: String) -> NetworkFile {
        var file = NetworkFile.litecoin([node])
        file.text = file.text.replacing(node.url, with: url).replacing(node.passwordFile, with: password)
        return file
    }

    private func secretFile(_ secret: String) throws -> String {
        let path = Scratch.newPath("secret")
        try secret.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o600)
        return path
    }

    @Test("A node that repeats what it was asked with gives nothing away, in whatever form")
    func leak() async throws {
        let node = try await Litecoind(blocks: 3)
        let secrets = ["hunter2&hunter3", "key/in+path", "key=in query"]
        let login = Data("\(node.username):\(secrets[0])".utf8).base64EncodedString()
        let forms =
            secrets
            + [
                login, login.replacing("=", with: ""), Data(secrets[0].utf8).base64EncodedString(), "hunter2%26hunter3",
                "hunter2&amp;hunter3", "key%2Fin%2Bpath", "key%2fin%2bpath", "key%3Din%20query", "key%3Din+query",
            ]
        let failing = Mutex(true)
        let echo = try EditingNode(
            of: node.url,
            refusal: { request in
                failing.withLock { $0 }
                    ? (
                        500,
                        "{\"url\": \"\(request.path)\", \"head\": \"\(request.head)\", \"all\": \"\(forms.joined(separator: " "))\"}"
                    )
                    : nil
            })
        let file = network(
            node, at: "\(echo.url)/key%2Fin%2Bpath?k=key%3Din%20query", password: try secretFile(secrets[0]))
        let shop = try await Shop(on: node, network: file)
        let daemon = try shop.installation.start()
        var texts: [String] = []
        texts.append(
            try await eventually(
                "status says that it fails", look: { try await shop.installation.run("status").stdout }
            ) {
                $0.contains("failing")
            })
        for path in ["/status.json", "/readyz", "/metrics"] { texts.append(try await daemon.get(path).body) }
        let check = try await shop.installation.run("config", "check")
        #expect(check.status == 78 && check.stdout.contains("[hidden]"), "\(check.stdout)")
        texts += [check.stdout, check.stderr, daemon.log]
        texts.append(try await shop.database.value("SELECT state_reason FROM confirmd.network") ?? "")
        try await terminate(daemon)
        #expect(daemon.log.contains("[hidden]"))
        for text in texts {
            for form in forms { #expect(!text.contains(form), "\(form) is in: \(text.prefix(600))") }
        }
    }

    private func terminate(_ daemon: Daemon) async throws {
        let exit = try await daemon.terminate()
        #expect(exit == .status(0))
    }

    @Test("A new password in a node's file counts at once")
    func nodePassword() async throws {
        let node = try await Litecoind()
        let guardian = Guardian(node.password)
        let upstream = Data("\(node.username):\(node.password)".utf8).base64EncodedString()
        let guarded = try EditingNode(
            of: node.url, authorization: "Basic \(upstream)", refusal: { guardian.refuse($0, of: node) })
        let password = try secretFile(node.password)
        let shop = try await Shop(on: node, network: network(node, at: guarded.url, password: password))
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            guardian.change(to: "another")
            try await eventually("it is refused") { guardian.refusals.withLock { $0 } > 2 }
            try "another\n".write(toFile: password, atomically: true, encoding: .utf8)
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            #expect(!daemon.log.contains(Data("\(node.username):\(node.password)".utf8).base64EncodedString()))
        }
    }

    @Test("A new key of a provider in its file counts at once")
    func apiKey() async throws {
        let node = try await TronDevnet()
        let wanted = Mutex("key-one")
        let refusals = Mutex(0)
        let provider = try EditingNode(
            of: node.url,
            refusal: { request in
                if request.header("TRON-PRO-API-KEY") == wanted.withLock({ $0 }) { return nil }
                refusals.withLock { $0 += 1 }
                return (401, "unknown key \(request.header("TRON-PRO-API-KEY") ?? "")")
            })
        let key = try secretFile("key-one")
        var file = NetworkFile.tron([node], nodeSettings: "api_key_file: \"\(key)\"")
        file.text = file.text.replacing(node.url, with: provider.url)
        let shop = try await TronShop(on: node, file)
        let address = try await shop.invoice("1", of: "2")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            wanted.withLock { $0 = "key-two" }
            try await eventually("it is refused") { refusals.withLock { $0 } > 2 }
            try "key-two".write(toFile: key, atomically: true, encoding: .utf8)
            try await node.pay("2", to: address)
            try await node.mine(3)
            try await shop.reaches("paid", "1")
            #expect(!daemon.log.contains("key-one") && !daemon.log.contains("key-two"))
        }
    }

    @Test("A new password in the database's file counts at the next connection")
    func databasePassword() async throws {
        let node = try await Litecoind()
        let rules = Scratch.newPath("hba")
        try "local all postgres trust\nlocal all all scram-sha-256\n"
            .write(toFile: rules, atomically: false, encoding: .utf8)
        chmod(rules, 0o644)
        let server = try await PrivatePostgres(settings: "hba_file = '\(rules)'\n")
        let shop = try await Shop(on: node, server: server)
        try await shop.database.execute("CREATE ROLE clerk SUPERUSER LOGIN PASSWORD 'old-one'")
        let password = try secretFile("old-one")
        try shop.installation.write(
            main: """
                database: { url: "\(shop.database.url(user: "clerk"))", password_file: "\(password)" }
                listen: 127.0.0.1:\(shop.installation.port)

                """)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await shop.database.execute("ALTER ROLE clerk PASSWORD 'new-one'")
            try await shop.database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'clerk'")
            try await eventually("it is refused", look: { try await daemon.get("/readyz").body }) {
                $0.contains("password authentication failed")
            }
            try "new-one".write(toFile: password, atomically: true, encoding: .utf8)
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await daemon.ready()
            #expect(!daemon.log.contains("old-one") && !daemon.log.contains("new-one"))
        }
    }

    @Test("A new content of a node's url_file is listed as waiting for a restart")
    func urlFile() async throws {
        let node = try await Litecoind(blocks: 3)
        let url = try secretFile("\(node.url)/")
        var file = NetworkFile.litecoin([node])
        file.text = file.text.replacing("url: \"\(node.url)\"", with: "url_file: \"\(url)\"")
        let shop = try await Shop(on: node, network: file)
        try await shop.following { daemon in
            try "\(node.url)/other-key".write(toFile: url, atomically: true, encoding: .utf8)
            daemon.reload()
            try await daemon.logs("a change counts from the next restart")
            #expect(daemon.log.contains("nodes[0].url_file") && !daemon.log.contains("other-key"))
        }
    }
}
