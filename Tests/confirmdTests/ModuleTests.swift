import Foundation
import TestSupport
import Testing

/// The compiler finds every module that was built before, so that Package.swift alone keeps nobody from importing one.
@Suite("Modules")
struct ModuleTests {
    private struct Manifest: Decodable {
        struct Target: Decodable {
            struct Dependency: Decodable {
                let byName: [String?]?
                let target: [String?]?

                var name: String? { (byName ?? target)?.first ?? nil }
            }

            let name: String
            let type: String
            let path: String?
            let dependencies: [Dependency]

            var folder: String { Package.file(path ?? (type == "test" ? "Tests/" : "Sources/") + name) }
        }

        let targets: [Target]
    }

    @Test("A module imports none of ours but those that Package.swift lists for it")
    func imports() async throws {
        // `swift test` holds the lock of the package's own build folder for as long as the tests run.
        let text = try await Command.succeed([
            "swift", "package", "--package-path", Package.file(""), "--scratch-path", Scratch.folder("modules"),
            "dump-package",
        ])
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        let ours = Set(manifest.targets.map(\.name))
        #expect(ours.contains("Watcher"))
        for target in manifest.targets where target.type != "system" {
            let listed = Set(target.dependencies.compactMap(\.name))
            // A test target depends on what it tests.
            let imported = try imports(in: target.folder).intersection(ours)
            #expect(imported.isSubset(of: listed), "\(target.name) imports \(imported.subtracting(listed).sorted())")
        }
    }

    private func imports(in folder: String) throws -> Set<String> {
        let line = /(?:@testable )?(?:(?:public|internal|private) )?import (?:(?:struct|class|enum|func) )?(\w+).*/
        var names: Set<String> = []
        let files = try #require(FileManager.default.enumerator(atPath: folder))
        for case let name as String in files where name.hasSuffix(".swift") {
            let source = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            for text in source.split(separator: "\n") {
                if let match = text.wholeMatch(of: line) { names.insert(String(match.1)) }
            }
        }
        return names
    }
}
