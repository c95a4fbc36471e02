import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct NodeEndpointTests {
    @Test(arguments: [
        ("http://node", "http://node:80"), ("https://node", "https://node:443"),
        ("HTTP://127.0.0.1:8332/", "http://127.0.0.1:8332"),
        ("https://rpc.example/v3/secret-key?k=v", "https://rpc.example:443"),
        ("http://[::1]:8332", "http://[::1]:8332"),
    ])
    func describesItselfAsOrigin(url: String, origin: String) throws {
        #expect("\(try NodeEndpoint(url: url))" == origin)
    }

    @Test(arguments: [
        ("http://h", "", "http://h:80/"), ("http://h/", "/rest", "http://h:80/rest"),
        ("http://h/a/", "", "http://h:80/a"),
        ("http://h/a?k=v", "/b", "http://h:80/a/b?k=v"), ("http://h?k=v", "/b?c=d", "http://h:80/b?c=d&k=v"),
    ])
    func joinsPathsAndQueries(base: String, path: String, url: String) throws {
        #expect(try NodeEndpoint(url: base).url(for: path) == url)
    }

    @Test(arguments: [
        "", "node:8332", "ftp://node", "file:///etc/passwd", "http://", "http://user@node", "http://user:hunter2@node",
        "http://:hunter2@node", "http://node/#hunter2", "http://node:99999", "http://no de", "http://node/\u{0}",
        "http://node/" + String(repeating: "a", count: 3_000), "http:/\\node", "javascript:hunter2",
    ])
    func refusesOtherURLsWithoutRepeatingThem(url: String) {
        let error = #expect(throws: HTTPError.self) { try NodeEndpoint(url: url) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(arguments: [
        HeaderField("X: y", "z"), HeaderField("", "z"), HeaderField("X", ""), HeaderField("X", "a\r\nY: hunter2"),
        HeaderField("X", "hunter2\u{0}"), HeaderField("Host", "hunter2"), HeaderField("content-length", "7"),
        HeaderField("Accept-Encoding", "gzip"), HeaderField("Authorization", "Bearer hunter2"),
    ])
    func refusesHeadersThatCouldBreakTheRequest(field: HeaderField) {
        let error = #expect(throws: HTTPError.self) {
            try NodeEndpoint(url: "http://node", credentials: .cookieFile("/x"), headers: [field])
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(arguments: [("a:b", "c"), ("a", "b\n"), ("a\u{0}", "b")]) func refusesUnusableLogins(
        name: String, password: String
    ) {
        #expect(throws: HTTPError.self) {
            try NodeEndpoint(url: "http://node", credentials: .basic(username: name, password: password))
        }
    }

    @Test func secretsAppearNowhere() async throws {
        let secrets = ["key-in-path", "key-in-query", "key-in-header", "pass-word"]
        let credentials = NodeCredentials.basic(username: "user", password: "pass-word")
        let header = HeaderField("X-Key", "key-in-header")
        try await withLoopback(credentials: credentials, headers: [header], path: "/key-in-path?k=key-in-query") {
            while let request = $0.request() {
                $0.answer(request.path.contains("rpc") ? 429 : 500, [], secrets.joined(separator: " "))
            }
        } test: { client, endpoint, _ in
            var texts = ["\(endpoint)", String(reflecting: endpoint), "\(credentials)", "\(header)"]
            for value in [endpoint, credentials, header, [endpoint]] as [any Sendable] {
                var dumped = ""
                dump(value, to: &dumped)
                texts.append(dumped)
            }
            let error = await failure(of: .get("/rpc"), at: endpoint, with: client)
            texts.append(String(reflecting: error))
            #expect(texts.last?.contains("[hidden]") == true)
            do throws(RPCError) {
                let _: Int = try await JSONRPCClient(http: client, endpoint: endpoint).call("getblockcount")
            } catch {
                texts.append(String(reflecting: error))
            }
            #expect(texts.count == 10)
            for text in texts {
                for secret in secrets { #expect(!text.contains(secret)) }
            }
        }
    }
}
