import Chain
import NodeHTTP
import Synchronization
import TestSupport
import Testing

@testable import Tron

/// A node over HTTP: what it is asked, and what is made of its answers.
@Suite struct TronNodeTests {
    private let chain: [MadeBlock]

    init() throws { chain = try MadeBlock.chain(260) }

    // MARK: Following

    @Test func theTipIsFollowedWithTwoRequestsABlock() async throws {
        let scripted = try ScriptedNode(Array(chain[..<2]))
        let node = try scripted.node()
        #expect(try await node.state().tip.reference == chain[1].reference)
        scripted.follow(Array(chain[..<3]))
        scripted.forgetRequests()
        let state = try await node.state()
        #expect(state.isSynced && state.tip.reference == chain[2].reference)
        #expect(try await node.headers(after: chain[1].reference, limit: 500)?.map(\.reference) == [chain[2].reference])
        let block = try #require(try await node.block(chain[2].reference))
        #expect(block.reference == chain[2].reference)
        #expect(block.transfers.map(\.amount) == [UInt256(5)])
        #expect(scripted.requests == ["/wallet/getnowblock": 1, "/wallet/gettransactioninfobyblocknum": 1])
    }

    @Test func aBlockWithoutTransactionsNeedsNoInfos() async throws {
        let scripted = try ScriptedNode(Array(chain[..<4]))
        let node = try scripted.node()
        #expect(try await node.state().tip.height % 3 == 0)
        #expect(try await node.block(chain[3].reference)?.transfers.isEmpty == true)
        #expect(scripted.requests["/wallet/gettransactioninfobyblocknum"] == nil)
    }

    @Test func catchingUpTakesAHundredBlocksAtATime() async throws {
        let scripted = try ScriptedNode(chain)
        let node = try scripted.node()
        let headers = try #require(try await node.headers(after: chain[0].reference, limit: 500))
        #expect(headers.map(\.reference) == chain[1...].map(\.reference))
        #expect(scripted.requests["/wallet/getblockbylimitnext"] == 3)
        for block in chain[1...] {
            #expect(try await node.block(block.reference)?.transfers.count == block.transactions.count)
        }
        let full = chain[1...].count { !$0.transactions.isEmpty }
        #expect(scripted.requests["/wallet/gettransactioninfobyblocknum"] == full)
        #expect(scripted.requests["/wallet/getblock"] == 1)
        // No more than asked for, and nothing after the tip.
        #expect(try await node.headers(after: chain[0].reference, limit: 7)?.count == 7)
        #expect(try await node.headers(after: chain[259].reference, limit: 7)?.isEmpty == true)
    }

    @Test func anAnswerTooLongIsAskedForInParts() async throws {
        let scripted = try ScriptedNode(chain) { request in
            let numbers = request.text.matches(of: /\d+/).compactMap { Int($0.0) }
            return request.path.hasSuffix("limitnext") && numbers[1] - numbers[0] > 30
                ? .init(200, String(repeating: " ", count: 10) + "{") : nil
        }
        #expect(try await scripted.node().headers(after: chain[0].reference, limit: 100)?.count == 100)
    }

    @Test func atTheHeadAFreeKeysQuotaIsEnough() async throws {
        let clock = Mutex(ContinuousClock.now)
        var recent = Array(chain[..<20])
        let scripted = try ScriptedNode(recent)
        let budget = RequestBudget(RequestLimits(perSecond: 1_000, perDay: 10_000_000))
        let node = try scripted.node(budget: budget, now: { clock.withLock { $0 } })
        var cursor = try await node.state().tip.reference
        scripted.forgetRequests()
        // Ten minutes, every block with transactions, as the engine asks: after each slot, and every fifteen seconds.
        for slot in 1...200 {
            clock.withLock { $0 += .seconds(3) }
            var block = MadeBlock()
            block.number = cursor.height + 1
            block.timestamp += Int64(slot + 60) * 3_000
            block.parent = Array(cursor.hash.bytes)
            block.transactions = [try .transfer(1, to: .customer, salt: Int64(slot))]
            recent = recent.dropFirst() + [block]
            scripted.follow(recent)
            for _ in 0..<(slot % 5 == 0 ? 2 : 1) {
                _ = try await node.state()
                _ = try await node.finality()
            }
            let headers = try #require(try await node.headers(after: cursor, limit: 500))
            for header in headers { #expect(try await node.block(header.reference) != nil) }
            cursor = try #require(headers.last?.reference)
        }
        let hourly = scripted.requests.values.reduce(0, +) * 6
        #expect(hourly <= 3_200)
        #expect(scripted.requests["/wallet/getblockbylimitnext"] == nil)
    }

    // MARK: Forks

    @Test func aBlockThatIsNotOnTheBestChainHasNoHeadersAfterIt() async throws {
        let fork = try MadeBlock.chain(3, from: chain[2].number, salt: 500, on: chain[1])
        let scripted = try ScriptedNode(Array(chain[..<4]))
        let node = try scripted.node()
        #expect(try await node.state().tip.reference == chain[3].reference)
        scripted.follow(Array(chain[..<2]) + fork)
        #expect(try await node.state().tip.reference == fork[2].reference)
        #expect(try await node.headers(after: chain[3].reference, limit: 10) == nil)
        #expect(try await node.headers(after: chain[1].reference, limit: 10)?.map(\.reference) == fork.map(\.reference))
        #expect(try await node.header(at: chain[3].number)?.reference == fork[1].reference)
        #expect(try await node.header(at: chain[9].number) == nil)
        #expect(try await node.knows(chain[3].reference))
        #expect(try await !node.knows(chain[9].reference))
    }

    @Test func infosOfTheBlockThatTookItsPlaceAreNotItsOwn() async throws {
        let scripted = try ScriptedNode(Array(chain[..<3]))
        let node = try scripted.node()
        _ = try await node.state()
        scripted.follow(Array(chain[..<2]) + (try MadeBlock.chain(1, from: chain[2].number, salt: 500, on: chain[1])))
        #expect(try await node.block(chain[2].reference) == nil)
    }

    @Test func infosOfAnotherBlockAreALie() async throws {
        let chain = chain
        let scripted = try ScriptedNode(Array(chain[..<3])) { request in
            request.path.hasSuffix("infobyblocknum") ? .init(200, chain[4].infos) : nil
        }
        let node = try scripted.node()
        #expect(await failure { _ = try await node.block(chain[2].reference) }?.code == .malformed)
    }

    // MARK: Infos that are late

    @Test(arguments: ["[]", "fewer"])
    func fewerInfosThanTransactionsAreLate(answer: String) async throws {
        var block = chain[2]
        block.transactions.append(try .transfer(7, to: .customer))
        let full = block.infos
        let fewer = "[" + block.transactions[0].info(in: block) + "]"
        let isLate = Atomic(true)
        let scripted = try ScriptedNode(Array(chain[..<2]) + [block]) { request in
            guard request.path.hasSuffix("infobyblocknum") else { return nil }
            return .init(200, isLate.load(ordering: .relaxed) ? answer == "fewer" ? fewer : answer : full)
        }
        let node = try scripted.node()
        _ = try await node.state()
        for _ in 0..<3 {
            let late = await failure { _ = try await node.block(block.reference) }
            #expect(late?.code == .warmingUp)
            #expect(late?.message.contains("has not executed it") == true)
        }
        isLate.store(false, ordering: .relaxed)
        #expect(try await node.block(block.reference)?.transfers.map(\.amount) == [UInt256(5), UInt256(7)])
        // The block itself was asked for once.
        #expect(scripted.requests["/wallet/getnowblock"] == 1)
    }

    // MARK: Refusals

    @Test func anotherChainIsToldByItsFirstBlock() async throws {
        let scripted = try ScriptedNode(chain)
        let node = try scripted.node(try #require(TronChain("main")))
        let failure = await failure { _ = try await node.state() }
        #expect(failure?.code == .wrongChain)
        #expect(failure?.message.contains("that of chain main is 00000000000000001ebf8850") == true)
        #expect(scripted.requests["/wallet/getnowblock"] == nil)
    }

    @Test(arguments: [4, 9])
    func anotherChainBehindTheSameAddressIsNoticed(length: Int) async throws {
        let isOther = Atomic(false)
        let scripted = try ScriptedNode(Array(chain[..<6])) { request in
            guard isOther.load(ordering: .relaxed), request.text.contains(#""0""#) else { return nil }
            return .init(200, #"{"blockID":"\#(String(repeating: "77", count: 32))"}"#)
        }
        let node = try scripted.node()
        #expect(try await node.state().tip.reference == chain[5].reference)
        isOther.store(true, ordering: .relaxed)
        scripted.follow(try MadeBlock.chain(length, salt: 900))
        let failure = await failure {
            _ = try await node.state()
            _ = try await node.headers(after: chain[5].reference, limit: 10)
        }
        #expect(failure?.code == .wrongChain)
    }

    @Test func aBanIsPacingForHalfAMinuteAtLeast() async throws {
        let reply = Mutex(ScriptedHTTP.Reply(403, "exceeds the limit"))
        let scripted = try ScriptedNode(chain) { _ in reply.withLock { $0 } }
        let node = try scripted.node()
        func refusal(_ next: ScriptedHTTP.Reply) async -> NodeError? {
            reply.withLock { $0 = next }
            return await failure { _ = try await node.state() }
        }
        for (status, asked, pause) in [(403, nil, 30), (403, 5, 30), (403, 90, 90), (429, 7, 7), (503, 3, 3)] {
            let failure = await refusal(.init(status, retryAfter: asked))
            #expect(failure?.code == .rateLimited)
            #expect(failure?.retryAfter == .seconds(pause))
        }
        let busy = await refusal(
            .init(200, #"{"Error":"class java.lang.IllegalAccessException : lack of computing resources"}"#))
        #expect(busy?.code == .rateLimited)
        #expect(await refusal(.init(401))?.code == .refused)
        #expect(await refusal(.init(404, "no such thing"))?.code == .refused)
        #expect(await refusal(.init(500, "oops"))?.code == .unreachable)
        #expect(await refusal(.init(200, "<html>"))?.code == .malformed)
    }

    @Test func whatTheBudgetDoesNotAllowIsNotSent() async throws {
        let scripted = try ScriptedNode(chain)
        let node = try scripted.node(budget: RequestBudget(RequestLimits(perDay: 40)))
        for _ in 0..<3 { _ = try await node.state() }
        let failure = await failure { _ = try await node.state() }
        #expect(failure?.code == .rateLimited)
        #expect(failure?.retryAfter != nil)
        #expect(scripted.requests.values.reduce(0, +) == 4)
    }

    // MARK: What else it knows

    @Test func whatIsSolidifiedIsAskedSeldomOfANodeThatCounts() async throws {
        let clock = Mutex(ContinuousClock.now)
        let scripted = try ScriptedNode(chain)
        let counting = try scripted.node(
            budget: RequestBudget(RequestLimits(perDay: 100_000)), now: { clock.withLock { $0 } })
        for _ in 0..<6 {
            #expect(try await counting.finality() == [.solidified: chain[240].reference])
            clock.withLock { $0 += .seconds(3) }
        }
        #expect(scripted.requests["/walletsolidity/getblock"] == 2)
        let own = try scripted.node()
        for _ in 0..<3 { _ = try await own.finality() }
        #expect(scripted.requests["/walletsolidity/getblock"] == 5)
    }

    @Test func transactionsBalancesAndTheVersionAreLookedUp() async throws {
        let scripted = try ScriptedNode(chain)
        let node = try scripted.node()
        let id = chain[5].transactions[0].id
        guard case .block(let residence, let transaction) = try await node.find(id, in: nil) else {
            Issue.record("not found")
            return
        }
        #expect(residence.block == chain[5].reference && residence.isOnChain && !residence.hasFailed)
        #expect(transaction.transfers.map(\.amount) == [UInt256(5)])
        #expect(try await node.find(chain[5].id, in: nil) == .unknown(isIndexed: true))
        let customer = try TronAddress().watchKey(of: "41" + "3b334848f75cf8c27ec975bcc7cc7e54f140b3c0")
        #expect(try await node.balance(of: customer, at: nil) == UInt256(1_234_567))
        #expect(try await node.balance(of: customer, at: chain[3].reference) == nil)
        #expect(try await node.software() == NodeSoftware(name: "java-tron", version: #require(NodeVersion("4.8.0"))))
    }

    @Test func chainsAreNamedOrTheirFirstBlocks() throws {
        #expect(TronChain("main")?.isMain == true)
        #expect(TronChain("nile")?.isMain == false)
        #expect(TronChain(String(repeating: "0a", count: 32))?.genesis.description.hasPrefix("0a0a") == true)
        #expect(TronChain("mainnet") == nil)
        #expect(TronChain("00") == nil)
    }
}

/// The error that `call` throws; nil when it throws none.
private func failure(_ call: () async throws -> Void) async -> NodeError? {
    do { try await call() } catch { return error as? NodeError }
    return nil
}
