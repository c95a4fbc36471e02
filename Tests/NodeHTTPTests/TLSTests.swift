import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the openssl command"))
struct TLSTests {
    @Test func privateAuthorityIsTrustedOnlyWhereConfigured() async throws {
        let server = try TLSServer(subjectAlternativeName: "IP:127.0.0.1")
        defer { server.stop() }
        let client = HTTPClient()
        let refusal = await failure(of: .get("/answer"), at: try NodeEndpoint(url: server.url), with: client)
        #expect(refusal?.code == .unreachable)
        #expect(refusal?.message.contains("certificate") == true)

        let endpoint = try NodeEndpoint(url: server.url, caFile: server.certificate)
        let response = try await client.send(.get("/answer"), to: endpoint)
        #expect(response.body == Array("over TLS".utf8))

        // The connection that is now kept must not serve an endpoint that would not have opened it.
        let again = await failure(of: .get("/answer"), at: try NodeEndpoint(url: server.url), with: client)
        #expect(again?.code == .unreachable)
    }

    @Test func certificateOfAnotherNameIsRefused() async throws {
        let server = try TLSServer(subjectAlternativeName: "DNS:node.example")
        defer { server.stop() }
        let endpoint = try NodeEndpoint(url: server.url, caFile: server.certificate)
        #expect(await failure(of: .get("/answer"), at: endpoint, with: HTTPClient())?.code == .unreachable)
    }

    @Test func missingAuthorityFileIsSaid() async throws {
        let server = try TLSServer(subjectAlternativeName: "IP:127.0.0.1")
        defer { server.stop() }
        let endpoint = try NodeEndpoint(url: server.url, caFile: "/nonexistent/ca.pem")
        let error = await failure(of: .get("/answer"), at: endpoint, with: HTTPClient())
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("/nonexistent/ca.pem") == true)
    }

    @Test func plainServerIsUnreachableOverTLS() async throws {
        let server = try LoopbackServer { connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.waitForClose()
        }
        defer { server.stop() }
        let endpoint = try NodeEndpoint(url: "https://127.0.0.1:\(server.port)")
        #expect(await failure(of: .get(), at: endpoint, with: HTTPClient())?.code == .unreachable)
    }
}

/// `openssl s_server` with a self-signed certificate, serving one file.
final class TLSServer {
    private let process: ChildProcess
    private let folder: URL
    let url: String
    var certificate: String { folder.appending(path: "certificate.pem").path }

    init(subjectAlternativeName: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let make =
            "/usr/bin/openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=node"
            .appending(" -keyout key.pem -out certificate.pem -addext subjectAltName=\(subjectAlternativeName)")
        try ChildProcess(make.split(separator: " ").map(String.init), in: folder).waitForEnd()

        // With -HTTP the file is the whole answer, head included.
        try "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nover TLS"
            .write(to: folder.appending(path: "answer"), atomically: true, encoding: .utf8)
        let serve = "/usr/bin/openssl s_server -accept 127.0.0.1:0 -cert certificate.pem -key key.pem -HTTP"
        process = try ChildProcess(serve.split(separator: " ").map(String.init), in: folder)

        // It says where it listens: "ACCEPT 127.0.0.1:43210".
        var text = ""
        while !text.contains(/ACCEPT 127\.0\.0\.1:\d+\n/) {
            let more = process.readOutput()
            try #require(!more.isEmpty, "openssl s_server ended: \(text)")
            text += more
        }
        let port = try #require(text.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)/)).output.1
        url = "https://127.0.0.1:\(port)"
    }

    func stop() {
        process.end()
        try? FileManager.default.removeItem(at: folder)
    }
}
