import ArgumentParser
import Chain
import Foundation
import NodeHTTP
import Payments
import Store
import Watcher

struct ExplainTransactionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transaction",
        abstract: "Explain what became of each transfer of a transaction.",
        discussion: """
            Asks every node of the network and the database: where the transaction is, whose its addresses are, what \
            was credited and under which entries, and which consumers have read of it. The word `transaction` can be \
            left out.

              confirmd explain litecoin TRANSACTION --json | jq '.[] | select(.next)'
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The network's name.")
    var network: String

    @Argument(help: "The transaction's id, 64 hex digits, with 0x or without.", transform: transactionID)
    var transaction: Hash256

    func run() async throws {
        let configuration = try Configuration.read(config.path)
        let configured = configuration.networks.first { $0.network == network }
        let reader = try config.reader()
        guard let standing = try await reader.networks().first(where: { $0.network == network }) else {
            throw CommandFailure(
                message: "the database knows no network \"\(network)\"",
                advice: configured == nil
                    ? "See: confirmd status" : "It is configured and was never published; run: confirmd migrate")
        }
        let deposits = try await reader.deposits(network: network, transaction: transaction.description).map(\.columns)
        let block = deposits.lazy.compactMap(\.blockHash).first.flatMap { Hash256(hex: $0) }
        let answers = await Self.ask(configured, for: transaction, in: block)
        let outputs = configured.flatMap { configured in
            TransactionFacts.bestPlace(answers)?.transaction?.transfers.map { configured.output($0) }
        }
        let addresses = Set((outputs ?? []).flatMap(\.spellings) + deposits.map(\.address))
        let watchers = try await reader.watchers(network: network, addresses: addresses.sorted())
        let explanation = Explanation(
            TransactionFacts(
                network: standing.columns, answers: answers, outputs: outputs ?? [], deposits: deposits,
                watchers: watchers.map(\.columns), records: try await reader.records(of: deposits),
                lookBack: configured?.settings.lookBack ?? NetworkSettings.usualLookBack))
        output.show(explanation.findings, as: explanation.text)
    }

    /// Asks all nodes side by side; their answers come in the order in which they are configured.
    private static func ask(
        _ network: NetworkConfiguration?, for transaction: Hash256, in block: Hash256?
    ) async -> [TransactionFacts.Answer] {
        guard let network else { return [] }
        let http = HTTPClient()
        let nodes = network.nodes.map { network.adapter.node(http, $0) }
        return await withTaskGroup { group in
            for (place, node) in nodes.enumerated() {
                group.addTask { (place, await find(transaction, in: block, at: node)) }
            }
            var results: [Int: Result<TransactionPlace?, NodeError>] = [:]
            for await (place, result) in group { results[place] = result }
            return nodes.enumerated().compactMap { place, node in
                results[place].map { TransactionFacts.Answer(node: node.name, result: $0) }
            }
        }
    }

    private static func find(
        _ transaction: Hash256, in block: Hash256?, at node: any ChainNode
    ) async -> Result<TransactionPlace?, NodeError> {
        do throws(NodeError) { return .success(try await node.find(transaction, in: block)) } catch {
            return .failure(error)
        }
    }
}

extension NetworkConfiguration {
    /// A transfer in words.
    func output(_ transfer: Transfer) -> TransactionFacts.Output {
        let asset = assets.first { $0.contract == transfer.contract }
        let amount = Amount(transfer.amount)
        return TransactionFacts.Output(
            locator: transfer.locator.description, address: adapter.addresses.address(of: transfer.recipient),
            asset: asset?.code, amount: asset.map { amount.text(decimals: $0.decimals) } ?? amount.description)
    }
}

extension Reader {
    /// What else the database has about these deposits.
    func records(of deposits: [DepositColumns], invoice: UUID? = nil) async throws -> DepositRecords {
        let owners = Set(deposits.compactMap(\.owner) + [invoice].compactMap(\.self))
        return DepositRecords(
            entries: try await entries(of: deposits.map(\.id)).map(\.columns),
            events: owners.isEmpty ? [] : try await events(of: Array(owners)).map(\.columns),
            consumers: try await outboxConsumers().map(\.columns))
    }
}

@Sendable private func transactionID(_ text: String) throws -> Hash256 {
    guard let id = Hash256(hex: text.hasPrefix("0x") ? text.dropFirst(2) : text[...]) else {
        throw ValidationError("'\(text)' is not a transaction id; ids have 64 hex digits.")
    }
    return id
}
