import Foundation
import TestSupport
import Testing

/// The alert rules that the project ships.
@Suite("Alerts")
struct AlertTests {
    @Test("Rules are valid and fire as they should", .enabled(if: Promtool.path != nil, "needs promtool"))
    func rules() async throws {
        let check = try await Promtool.run("check", "rules", "alerts.yaml")
        #expect(check.exit == .status(0), "\(check.stdout)\(check.stderr)")
        let test = try await Promtool.run("test", "rules", "alerts-test.yaml")
        #expect(test.exit == .status(0), "\(test.stdout)\(test.stderr)")
    }

    @Test(
        "Each rule says what, why and where to read on, is tried by the rules' tests, and asks for metrics that exist")
    func texts() throws {
        let text = try String(contentsOfFile: Package.file("deploy/alerts.yaml"), encoding: .utf8)
        let trials = try String(contentsOfFile: Package.file("deploy/alerts-test.yaml"), encoding: .utf8)
        let guide = try? String(contentsOfFile: Package.file("docs/operators-guide.md"), encoding: .utf8)
        let rules = text.components(separatedBy: "- alert: ").dropFirst()
        #expect(rules.count > 10)
        for rule in rules {
            let name = String(rule.prefix { !$0.isNewline })
            #expect(trials.contains("alertname=\"\(name)\""), "\(name)")
            for key in ["summary:", "description:", "severity:"] { #expect(rule.contains(key), "\(name)") }
            let anchor = "alert-\(name.lowercased())"
            #expect(rule.contains("runbook: operators-guide.md#\(anchor)\n"), "\(name)")
            if let guide {
                // As an anchor, or as a heading that makes one.
                let isThere = guide.contains("\"\(anchor)\"") || guide.contains("# Alert \(name)\n")
                #expect(isThere, "the guide says nothing of \(name)")
            }
            for metric in rule.matches(of: /confirmd_\w+/) {
                let family = String(metric.output).replacing(/_(bucket|count|sum)$/, with: "")
                #expect(MetricsTests.families.keys.contains(family), "\(name): \(metric.output)")
            }
        }
    }
}
