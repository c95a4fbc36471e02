import Foundation
import Glibc

/// What a command says: all of a text at once, so that nothing waits in a buffer for a reader that follows.
enum Output {
    /// An error of write(2).
    struct Failure: Error {
        let code: Int32
    }

    /// Throws when not all of it could be written.
    static func put(_ text: String, to descriptor: Int32) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Failure(code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Tells whoever is at the terminal, and gives up on one who does not read for two seconds.
    static func tell(_ text: String) {
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 2_000) == 1 else { return }
        try? put(text, to: STDERR_FILENO)
    }
}

/// Writes what a command was asked for. A command of which that can't be written has failed, and ends here.
func write(_ text: String) {
    do throws(Output.Failure) {
        try Output.put(text, to: STDOUT_FILENO)
    } catch {
        // Who leaves early, as `head` does, has what he wanted.
        if error.code == EPIPE { exit(1) }
        let failure = CommandFailure(
            message: "the output can't be written: \(String(cString: strerror(error.code)))",
            advice: "It is not all there: see to the place it goes to, then run the command again.")
        Output.tell(failure.description + "\n")
        exit(failure.exitCode)
    }
}
