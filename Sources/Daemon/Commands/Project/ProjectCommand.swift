import ArgumentParser
import Payments
import Store

struct ProjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Create projects and set their terms.",
        discussion: """
              confirmd project set shop --service-fee 1.9%
              confirmd project list
            """,
        subcommands: [ProjectSetCommand.self, ProjectListCommand.self])

    static var columns: [Column<ProjectColumns>] {
        func percentage(_ points: Int32) -> String { BasisPoints(max(points, 0)).percentage }
        return [
            Column("PROJECT") { $0.project },
            Column("SERVICE FEE") { project in
                let others = project.serviceFeeBpsFor.sorted { $0.key < $1.key }.map {
                    "\($0.key) \(percentage($0.value))"
                }
                return ([percentage(project.serviceFeeBps)] + others).joined(separator: ", ")
            },
            Column("PAID BY") { $0.serviceFeePayer },
            Column("TRANSFER FEE PAID BY") { $0.transferFeePayer },
            Column("UNDERPAY", .right) { percentage($0.underpayToleranceBps) },
            Column("OVERPAY", .right) { percentage($0.overpayToleranceBps) },
            Column("AUTO-CONFIRM", .right) { $0.autoConfirmBps.map(percentage) },
            Column("LATE") { $0.latePolicy },
        ]
    }
}
