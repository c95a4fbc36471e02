import Foundation
import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct HTTPClientTests {
    @Test func requestsFollowEachOtherOnOneConnection() async throws {
        try await withLoopback { connection in
            while let request = connection.request() { connection.answer(200, [], request.path) }
        } test: { client, endpoint, server in
            for number in 0..<20 {
                let response = try await client.send(.get("/\(number)?x=/../%20"), to: endpoint)
                #expect(response.body == Array("/\(number)?x=/../%20".utf8))
            }
            #expect(server.accepted == 1)
        }
    }

    @Test func requestArrivesAsWritten() async throws {
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withLoopback(
            credentials: .basic(username: "us er", password: "p:ä"), headers: [HeaderField("X-Api-Key", "key 1")],
            path: "/base/?k=v"
        ) { connection in
            while let request = connection.request() {
                connection.answer(200, body: Array(request.head.utf8) + request.body)
            }
        } test: { client, endpoint, _ in
            let request = HTTPRequest(
                .post(body: body, contentType: "application/json"), path: "/a/../b?c", accept: "text/plain",
                deadline: .seconds(600), maximumBytes: 1 << 20)
            let echo = try await client.send(request, to: endpoint).body
            #expect(echo.suffix(body.count) == body[...])
            let head = String(decoding: echo.dropLast(body.count), as: UTF8.self).split(separator: "\r\n").map(
                String.init)
            #expect(head.first == "POST /base/a/../b?c&k=v HTTP/1.1")
            #expect(head.contains("Authorization: Basic " + Data("us er:p:ä".utf8).base64EncodedString()))
            #expect(head.contains("X-Api-Key: key 1"))
            #expect(head.contains("Accept: text/plain"))
            #expect(head.contains("Content-Type: application/json"))
            #expect(!head.contains { $0.hasPrefix("Expect") || $0.hasPrefix("Accept-Encoding") })
        }
    }

    @Test func closedKeptConnectionIsReplaced() async throws {
        try await withLoopback { connection in
            if connection.request() != nil { connection.answer(200, [], "once") }
        } test: { client, endpoint, server in
            for _ in 0..<5 {
                let response = try await client.send(.get(), to: endpoint)
                #expect(response.body == Array("once".utf8))
            }
            #expect(server.accepted == 5)
        }
    }

    @Test func largeBodyArrivesWhole() async throws {
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200, body: body) }
        } test: { client, endpoint, _ in
            let response = try await client.send(.get(maximumBytes: body.count), to: endpoint)
            #expect(response.body == body)
            #expect(
                await failure(of: .get(maximumBytes: body.count - 1), at: endpoint, with: client)?.code == .tooLarge)
        }
    }

    @Test func chunkedAnswerArrivesWhole() async throws {
        try await withLoopback { connection in
            while connection.request() != nil {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            }
        } test: { client, endpoint, _ in
            let response = try await client.send(.get(), to: endpoint)
            #expect(response.body == Array("abcde".utf8))
        }
    }

    @Test(arguments: [
        (301, HTTPError.Code.refused), (307, .refused), (401, .refused), (403, .refused), (405, .refused),
        (429, .rateLimited), (503, .rateLimited), (502, .unreachable), (504, .unreachable), (599, .unreachable),
        (600, .malformed),
    ])
    func statusIsAnError(status: Int, code: HTTPError.Code) async throws {
        try await withLoopback { connection in
            while connection.request() != nil {
                connection.answer(status, ["Location: /elsewhere"], "some\u{1B}[31m text")
            }
        } test: { client, endpoint, server in
            let error = await failure(of: .get(), at: endpoint, with: client)
            #expect(error?.code == code)
            #expect(error?.status == status)
            #expect(error?.message.contains("some?[31m text") == true)
            #expect(server.accepted == 1)
        }
    }

    @Test(arguments: [200, 201, 400, 404, 500]) func statusIsForTheCaller(status: Int) async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(status, [], "text") }
        } test: { client, endpoint, _ in
            let response = try await client.send(.get(), to: endpoint)
            #expect(response.status == status)
            #expect(response.body == Array("text".utf8))
        }
    }

    @Test(arguments: [
        ("7", 7...7), ("99999999", 3_600...3_600), ("Fri, 31 Dec 2100 23:59:59 GMT", 3_600...3_600),
        (HTTPClientTests.date(in: 3_000), 1...3_001),
    ])
    func retryAfterIsReadAndBounded(header: String, seconds: ClosedRange<Int64>) async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(429, ["Retry-After: \(header)"]) }
        } test: { client, endpoint, _ in
            let error = await failure(of: .get(), at: endpoint, with: client)
            let wait = try #require(error?.retryAfter)
            #expect((Duration.seconds(seconds.lowerBound)...Duration.seconds(seconds.upperBound)).contains(wait))
        }
    }

    @Test(arguments: ["", "0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
    func retryAfterThatSaysNothingIsNone(header: String) async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(503, ["Retry-After: \(header)"]) }
        } test: { client, endpoint, _ in
            let error = await failure(of: .get(), at: endpoint, with: client)
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == nil)
        }
    }

    @Test(arguments: ["a", "//x y", "/a\r\nX: y", "/a#b", "/ä"]) func pathThatCannotBeSentIsRefused(path: String)
        async throws
    {
        let client = HTTPClient()
        let endpoint = try NodeEndpoint(url: "http://127.0.0.1:1")
        #expect(await failure(of: .get(path), at: endpoint, with: client)?.code == .invalidRequest)
    }

    /// An HTTP-date so many seconds ahead.
    static func date(in seconds: Double) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSinceNow: seconds))
    }
}
