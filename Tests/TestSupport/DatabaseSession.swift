import Foundation
import Glibc

/// A session that stays open from one statement to the next, so that a test can leave a transaction open.
public final class DatabaseSession: Sendable {
    private let child: Child
    private let input: FileHandle
    private let output: String

    init(command: [String]) throws {
        let path = Scratch.newPath("session")
        output = path + ".out"
        guard mkfifo(path, 0o600) == 0 else { throw TestFailure("cannot make \(path): errno \(errno)") }
        // Open for both directions, so that neither side waits for the other.
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        child = try Child(command, input: path, output: output)
    }

    /// Runs a script and returns once the server has answered all of it. Throws, and the session is over, when it
    /// answers an error.
    public func execute(_ script: String) async throws {
        let end = UUID().uuidString
        try input.write(contentsOf: Data("\(script);\n\\echo \(end)\n".utf8))
        try await eventually("the session answers", within: .seconds(60)) {
            if let exit = child.exit { throw TestFailure("psql ended with \(exit): \(answers)", isFinal: true) }
            return answers.contains(end)
        }
    }

    /// Breaks the connection; what was not committed is rolled back.
    public func close() async throws {
        child.signal(SIGTERM)
        try await child.waitForExit()
    }

    private var answers: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
}

extension TestDatabase {
    /// Opens a session of its own.
    public func session(user: String = "postgres") throws -> DatabaseSession {
        try DatabaseSession(
            command: ["\(binaries)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url(user: user)])
    }
}
