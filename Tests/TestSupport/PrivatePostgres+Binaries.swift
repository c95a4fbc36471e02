import Foundation

extension PrivatePostgres {
    /// The server's programs, of the version that `CONFIRMD_TEST_POSTGRES` names by number or folder, else of the
    /// newest supported one (15–18) in Debian's place, else of the one on PATH. Throws when there is none.
    static func findBinaries() throws -> String {
        let debian = "/usr/lib/postgresql"
        if let wanted = ProcessInfo.processInfo.environment["CONFIRMD_TEST_POSTGRES"], !wanted.isEmpty {
            let folder = Int(wanted) == nil ? wanted : "\(debian)/\(wanted)/bin"
            guard holdsServer(folder) else {
                throw TestFailure("CONFIRMD_TEST_POSTGRES=\(wanted): there is no initdb and postgres in \(folder)")
            }
            return folder
        }
        for version in (15...18).reversed() where holdsServer("\(debian)/\(version)/bin") {
            return "\(debian)/\(version)/bin"
        }
        if let initdb = Path.find("initdb") {
            return URL(fileURLWithPath: initdb).resolvingSymlinksInPath().deletingLastPathComponent().path
        }
        throw TestFailure("no PostgreSQL server 15–18 found; deploy/test installs one")
    }

    private static func holdsServer(_ folder: String) -> Bool {
        ["initdb", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }

    /// PostgreSQL refuses to run as root; then it runs as Debian's `nobody` (initdb wants a named account).
    static let account: [String] =
        geteuid() == 0
        ? ["setpriv", "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups", "--"] : []

    static let nobody: UInt32 = 65_534
}
