import ArgumentParser
import Postgres
import Store

/// Why a command did not do what it was asked for: what happened, where, and what to do next, in words for a person.
struct CommandFailure: Error, Hashable {
    /// sysexits.h, EX_CONFIG.
    static let configuration: Int32 = 78

    let message: String
    var advice: String?
    var exitCode: Int32 = 1
}

extension CommandFailure: CustomStringConvertible {
    var description: String { "error: " + message + (advice.map { "\n" + $0 } ?? "") }

    /// The same for where there is one line alone.
    var line: String { ([message] + (advice.map { [$0] } ?? [])).joined(separator: ". ").replacing("\n", with: "; ") }
}

extension CommandFailure {
    /// The words for any error of a command that runs; nil for those that the command line's parser has words for.
    init?(presenting error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ConfigurationError: self.init(error)
        case let error as PostgresError: self.init(error)
        case is ExitCode, is CleanExit, is ValidationError: return nil
        // What the parser throws, for wrong usage and for --help, has a type of its own that it keeps to itself.
        case let error where ConfirmdCommand.exitCode(for: error) != .failure: return nil
        default: self.init(message: "\(error)")
        }
    }

    /// Of each lane one is for its lease and one for its work; the observer has two.
    private static let moreConnections = """
        raise max_connections, the role's CONNECTION LIMIT or the pool's size; a daemon needs two connections for each network, \
        two to settle payments, and two more.
        """

    private init(_ error: ConfigurationError) {
        let count = error.problems.count
        self.init(
            message: "the configuration can't be used: \(count == 1 ? "one problem" : "\(count) problems")",
            advice: error.description, exitCode: Self.configuration)
    }

    private init(_ error: PostgresError) {
        switch error.code {
        case .unavailable:
            self.init(
                message: "the database can't be reached: \(error.message)",
                advice: """
                    Check that PostgreSQL runs and that database.url in confirmd.yaml leads to it. If there is no \
                    connection left, or a pooler that has none says nothing: \(Self.moreConnections)
                    """)
        case .outOfResources:
            self.init(
                message: "the database has no room: \(error.message)",
                advice: """
                    See to its disk and memory. If there is no connection left: \(Self.moreConnections)
                    """)
        case .schema:
            self.init(
                message: "the database's schema does not fit this version: \(error.message)",
                advice: "Run: confirmd migrate")
        case .permission:
            self.init(
                message: "the database refuses: \(error.message)",
                advice: "Check the user in database.url and what it is granted.")
        case .configuration:
            self.init(message: error.message, exitCode: Self.configuration)
        default:
            // Refusals are the contract's own words.
            let state = error.sqlState.map { " (\($0))" } ?? ""
            self.init(message: error.message + state, advice: error.hint)
        }
    }
}
