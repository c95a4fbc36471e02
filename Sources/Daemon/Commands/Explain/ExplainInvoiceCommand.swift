import ArgumentParser
import Chain
import Foundation
import NodeHTTP
import Payments
import Postgres
import Store

struct ExplainInvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice",
        abstract: "Explain an invoice's status.",
        discussion: """
            Out of the database: its status, its addresses, each of its deposits, what its expiry waits for, its \
            commands, and which consumers have read of it. As long as it is not paid, a node of a network on which contracts pay \
            is asked for what its addresses have beyond that.

              confirmd explain invoice 01234567-89ab-4def-8123-456789abcdef
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The invoice's id.", transform: identifier)
    var id: UUID

    func run() async throws {
        let connection = try config.connection()
        let reader = Reader(connection)
        guard let detail = try await reader.invoice(id) else {
            throw CommandFailure(
                message: "there is no invoice \(id.uuidString.lowercased())", advice: "See: confirmd invoice list")
        }
        let networks = try await reader.networks().map(\.columns)
        let (dossier, settlement) = try await decisionFacts(connection)
        let explanation = Explanation(
            InvoiceFacts(
                detail: detail.columns, networks: networks,
                dossier: dossier, settlement: settlement,
                commands: try await reader.operatorCommands(of: id).map(\.columns),
                records: try await reader.records(of: detail.columns.deposits, invoice: id),
                balances: await balances(of: detail.columns, networks)))
        output.show(explanation.findings, as: explanation.text)
    }

    /// As the settlement lane reads them.
    private func decisionFacts(_ connection: PostgresConnection) async throws -> (Dossier, SettlementFacts) {
        let store = Store(connection, lane: Store.settlementLane)
        let (now, watermarks) = try await store.watermarks()
        var query = DossierQuery(owners: [id])
        query.needsOpen = true
        query.sightedBefore = now - Deposit.mempoolPatience
        guard let dossier = try await store.dossiers(query).first else {
            throw CommandFailure(message: "invoice \(id.uuidString.lowercased()) can't be read", advice: "Try again.")
        }
        return (dossier, SettlementFacts(watermarks: watermarks, now: now))
    }

    /// What the addresses of its options have of their networks' coins, where something is missing. Where the
    /// configuration can't be read the database answers alone.
    private func balances(of detail: InvoiceDetail, _ networks: [NetworkColumns]) async -> [InvoiceFacts.Balance] {
        guard let status = detail.invoice.standing?.status, [.created, .partial, .canceled].contains(status),
            let configuration = try? Configuration.read(config.path)
        else { return [] }
        let http = HTTPClient()
        var balances: [InvoiceFacts.Balance] = []
        for option in detail.options where option.registeredAt != nil {
            guard let network = configuration.networks.first(where: { $0.network == option.network }),
                let asset = network.assets.first(where: { $0.code == option.asset && $0.contract == nil }),
                let key = try? network.adapter.addresses.watchKey(of: option.address)
            else { continue }
            let tip = networks.first { $0.network == option.network }?.tip
            for endpoint in network.nodes {
                let node = network.adapter.node(http, endpoint)
                let result: Result<Amount, NodeError>
                do throws(NodeError) {
                    // Of a family that can't tell no node can.
                    guard let balance = try await node.balance(of: key, at: tip) else { break }
                    result = .success(Amount(balance))
                } catch {
                    result = .failure(error)
                }
                balances.append(
                    InvoiceFacts.Balance(option: option, decimals: asset.decimals, node: node.name, result: result))
                if case .success = result { break }
            }
        }
        return balances
    }
}

extension NetworkColumns {
    /// The last block that was read.
    fileprivate var tip: BlockReference? {
        guard let tipHeight, let hash = tipHash.flatMap({ Hash256(hex: $0) }) else { return nil }
        return BlockReference(height: tipHeight, hash: hash)
    }
}
