import ArgumentParser
import Chain
import Foundation
import Payments
import Store

struct PolicyTryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Tells what a network's file would do to deposits, were it reloaded now.",
        discussion: """
            The file is one of networks.d with other thresholds. Nothing is written: the decision that a reload leads \
            to is made over the deposits as they are, and shown: those that would be credited or final at once, and \
            those that would be so with an earlier or a later block. It takes the daemon's database user.

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
            return try show(network, dossiers, before)
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

    private func show(_ network: NetworkConfiguration, _ dossiers: [Dossier], _ standing: NetworkColumns) throws {
        guard let tip = standing.tipHeight else {
            throw CommandFailure(
                message: "no block of \(network.network) was read yet", advice: "A daemon does: confirmd run")
        }
        let finality = standing.finality.compactMap { tag, height in FinalityTag(rawValue: tag).map { ($0, height) } }
        let reach = Reach(tip: tip, finality: Dictionary(uniqueKeysWithValues: finality))
        // What raises thresholds now goes on raising them.
        let caution = standing.thresholds?.caution?.caution
        let policy = network.publication.raised(for: caution).policy(
            of: network.network, number: standing.policyNumber + 1)
        let trial = PolicyTrial(dossiers, reach: reach, under: policy, assets: network.assets)
        let report = PolicyTrialReport(
            network: network.network, tipHeight: tip, policyNumber: standing.policyNumber, deposits: trial.effects,
            totals: trial.totals)
        output.show(report, as: report.text)
    }
}

extension NetworkColumns {
    fileprivate func isAt(_ other: NetworkColumns) -> Bool {
        (tipHeight, policyNumber) == (other.tipHeight, other.policyNumber)
    }
}
