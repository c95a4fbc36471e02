import Foundation
import NodeHTTP

/// A file whose one line is a password.
enum SecretFile {
    private static let bytesMaximum = 4_096

    struct Content {
        let secret: String
        /// Every user of the host may read the file.
        let isPublic: Bool
    }

    /// The reason why there is no password to be had; it never holds any of the file.
    struct Unreadable: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// The file's content without the line break at its end.
    static func read(_ path: String) throws(Unreadable) -> Content {
        let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw Unreadable("does not exist")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw Unreadable("is not a regular file") }
        guard let size = attributes[.size] as? Int, size <= bytesMaximum else {
            throw Unreadable("is longer than a password")
        }
        guard var bytes = FileManager.default.contents(atPath: path)?.withoutByteOrderMark else {
            throw Unreadable("may not be read by this user")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw Unreadable("is empty") }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }), let secret = String(validating: bytes, as: UTF8.self)
        else {
            throw Unreadable("is not a single line of text")
        }
        let permissions = attributes[.posixPermissions] as? Int ?? 0
        return Content(secret: secret, isPublic: permissions & 0o004 != 0)
    }
}

extension Section {
    /// The secret in the file that a key names; nil when there is no such key, and when the file can't be read, which is
    /// reported. Read again whenever it is asked for, so that a new one counts at once.
    func renewedSecret(_ key: String) -> Secret? {
        guard let value = secret(key, isRenewed: true), let path = optional(key, .text).map(file.resolve) else {
            return nil
        }
        guard file.findings.readsSecrets else { return Secret(value) }
        return Secret(value) { try? SecretFile.read(path).secret }
    }

    /// The secret in the file that a key names; nil when there is no such key, and when the file can't be read, which
    /// is reported.
    /// - Parameter isRenewed: a new content of the file needs no restart.
    func secret(_ key: String, isRenewed: Bool = false) -> String? {
        guard let written = optional(key, .text) else { return nil }
        let path = file.resolve(written)
        if !file.findings.readsSecrets { return "" }
        do {
            let content = try SecretFile.read(path)
            if content.isPublic {
                file.findings.warn(
                    ConfigurationProblem(
                        file: path, message: "every user of this host may read this password; chmod 600 it"))
            }
            if !isRenewed { note(content: content.secret, of: key) }
            return content.secret
        } catch {
            let advice = Credentials.advice(for: written).map { "; \($0)" } ?? ""
            report("\"\(key)\": \(path) \(error.reason)\(advice)", at: key)
            return nil
        }
    }
}
