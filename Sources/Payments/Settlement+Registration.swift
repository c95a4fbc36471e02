/// How options come to be watched, or are refused.
extension Settlement {
    /// Ends the registration of options. A new option of an address also wants what came there of its asset: what was
    /// rejected is judged again, what is in no block will be.
    mutating func register(_ registrations: [Registration], _ policy: Policy) {
        for registration in registrations {
            guard let place = dossier.options.firstIndex(where: { $0.ordinal == registration.ordinal }) else {
                continue
            }
            end(registration, at: place)
            guard registration.refusal == nil else { continue }
            let option = dossier.options[place]
            for index in dossier.deposits.indices where dossier.deposits[index].isMeant(for: option) {
                change(index) { $0.move(to: option) }
                guard case .rejected(let rejection) = dossier.deposits[index].standing, rejection != .ownFunds else {
                    continue
                }
                change(index) { $0.detect() }
                emit(.depositDetected, index)
            }
        }
    }

    /// Tells that the last option is registered, or that an unusable one refuses its owner, which it does only while
    /// nothing was announced and nothing paid.
    mutating func announceRegistration(_ registrations: [Registration]) {
        guard !registrations.isEmpty, !dossier.refused else { return }
        if registrations.contains(where: { $0.refusal != nil }), dossier.registrations == 0, !dossier.hasDeposits {
            refuse()
            announce(.invoiceRefused, .walletRefused)
        } else if dossier.options.allSatisfy({ !$0.isUnregistered }), dossier.options.contains(where: \.isRegistered) {
            announce(.invoiceRegistered, .walletRegistered)
            countAnnouncement()
        }
    }

    private mutating func announce(_ invoiceKind: Event.Kind, _ walletKind: Event.Kind) {
        guard let option = dossier.options.first else { return }
        emit(registration: dossier.invoice == nil ? walletKind : invoiceKind, option)
    }
}
