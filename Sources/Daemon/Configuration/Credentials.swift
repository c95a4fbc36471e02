import Foundation

/// The files that systemd gives the service with LoadCredential= (systemd.exec(5)).
enum Credentials {
    private static let prefix = "$CREDENTIALS_DIRECTORY/"

    /// What the service itself is told. Who has its account may read them too while it runs, at their usual place.
    private static var folder: String {
        ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials/confirmd.service"
    }

    /// Where the file is that a path beginning with `$CREDENTIALS_DIRECTORY` names; nil for any other path.
    static func path(of written: String) -> String? {
        written.hasPrefix(prefix) ? folder + "/" + written.dropFirst(prefix.count) : nil
    }

    /// What to do when such a file can't be read; nil for any other path, and within the service.
    static func advice(for written: String) -> String? {
        guard written.hasPrefix(prefix), ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] == nil else {
            return nil
        }
        let name = written.dropFirst(prefix.count)
        return """
            systemd gives it to the service alone: run this as the service's user while it runs (sudo -u confirmd …), or by \
            systemd-run --pipe --wait -p User=confirmd -p LoadCredential=\(name):FILE
            """
    }
}
