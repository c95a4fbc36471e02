import Foundation
import TestSupport

@testable import Daemon

/// A configuration in a folder of its own. The passwords it names exist.
struct ConfigurationFolder {
    let path: String
    private let folder: String

    static let litecoin = """
        network: litecoin
        family: bitcoin
        chain: main
        coin: litecoin
        nodes:
          - { url: "http://127.0.0.1:9332", username: confirmd, password_file: node-password }
        confirmations:
          credit: 6
          final: 12
        assets:
          - { code: LTC, decimals: 8 }
        """

    /// `networks` are the texts of networks.d by file name.
    init(main: String = "", networks: [String: String] = ["litecoin.yaml": litecoin]) throws {
        folder = try Scratch.folder("configuration")
        path = folder + "/confirmd.yaml"
        try FileManager.default.createDirectory(atPath: folder + "/networks.d", withIntermediateDirectories: false)
        try write(main, to: "confirmd.yaml")
        try write("database secret\n", to: "database-password")
        try write("node secret\n", to: "networks.d/node-password")
        for (name, text) in networks { try write(text, to: "networks.d/" + name) }
    }

    func write(_ text: String, to name: String, permissions: Int = 0o600) throws {
        let created = FileManager.default.createFile(
            atPath: folder + "/" + name, contents: Data(text.utf8), attributes: [.posixPermissions: permissions])
        if !created { throw TestFailure("can't write \(name)") }
    }

    func read() throws -> Configuration { try Configuration.read(path) }

    /// What is wrong with it, one line each, with paths from the folder on.
    var problems: [String] {
        do {
            _ = try read()
            return []
        } catch let error as ConfigurationError {
            return error.description.split(separator: "\n").map { String($0).replacing(folder + "/", with: "") }
        } catch {
            return ["\(error)"]
        }
    }
}
