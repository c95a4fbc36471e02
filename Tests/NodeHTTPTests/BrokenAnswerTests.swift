import TestSupport
import Testing

@testable import NodeHTTP

/// Answers that are not what HTTP promises, and connections that give none.
@Suite struct BrokenAnswerTests {
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nno length",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5",
        "<html>no head at all</html>",
        "HTTP/1.1 200 OK\r\nnot a field\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: onto nothing\r\nContent-Length: 0\r\n\r\n",
    ])
    func answerIsMalformed(text: String) async throws {
        try await withLoopback { connection in
            if connection.request() != nil { connection.send(text) }
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .malformed)
        }
    }

    /// On a used handle libcurl 7.88.1 appends such a line to a header of the transfer before, freed by then.
    @Test func lineFoldedOntoNothingLeavesTheAnswerBeforeAlone() async throws {
        try await withLoopback { connection in
            while let request = connection.request() {
                if request.path == "/whole" {
                    connection.answer(200, ["X-Last: \(String(repeating: "a", count: 200))"], "whole")
                } else {
                    connection.send("HTTP/1.1 200 OK\r\n folded: onto nothing\r\nContent-Length: 0\r\n\r\n")
                }
            }
        } test: { client, endpoint, _ in
            for _ in 0..<20 {
                let response = try await client.send(.get("/whole"), to: endpoint)
                #expect(response.body == Array("whole".utf8))
                #expect(await failure(of: .get("/folded"), at: endpoint, with: client)?.code == .malformed)
            }
        }
    }

    @Test func endlessHeadersAreCutOff() async throws {
        try await withLoopback { connection in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n")
            let lines = (0..<100).map { "X-\($0): " + String(repeating: "a", count: 1_000) + "\r\n" }.joined()
            while connection.send(lines) {}
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .malformed)
        }
    }

    @Test func endlessBodyIsCutOffAtTheLimit() async throws {
        try await withLoopback { connection in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "a", count: 4_096) + "\r\n"
            while connection.send(chunk) {}
        } test: { client, endpoint, _ in
            let error = await failure(of: .get(maximumBytes: 100_000), at: endpoint, with: client)
            #expect(error?.code == .tooLarge)
            #expect(error?.status == 200)
        }
    }

    @Test func bodyIsRefusedWhereNoneIsAllowed() async throws {
        try await withLoopback { connection in
            while let request = connection.request() {
                connection.answer(200, [], request.path == "/empty" ? "" : "a")
            }
        } test: { client, endpoint, _ in
            let response = try await client.send(.get("/empty", maximumBytes: 0), to: endpoint)
            #expect(response.body.isEmpty)
            #expect(await failure(of: .get("/", maximumBytes: 0), at: endpoint, with: client)?.code == .tooLarge)
        }
    }

    @Test func inflatedBodyIsMeasuredInflated() async throws {
        let chunk = try Gzip.zeros(mebibytes: 1)
        #expect(chunk.count < 10_000)
        try await withLoopback { connection in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
            connection.send(Array((String(chunk.count, radix: 16) + "\r\n").utf8) + chunk + Array("\r\n0\r\n\r\n".utf8))
            connection.waitForClose()
        } test: { client, endpoint, _ in
            let error = await failure(of: .get(maximumBytes: 100_000), at: endpoint, with: client)
            #expect(error?.code == .tooLarge || error?.code == .malformed)
        }
    }

    @Test func closedPortIsUnreachable() async throws {
        let server = try LoopbackServer { _ in }
        let port = server.port
        server.stop()
        let client = HTTPClient()
        // The listener's thread may still hold the port; it then closes without an answer, which is the same to us.
        let error = await failure(of: .get(), at: try NodeEndpoint(url: "http://127.0.0.1:\(port)"), with: client)
        #expect(error?.code == .unreachable)
    }

    @Test func unknownHostIsUnreachable() async throws {
        let client = HTTPClient()
        let error = await failure(of: .get(), at: try NodeEndpoint(url: "http://node.invalid"), with: client)
        #expect(error?.code == .unreachable)
    }

    @Test func closeWithoutAnswerIsUnreachable() async throws {
        try await withLoopback { connection in
            _ = connection.request()
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .unreachable)
        }
    }

    @Test func resetWithoutAnswerIsUnreachable() async throws {
        try await withLoopback { connection in
            _ = connection.request()
            connection.reset()
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .unreachable)
        }
    }

    @Test func resetWithinTheAnswerIsMalformed() async throws {
        try await withLoopback { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.waitForAcknowledgment()
            connection.reset()
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .malformed)
        }
    }

    /// Whatever comes, it ends in an answer or an error.
    @Test func randomAnswersNeverCrash() async throws {
        let whole = Array(
            """
            HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRetry-After: 5\r\nTransfer-Encoding: chunked\r\n\r
            1a\r\n{"result":[1],"id":1234567}\r\n0\r\nTrailer: x\r\n\r\n
            """.utf8)
        var random = SplitMix64(seed: Seed.value)
        let answers = (0..<400).map { number in
            number.isMultiple(of: 4) ? random.bytes(countMax: 3_000) : random.mutation(of: whole)
        }
        try await withLoopback { connection in
            guard let request = connection.request(), let number = Int(request.path.dropFirst()) else { return }
            connection.send(answers[number])
        } test: { client, endpoint, _ in
            await withTaskGroup { group in
                for number in answers.indices {
                    group.addTask { _ = try? await client.send(.get("/\(number)"), to: endpoint) }
                }
            }
        }
    }
}
