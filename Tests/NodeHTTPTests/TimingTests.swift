import Synchronization
import TestSupport
import Testing

@testable import NodeHTTP

/// Deadlines, limits on what is under way, cancellation and shutdown.
@Suite struct TimingTests {
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func silentNodeTimesOut(beginning: String) async throws {
        try await withLoopback { connection in
            guard connection.request() != nil else { return }
            connection.send(beginning)
            connection.waitForClose()
        } test: { client, endpoint, _ in
            let elapsed = await ContinuousClock().measure {
                let error = await failure(of: .get(deadline: .milliseconds(200)), at: endpoint, with: client)
                #expect(error?.code == .timedOut)
            }
            #expect(elapsed >= .milliseconds(200))
        }
    }

    @Test func slowDripTimesOut() async throws {
        try await withLoopback { connection in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.send("a"), !connection.isClosed(within: .milliseconds(5)) {}
        } test: { client, endpoint, _ in
            #expect(
                await failure(of: .get(deadline: .milliseconds(200)), at: endpoint, with: client)?.code == .timedOut)
        }
    }

    @Test func waitingForAPlaceCountsTowardsTheDeadline() async throws {
        let limits = HTTPClient.Limits(activePerHost: 1)
        try await withLoopback(limits: limits) { connection in
            while connection.request() != nil { connection.waitForClose() }
        } test: { client, endpoint, server in
            async let first = failure(of: .get(deadline: .seconds(3_600)), at: endpoint, with: client)
            try await waitUntil { server.accepted == 1 }
            // The first, for which it would have to wait, is under way when it gives up.
            let error = await failure(of: .get(deadline: .milliseconds(100)), at: endpoint, with: client)
            #expect(error?.code == .timedOut)
            client.shutdown()
            #expect(await first?.code == .canceled)
            #expect(server.accepted == 1)
        }
    }

    @Test func noDeadlineLeftIsATimeOut() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, endpoint, _ in
            #expect(await failure(of: .get(deadline: .zero), at: endpoint, with: client)?.code == .timedOut)
            #expect(await failure(of: .get(deadline: .seconds(-5)), at: endpoint, with: client)?.code == .timedOut)
            let response = try await client.send(.get(deadline: .seconds(Int64.max)), to: endpoint)
            #expect(response.status == 200)
        }
    }

    @Test func requestsUnderWayAreBoundedForEachHost() async throws {
        let limits = HTTPClient.Limits(activePerHost: 3)
        let underWay = Mutex((now: 0, max: 0))
        try await withLoopback(limits: limits) { connection in
            while connection.request() != nil {
                underWay.withLock { $0 = ($0.now + 1, max($0.max, $0.now + 1)) }
                _ = connection.isClosed(within: .milliseconds(5))
                underWay.withLock { $0.now -= 1 }
                connection.answer(200)
            }
        } test: { client, endpoint, server in
            try await withThrowingTaskGroup { group in
                for _ in 0..<60 {
                    group.addTask {
                        let response = try await client.send(.get(), to: endpoint)
                        #expect(response.status == 200)
                    }
                }
                try await group.waitForAll()
            }
            #expect(underWay.withLock { $0.max } == 3)
            #expect(server.accepted == 3)
        }
    }

    @Test func tooManyWaitingAreRefused() async throws {
        let limits = HTTPClient.Limits(activePerHost: 1, waitingPerHost: 2)
        try await withLoopback(limits: limits) { connection in
            while connection.request() != nil { connection.waitForClose() }
        } test: { client, endpoint, _ in
            await withTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask { await failure(of: .get(), at: endpoint, with: client)?.code }
                }
                var refused = 0
                for await code in group {
                    if code == .queueFull { refused += 1 }
                    if refused == 7 { client.shutdown() }
                }
                #expect(refused == 7)
            }
        }
    }

    @Test func cancelingATaskClosesItsConnection() async throws {
        let (closed, signal) = AsyncStream<Void>.makeStream()
        try await withLoopback { connection in
            // The cancellation may come before the request is sent.
            if connection.request() != nil { connection.waitForClose() }
            signal.yield()
        } test: { client, endpoint, server in
            let task = Task { await failure(of: .get(), at: endpoint, with: client) }
            try await waitUntil { server.accepted == 1 }
            task.cancel()
            #expect(await task.value?.code == .canceled)
            var closes = closed.makeAsyncIterator()
            await closes.next()
        }
    }

    @Test func canceledTaskSendsNothing() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, endpoint, _ in
            for _ in 0..<200 {
                let task = Task { try await client.send(.get(), to: endpoint) }
                task.cancel()
                // It may have been quicker than the cancellation; it must end in either case.
                _ = await task.result
            }
            let canceled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure(of: .get(), at: endpoint, with: client)
            }
            #expect(await canceled.value?.code == .canceled)
        }
    }

    @Test func canceledWhileWaitingLeavesTheQueue() async throws {
        try await withLoopback(limits: .init(activePerHost: 1)) { connection in
            while connection.request() != nil { connection.waitForClose() }
        } test: { client, endpoint, server in
            let first = Task { await failure(of: .get(), at: endpoint, with: client) }
            try await waitUntil { server.accepted == 1 }
            let second = Task { await failure(of: .get(), at: endpoint, with: client) }
            second.cancel()
            #expect(await second.value?.code == .canceled)
            first.cancel()
            #expect(await first.value?.code == .canceled)
            #expect(server.accepted == 1)
        }
    }

    @Test func shutdownEndsWhatIsUnderWayAndRefusesMore() async throws {
        try await withLoopback { connection in
            while connection.request() != nil { connection.waitForClose() }
        } test: { client, endpoint, server in
            let task = Task { await failure(of: .get(), at: endpoint, with: client) }
            try await waitUntil { server.accepted == 1 }
            client.shutdown()
            #expect(await task.value?.code == .canceled)
            #expect(await failure(of: .get(), at: endpoint, with: client)?.code == .canceled)
        }
    }

    @Test func hungNodeDoesNotHoldUpAnother() async throws {
        let hung = try LoopbackServer { $0.waitForClose() }
        defer { hung.stop() }
        try await withLoopback(limits: .init(activePerHost: 1)) { connection in
            while connection.request() != nil { connection.answer(200) }
        } test: { client, endpoint, _ in
            let slow = try NodeEndpoint(url: hung.url)
            let stuck = (0..<5).map { _ in Task { await failure(of: .get(), at: slow, with: client) } }
            try await waitUntil { hung.accepted == 1 }
            for _ in 0..<10 {
                let response = try await client.send(.get(), to: endpoint)
                #expect(response.status == 200)
            }
            client.shutdown()
            for task in stuck { #expect(await task.value?.code == .canceled) }
        }
    }
}

/// Waits for a fact that only the server's threads know.
func waitUntil(_ isTrue: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while !isTrue() {
        try #require(ContinuousClock.now < deadline, "waited five minutes in vain")
        try await Task.sleep(for: .milliseconds(1))
    }
}
