import Foundation
import NodeHTTP
import Postgres

/// What `confirmd.yaml` says.
struct MainConfiguration: Sendable {
    let database: PostgresConfiguration
    let listen: ListenAddress
    /// Further names by which the endpoints may be asked for.
    let listenNames: [String]

    /// Reads that file alone: commands that only need the database work also while a network's file is broken.
    static func read(_ path: String) throws(ConfigurationError) -> MainConfiguration {
        let findings = Findings()
        return try findings.result(read(SettingsFile(path: path, findings: findings)))
    }

    static func read(_ file: SettingsFile) -> MainConfiguration? {
        guard let root = file.root() else { return nil }
        root.permit(["database", "listen", "listen_names"])
        let listen = root.value("listen", .listenAddress, default: .standard)
        let database = root.optionalSection("database").flatMap(database)
        let names = root.values("listen_names", .hostName, atMost: 20)
        guard let listen, let database, let names else { return nil }
        return MainConfiguration(database: database, listen: listen, listenNames: names)
    }

    private static func database(_ section: Section) -> PostgresConfiguration? {
        section.permit(["url", "password_file"])
        let password = section.renewedSecret("password_file")
        guard let url = section.value("url", .url, default: "postgresql:///confirmd") else { return nil }
        // Of a URI or of keywords, as libpq knows both.
        if url.firstMatch(of: /:\/\/[^\/@]*:[^\/@]*@/) != nil
            || url.firstMatch(of: /(^|[?&\s])(ssl)?password\s*=/) != nil
        {
            section.report("the URL holds a password; put it into a file and name that as \"password_file\"", at: "url")
            return nil
        }
        var renewal: (@Sendable () -> String?)?
        if let password { renewal = { password.value } }
        do {
            return try PostgresConfiguration(url: url, password: password?.value, renewedBy: renewal)
        } catch {
            section.report("\"url\": \(error.message)", at: "url")
            return nil
        }
    }
}
