import Chain
import Foundation
import Testing

@testable import EVM

/// What a lie in a trace, which no hash commits to, can do: it never changes what is proved, what it makes up the balances
/// do not bear out, and what it hides is missed.
@Suite struct TraceAlterationTests {
    enum Kind: String, CaseIterable { case callTracer, blockTracer }

    /// Nothing that is read depends on these.
    private static let unread: [Kind: Set<String>] = [
        .callTracer: ["gas", "gasUsed", "input"],
        .blockTracer: [
            "gas", "gasUsed", "input", "output", "init", "code", "subtraces", "transactionPosition", "blockHash",
            "blockNumber", "author", "rewardType",
        ],
    ]

    private struct Inner: Hashable {
        let transaction: Hash256
        let locator: Locator
        let recipient: WatchKey
        let amount: UInt256

        init(_ transfer: Transfer) {
            (transaction, locator) = (transfer.transaction, transfer.locator)
            (recipient, amount) = (transfer.recipient, transfer.amount)
        }

        func isPaying(as other: Inner) -> Bool {
            (transaction, recipient, amount) == (other.transaction, other.recipient, other.amount)
        }
    }

    private struct Reading {
        let contents: BlockContents
        let transfers: [Transfer]
        let sheet: BalanceSheet

        init(_ kind: Kind, _ traces: Any) throws {
            let text = [UInt8](try JSONSerialization.data(withJSONObject: traces))[...]
            let answers = BlockAnswers(
                block: Array(RecordedBlock.block.utf8)[...], receipts: Array(RecordedBlock.receipts.utf8)[...],
                traces: kind == .callTracer ? .callTracer(text) : .blockTracer(text))
            contents = try BlockDecoder(EVMChain(id: RecordedBlock.chainID)).contents(
                of: RecordedBlock.reference, from: answers)
            transfers = try contents.transfers()
            sheet = try BalanceSheet(contents, contents.traces ?? [])
        }

        var proved: Set<String> {
            Set(transfers.filter(\.isProved).map { Movement($0).description })
        }

        /// What calls within transactions pay.
        var inner: [Inner] { transfers.filter { !$0.isProved }.map(Inner.init) }

        /// What it has after the block, by all that is true of it, where it had `before`.
        func balance(of address: WatchKey, before: UInt128) -> UInt128 {
            let payments = (contents.traces ?? []).flatMap(\.payments)
            let gains = payments.filter { $0.recipient == address }.map(\.amount.low)
            let losses = payments.filter { $0.sender == address }.map(\.amount.low)
            let withdrawals = contents.withdrawals.filter { $0.recipient == address }.map(\.amount.low)
            return (gains + withdrawals).reduce(before) { $0 &+ $1 } &- losses.reduce(0) { $0 &+ $1 }
        }
    }

    /// Where each member of each object is.
    private func paths(_ value: Any, _ path: [Any] = []) -> [[Any]] {
        if let object = value as? [String: Any] {
            return object.flatMap { [path + [$0]] + paths($1, path + [$0]) }
        }
        if let list = value as? [Any] {
            return list.enumerated().flatMap { paths($1, path + [$0]) }
        }
        return []
    }

    private func altered(_ value: Any, at path: ArraySlice<Any>, _ change: (Any) -> Any?) -> Any? {
        guard let step = path.first else { return change(value) }
        if var object = value as? [String: Any], let name = step as? String, let member = object[name] {
            object[name] = altered(member, at: path.dropFirst(), change)
            return object
        }
        if var list = value as? [Any], let index = step as? Int {
            guard let element = altered(list[index], at: path.dropFirst(), change) else { return nil }
            list[index] = element
            return list
        }
        return nil
    }

    /// Other values in place of one.
    private func others(than value: Any) -> [Any?] {
        switch value {
        case let text as String where text.hasPrefix("0x"):
            let end = text.last == "1" ? "2" : "1"
            return [nil, "\(text.dropLast())\(end)", "0x" + String(repeating: "a1", count: 20), "0x0", 7]
        case is String: return [nil, "CALL", "STATICCALL", "call", "staticcall", "x"]
        case let list as [Any]: return list.isEmpty ? [nil, [0]] : [nil, Array(list.dropLast()), list + [list[0]]]
        case let number as Int: return [nil, number + 1]
        default: return [nil, "x"]
        }
    }

    @Test(arguments: Kind.allCases)
    func `a lie in a trace changes nothing that is proved, and what it makes up is not confirmed`(kind: Kind) throws {
        let text = kind == .callTracer ? RecordedBlock.calls : RecordedBlock.traces
        let told = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let honest = try Reading(kind, told)
        let proved = honest.proved
        #expect(honest.inner.count >= 4)
        let before: UInt128 = 1 << 100
        var (refused, doubted, hidden) = (0, 0, Set<String>())
        var without: [String: Bool] = [:]
        for path in paths(told) {
            let name = try #require(path.last { $0 is String } as? String)
            // Once is enough for what is not read.
            if without[name] == true, Self.unread[kind]?.contains(name) == true { continue }
            for other in others(than: member(of: told, at: path)) {
                guard let lie = altered(told, at: path[...], { _ in other }) else { continue }
                guard let reading = try? Reading(kind, lie) else {
                    refused += 1
                    without[name] = false
                    continue
                }
                #expect(reading.proved == proved, "\(path)")
                let missing = Set(honest.inner).subtracting(reading.inner)
                let made = Set(reading.inner).subtracting(honest.inner)
                for payment in made {
                    // The same payment at another place is paid once all the same.
                    if missing.contains(where: { $0.isPaying(as: payment) }) { continue }
                    let after = honest.balance(of: payment.recipient, before: before)
                    #expect(
                        !reading.sheet.explains(payment.recipient, before: before.coin, after: after.coin),
                        "\(path) = \(other ?? "nothing"): \(payment)")
                    doubted += 1
                }
                if !missing.isEmpty, made.isEmpty { hidden.insert(name) }
                without[name] = without[name] ?? true && missing.isEmpty && made.isEmpty
            }
        }
        #expect(refused > 100 && doubted > 10)
        #expect(Set(without.filter(\.value).keys) == Self.unread[kind])
        // A call may be told to have paid nobody, or nothing, or to have been another kind of call.
        #expect(hidden.isSubset(of: ["type", "callType", "from", "value", "balance", "calls"]), "\(hidden)")
    }

    private func member(of value: Any, at path: [Any]) -> Any {
        path.reduce(value) { holder, step in
            if let name = step as? String { return (holder as? [String: Any])?[name] ?? NSNull() }
            return (holder as? [Any])?[step as? Int ?? 0] ?? NSNull()
        }
    }
}

extension UInt128 {
    fileprivate var coin: UInt256 { UInt256(high: 0, low: self) }
}
