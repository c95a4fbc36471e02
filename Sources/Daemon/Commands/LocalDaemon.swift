import Foundation
import NodeHTTP

/// The daemon that runs on this host, asked over its own endpoints.
struct LocalDaemon {
    struct Node: Codable {
        let node: String
        let health: String
        let reason: String?
        /// The last that it gave instead of an answer.
        let lastError: String?
        /// Blocks behind the best node.
        let lag: Int?
        /// Failures of late, half as many every two minutes.
        let errors: Double?
        let answerSeconds: Double?
        /// What speaks against following it.
        let demerits: [String]?
        /// What it allows us; nil where that is as much as we like.
        let budget: Budget?
        /// The lowest block whose transactions it keeps, where it does not keep all.
        let keptFrom: Int64?

        struct Budget: Codable {
            let perSecond: Int?
            let perDay: Int?
            /// Of the day's requests, at this moment.
            let left: Int?

            private enum CodingKeys: String, CodingKey {
                case left
                case perSecond = "per_second"
                case perDay = "per_day"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case node, health, reason, lag, errors, demerits, budget
            case lastError = "last_error"
            case keptFrom = "kept_from"
            case answerSeconds = "answer_seconds"
        }
    }

    /// As `/status.json` has it, without what the database knows better.
    struct Network: Codable {
        /// What this daemon is doing for it.
        let here: String
        let nodes: [Node]
        /// How far back blocks are looked at for new addresses.
        let lookBack: LookBack?

        struct LookBack: Codable {
            let seconds: Int64
            /// What it would be if the nodes' budgets allowed.
            let wantedSeconds: Int64

            private enum CodingKeys: String, CodingKey {
                case seconds
                case wantedSeconds = "wanted_seconds"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case here, nodes
            case lookBack = "look_back"
        }
    }

    private struct Status: Decodable {
        let networks: [Named]

        struct Named: Decodable {
            let name: String
            let network: Network

            private enum CodingKeys: String, CodingKey {
                case name = "network"
            }

            init(from decoder: any Decoder) throws {
                name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
                network = try Network(from: decoder)
            }
        }
    }

    private let address: ListenAddress

    init(_ address: ListenAddress) { self.address = address }

    /// How it and the nodes fare, by network; nil when no daemon answers.
    func networks() async -> [String: Network]? {
        guard let endpoint = try? NodeEndpoint(url: "http://\(address)/status.json", credentials: .none) else {
            return nil
        }
        let http = HTTPClient()
        defer { http.shutdown() }
        let request = HTTPRequest(.get, accept: "application/json", deadline: .seconds(2), maximumBytes: 1 << 22)
        guard let response = try? await http.send(request, to: endpoint), response.status == 200,
            let status = try? JSONDecoder().decode(Status.self, from: Data(response.body))
        else { return nil }
        return Dictionary(status.networks.map { ($0.name, $0.network) }, uniquingKeysWith: { $1 })
    }
}
