import ArgumentParser
import Chain
import Foundation
import NodeHTTP
import Payments
import Store
import Watcher

struct PolicyTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Show what a network's file would change for deposits if it were reloaded now.",
        discussion: """
            The file is one of networks.d with other thresholds. Nothing is written: the decision that a reload leads \
            to is made over the deposits as they are, and shown: those that would be credited or final at once, and \
            those that would be so with an earlier or a later block. Where the file asks for a quorum, or for \
            InstantSend, the nodes that the installation has are asked, as the daemon asks them. It takes the daemon's \
            database user.

              confirmd policy try ./litecoin.yaml --json | jq .totals
            """)

    @OptionGroup var config: ConfigurationOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The network's file.", completion: .file(extensions: ["yaml"]))
    var file: String

    func run() async throws {
        let findings = Findings(readsSecrets: false)
        var registry = NetworkRegistry()
        let network = try findings.result(
            NetworkConfiguration.read(SettingsFile(path: file, findings: findings), &registry))
        let connection = try config.connection()
        let reader = Reader(connection)
        let store = Store(connection, lane: network.network)
        for _ in 1...10 {
            let before = try await standing(of: network, reader)
            let dossiers = try await store.dossiers(DossierQuery(due: .everything))
            // A block in between would have counted for some and not for others.
            guard try await standing(of: network, reader).isAt(before) else { continue }
            return try await show(network, dossiers, before, store)
        }
        throw CommandFailure(
            message: "blocks of \(network.network) come in too fast", advice: "Try again when it is followed.")
    }

    private func standing(of network: NetworkConfiguration, _ reader: Reader) async throws -> NetworkColumns {
        guard let standing = try await reader.networks().first(where: { $0.network == network.network }) else {
            throw CommandFailure(
                message: "the database knows no network \"\(network.network)\"", advice: "See: confirmd status")
        }
        guard standing.chain == network.adapter.chain else {
            throw CommandFailure(
                message: "\(file) is about \(network.adapter.chain); network \(network.network) is \(standing.chain)",
                advice: "A network's chain never changes under its name.")
        }
        return standing.columns
    }

    private func show(
        _ network: NetworkConfiguration, _ dossiers: [Dossier], _ standing: NetworkColumns, _ store: Store
    ) async throws {
        guard let reach = standing.reach else {
            throw CommandFailure(
                message: "no block of \(network.network) was read yet", advice: "A daemon does: confirmd run")
        }
        let time = try await store.time()
        // What raises thresholds now goes on raising them.
        let caution = standing.thresholds?.caution?.caution
        let publication = network.publication.raised(for: caution.flatMap { $0.until > time ? $0 : nil })
        let decision = PolicyDecision(
            dossiers, reach: reach,
            under: publication.policy(of: network.network, number: standing.policyNumber + 1), assets: network.assets)
        let testimony = try await testimony(on: decision)
        let trial = PolicyTrial(decision, testimony.agreement)
        let report = PolicyTrialReport(
            network: network.network, tipHeight: reach.tip, policyNumber: standing.policyNumber,
            dissent: testimony.dissent?.description, deposits: trial.effects, totals: trial.totals)
        output.show(report, as: report.text)
    }

    /// What nodes say of what would be credited. A reload changes no nodes: those of the installation are asked.
    private func testimony(on decision: PolicyDecision) async throws -> Witnesses.Testimony {
        guard decision.policy.terms.asksNodes else { return Witnesses.Testimony() }
        let name = decision.policy.network
        guard let network = try Configuration.read(config.path).networks.first(where: { $0.network == name }) else {
            throw CommandFailure(
                message: "\(config.path) has no network \(name), and it is its nodes that would have to agree",
                advice: "Describe it in networks.d; \(file) may then differ from it.")
        }
        let http = HTTPClient()
        defer { http.shutdown() }
        let witnesses = Witnesses(network.nodes.map { network.adapter.node(http, $0) })
        return await witnesses.testify(under: decision.policy.terms) { agreement in
            decision.made(with: agreement).flatMap(\.changes.creditedOrRefused)
        }
    }
}

extension NetworkColumns {
    fileprivate func isAt(_ other: NetworkColumns) -> Bool {
        (tipHeight, policyNumber) == (other.tipHeight, other.policyNumber)
    }
}
