import Foundation
import Payments

/// When an owner is looked at again, as `confirmd.commit_step` reads it and `confirmd_data.dossiers` gives it. Times are seconds
/// since 1970.
struct StoredOutlook: Codable {
    let at: Int64?
    let on: String?
    let mark: String?
    /// Nil for a network that has to be retired.
    let through: Int64?
    let undecided: StoredUndecided?

    static func text(_ outlook: Outlook) -> String {
        JSONObject.text(
            StoredOutlook(
                at: outlook.at, on: outlook.progress?.network, mark: outlook.progress?.mark.rawValue,
                through: outlook.progress?.through, undecided: outlook.undecided.map(StoredUndecided.init)))
    }

    func outlook() throws(MalformedRow) -> Outlook {
        var progress: Outlook.Progress?
        if let on {
            guard let mark = mark.flatMap(Outlook.Progress.Mark.init) else {
                throw MalformedRow("it waits for \(on) to be \(mark ?? "nothing")")
            }
            progress = Outlook.Progress(network: on, mark: mark, through: through)
        }
        return Outlook(at: at, progress: progress, undecided: try undecided?.undecided())
    }
}

/// `confirmd_data.owner.undecided`.
struct StoredUndecided: Codable {
    struct Wait: Codable {
        let `for`: String
        var network: String?
        var ordinal: Int32?
        var deposit: UUID?
        var beyond: Int64?
        var until: Int64?
    }

    let question: String
    let waits: [Wait]

    init(_ undecided: Undecided) {
        question = undecided.question.rawValue
        waits = undecided.waits.map(Wait.init)
    }

    func undecided() throws(MalformedRow) -> Undecided {
        guard let question = Undecided.Question(rawValue: question) else {
            throw MalformedRow("it waits for \(question)")
        }
        var waits: [Payments.Wait] = []
        for wait in self.waits { waits.append(try wait.wait()) }
        return Undecided(question, waits)
    }
}

extension StoredUndecided.Wait {
    fileprivate init(_ wait: Payments.Wait) {
        let kind = wait.kind.rawValue
        switch wait {
        case .deadline(let time): self.init(for: kind, beyond: time)
        case .registration(let ordinal, let network): self.init(for: kind, network: network, ordinal: ordinal)
        case .observation(let network, let beyond), .finality(let network, let beyond):
            self.init(for: kind, network: network, beyond: beyond)
        case .pending(let deposit, let network, let until):
            self.init(for: kind, network: network, deposit: deposit, until: until)
        case .unfinal(let deposit, let network): self.init(for: kind, network: network, deposit: deposit)
        }
    }

    fileprivate func wait() throws(MalformedRow) -> Payments.Wait {
        switch (Payments.Wait.Kind(rawValue: self.for), network, ordinal, beyond) {
        case (.deadline, _, _, let beyond?): return .deadline(beyond)
        case (.registration, let network?, let ordinal?, _): return .registration(ordinal: ordinal, network: network)
        case (.observation, let network?, _, let beyond?): return .observation(network: network, beyond: beyond)
        case (.pending, let network?, _, _): return .pending(deposit, network: network, until: until)
        case (.unfinal, let network?, _, _): return .unfinal(deposit, network: network)
        case (.finality, let network?, _, let beyond?): return .finality(network: network, beyond: beyond)
        default: throw MalformedRow("it waits for \(self.for)")
        }
    }
}
