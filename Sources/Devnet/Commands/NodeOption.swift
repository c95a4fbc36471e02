internal import ArgumentParser
internal import Foundation
internal import NodeHTTP

/// The node that a command is for.
struct NodeOption: ParsableArguments {
    @Option(help: "The address that the node printed.")
    var node = "http://127.0.0.1:8090"

    /// Carries out a command there, and prints what it answers.
    func perform(_ command: String, _ parameters: [String: String?]) async throws {
        let body = JSONValue.object(parameters.compactMapValues { $0.map(JSONValue.string) }).serialized
        let client = HTTPClient()
        defer { client.shutdown() }
        do {
            let response = try await client.send(
                HTTPRequest(
                    .post(body: body, contentType: "application/json"), path: "/devnet/\(command)",
                    deadline: .seconds(30), maximumBytes: 1 << 24), to: try NodeEndpoint(url: node))
            let text = String(decoding: response.body, as: UTF8.self)
            guard response.status == 200 else { throw RequestError("the node refuses: \(text)") }
            print(text)
        } catch let error as HTTPError {
            throw RequestError(error.message)
        }
    }
}
