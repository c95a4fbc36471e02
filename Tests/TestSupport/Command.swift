import Foundation
import Glibc

/// A program run to its end.
public enum Command {
    /// What it left: how it ended and what it wrote.
    public struct Output: Sendable {
        public let exit: Child.Exit
        public let stdout: String
        public let stderr: String

        /// The exit status; 128 + the number for a signal, as shells have it.
        public var status: Int32 {
            switch exit {
            case .status(let status): status
            case .signal(let number): 128 + number
            }
        }
    }

    /// Runs `command` with `input` on its standard input. A program that takes longer than `limit` is killed.
    public static func run(
        _ command: [String], input: String = "", environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> Output {
        let path = Scratch.newPath("command")
        let streams = ["in", "out", "err"].map { "\(path).\($0)" }
        defer { streams.forEach { unlink($0) } }
        try input.write(toFile: streams[0], atomically: false, encoding: .utf8)
        let child = try Child(
            command, environment: environment, input: streams[0], output: streams[1], errors: streams[2])
        defer { child.signal(SIGKILL) }
        let exit = try await child.waitForExit(within: limit)
        return Output(exit: exit, stdout: try text(streams[1]), stderr: try text(streams[2]))
    }

    /// Runs `command` and returns what it wrote, without the last line break. Throws unless it succeeds.
    @discardableResult
    public static func succeed(
        _ command: [String], input: String = "", within limit: Duration = .seconds(60)
    ) async throws -> String {
        let output = try await run(command, input: input, within: limit)
        guard output.exit == .status(0) else {
            throw TestFailure("\(command.joined(separator: " ")): \(output.exit): \(output.stderr)\(output.stdout)")
        }
        return String(output.stdout.trimmingSuffix(while: \.isNewline))
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}

extension String {
    /// Without the characters at its end that match.
    func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, matches(last) { rest.removeLast() }
        return rest
    }
}
