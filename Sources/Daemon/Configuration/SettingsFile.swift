import Foundation
import Yams

/// One YAML file of the configuration while it is read.
struct SettingsFile {
    let path: String
    let findings: Findings

    /// Far above any real file, far below what would hurt.
    private static let bytesMaximum = 1 << 20

    /// The mapping that the file consists of; nil, and reported, when it is none.
    func root() -> Section? {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            report("the file can't be read: does it exist, and may this user read it?")
            return nil
        }
        guard bytes.count <= Self.bytesMaximum,
            let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self)
        else {
            report("the file is not UTF-8 text of at most 1 MiB")
            return nil
        }
        do {
            // An empty file sets nothing.
            return Section(try compose(yaml: text) ?? Node([(Node, Node)]()), name: nil, in: self)
        } catch let error as YamlError {
            report(error)
        } catch {
            report("the file can't be read: \(error)")
        }
        return nil
    }

    func report(_ message: String, at mark: Mark? = nil) {
        report(message, line: mark?.line, column: mark?.column)
    }

    private func report(_ message: String, line: Int?, column: Int?) {
        findings.report(ConfigurationProblem(file: path, line: line, column: column, message: message))
    }

    /// A path in the file counts from the file's own folder, or is one of systemd's credentials.
    func resolve(_ other: String) -> String {
        if let credential = Credentials.path(of: other) { return credential }
        if other.hasPrefix("/") { return other }
        return path.lastIndex(of: "/").map { path[...$0] + other } ?? other
    }

    /// Without the snippet that the error would show: the line may hold a secret.
    private func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            report("invalid YAML: \(problem)", at: mark)
        case .duplicatedKeysInMapping(let keys, let context):
            let quoted = keys.map { "\"\($0)\"" }.joined(separator: ", ")
            report("\(quoted) is given more than once here; keep one", at: context.mark)
        case .reader(let problem, let offset, _, let text):
            let line = text.prefix(offset ?? 0).count { $0.isNewline } + 1
            report("invalid YAML: \(problem)", line: line, column: nil)
        default:
            report("invalid YAML")
        }
    }
}

extension Data {
    /// What some editors put before a text says nothing in UTF-8, and may stand there (YAML 1.2.2, §5.2).
    var withoutByteOrderMark: Data {
        let mark = Data("\u{FEFF}".utf8)
        return starts(with: mark) ? dropFirst(mark.count) : self
    }
}
