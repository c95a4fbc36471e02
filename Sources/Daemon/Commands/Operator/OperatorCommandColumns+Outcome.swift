import Foundation
import Payments
import Store

extension OperatorCommandColumns {
    /// What became of the command, in words; throws them when it was refused.
    func outcomeText() throws(CommandFailure) -> String {
        switch outcome {
        case .applied: return "\(subject) \(effect)"
        case .refused:
            if detail == WaitingCommand.ResumeRefusal.notHalted.rawValue {
                throw CommandFailure(
                    message: "command \(number) was refused: \(subject) is not halted",
                    advice: "Only a network that `confirmd status` shows as halted can be resumed.")
            }
            let refusal = detail.flatMap(Payments.InvoiceCommand.Refusal.init)
            throw CommandFailure(
                message: "command \(number) was refused: \(subject) \(refusal?.words ?? detail ?? "")",
                advice: refusal?.advice)
        case nil:
            return """
                command \(number) waits for a daemon to carry it out; later, this tells what became of it:
                SELECT outcome, detail FROM confirmd.operator_command WHERE number = \(number)
                """
        }
    }

    private var subject: String {
        if let invoiceId { return "invoice \(invoiceId.uuidString.lowercased())" }
        return network.map { "network \($0)" } ?? "the outbox"
    }

    private var effect: String {
        switch kind {
        case .markPaid: "is marked paid"
        case .cancel: "is canceled"
        case .retireNetwork: "is retired"
        case .resumeNetwork: "is taken up again"
        case .resyncNetwork: "is taken up again from an older block"
        case .newIncarnation: "has a new incarnation"
        case .removeConsumer: "waits no longer for \(detail ?? "the consumer")"
        }
    }
}

extension Payments.InvoiceCommand.Refusal {
    /// What is the matter with the invoice.
    fileprivate var words: String {
        switch self {
        case .refused: "was refused at its registration"
        case .alreadyPaid: "is paid already"
        case .notCreated: "is no longer in status created"
        case .depositPending: "has a payment on its way"
        case .setAside: "is set aside"
        }
    }

    fileprivate var advice: String? {
        switch self {
        case .refused: "Its order is free again: make a new invoice."
        case .alreadyPaid: nil
        case .notCreated: "Only an invoice that nothing was paid to can be canceled, and only once."
        case .setAside: "`confirmd invoice show` tells why; once that is mended, a restart of the daemon tries again."
        case .depositPending: "It may be canceled once the payment is gone; once it is credited, it can't be."
        }
    }
}
