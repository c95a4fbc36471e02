import ArgumentParser
import Foundation

struct ConfigShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print every value in force and where it comes from.",
        discussion: """
            A value that no file sets is the default. Secrets are never printed: they are in files of their own, of \
            which the names are shown.

              confirmd config show --json | jq '.[] | select(.line == null)'
            """)

    @OptionGroup var config: ConfigurationOption

    @Flag(help: "Print JSON: file, line (null for a default), key and value.")
    var json = false

    func run() async throws {
        let settings = try Configuration.read(config.path, withSecrets: false).settings
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let lines = try settings.map { "\n" + String(decoding: try encoder.encode($0), as: UTF8.self) }
            return write("[" + lines.joined(separator: ",") + "\n]\n")
        }
        var file: String?
        for setting in settings {
            if setting.file != file { write("\(file == nil ? "" : "\n")\(setting.file)\n") }
            file = setting.file
            let origin = setting.line.map { "line \($0)" } ?? "default"
            let left = "  \(setting.key): \(setting.value)"
            write(left + String(repeating: " ", count: max(1, 60 - left.count)) + origin + "\n")
        }
    }
}
