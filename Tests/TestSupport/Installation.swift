import Foundation

/// A configuration folder as an operator has one, and the commands over it.
public struct Installation: Sendable {
    /// The path of `confirmd.yaml`; `networks.d` lies beside it.
    public let configuration: String
    /// The port of `/metrics`, `/healthz`, `/readyz` and `/status.json`.
    public let port: Int
    private let folder: String

    /// Writes the folder. Two installations on one database are two hosts.
    public init(database: String, networks: [NetworkFile]) throws {
        folder = try Scratch.folder("installation")
        configuration = folder + "/confirmd.yaml"
        port = try Port.free()
        try FileManager.default.createDirectory(atPath: folder + "/networks.d", withIntermediateDirectories: false)
        try """
        database: { url: "\(database)" }
        listen: 127.0.0.1:\(port)

        """.write(toFile: configuration, atomically: false, encoding: .utf8)
        for network in networks { try write(network) }
    }

    /// The path of a network's file.
    public func networkFile(_ name: String) -> String { "\(folder)/networks.d/\(name).yaml" }

    /// Replaces `confirmd.yaml`.
    public func write(main text: String) throws {
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    /// Adds or replaces a network's file; a running daemon reads it after SIGHUP.
    public func write(_ network: NetworkFile) throws {
        try network.text.write(
            toFile: networkFile(network.name), atomically: true, encoding: .utf8)
    }

    /// Runs a command over this configuration.
    public func run(_ arguments: String..., within limit: Duration = .seconds(60)) async throws -> Command.Output {
        try await Executable.run(arguments + ["--config", configuration], within: limit)
    }

    /// Runs a command that must succeed, and returns its output without the last line break.
    @discardableResult
    public func succeed(_ arguments: String...) async throws -> String {
        try await succeed(arguments)
    }

    /// The same with arguments put together elsewhere.
    @discardableResult
    public func succeed(_ arguments: [String]) async throws -> String {
        let output = try await Executable.run(arguments + ["--config", configuration])
        guard output.status == 0 else {
            throw TestFailure("confirmd \(arguments.joined(separator: " ")): \(output.exit): \(output.stderr)")
        }
        return String(output.stdout.trimmingSuffix(while: \.isNewline))
    }

    /// Starts a command that goes on until it is told to stop; its output goes to the file named.
    public func spawn(_ arguments: String..., output: String) throws -> Child {
        try Child([try Executable.required] + arguments + ["--config", configuration], output: output)
    }

    /// Starts `confirmd run`. It ends with the object or with the test process. A `wrapper` is a command that ends by
    /// becoming the one that follows it.
    public func start(environment: [String: String] = [:], wrapper: [String] = []) throws -> Daemon {
        try Daemon(
            configuration: configuration, port: port, log: Scratch.newPath("daemon"), environment: environment,
            wrapper: wrapper)
    }
}
