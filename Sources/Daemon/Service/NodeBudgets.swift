import NodeHTTP
import Telemetry

/// What each network's nodes allow us, in the order in which they are configured.
struct NodeBudgets: Sendable {
    private let networks: [(network: String, nodes: [NodeEndpoint])]

    init(_ networks: [NetworkConfiguration]) {
        self.networks = networks.map { ($0.network, $0.nodes.map(\.endpoint)) }
    }

    subscript(network: String) -> [RequestBudget?] {
        networks.first { $0.network == network }?.nodes.map(\.budget) ?? []
    }

    /// Requests of the day's part in hand, by network and node.
    fileprivate var left: [[String]: Double] {
        var left: [[String]: Double] = [:]
        for (network, nodes) in networks {
            for node in nodes { left[[network, node.origin]] = node.budget?.inHand.map(Double.init) }
        }
        return left
    }
}

extension Metrics {
    func note(_ budgets: NodeBudgets) { set(.nodeRequestsLeft, to: budgets.left) }
}
