import ArgumentParser

/// One way to pay an invoice, as `--option` gives it; its coding is what `confirmd.create_invoice` takes.
struct InvoiceOption: Hashable, Sendable, Encodable {
    let asset: String
    let address: String
    /// In whole coins; nil where any amount will do.
    let amount: String?

    /// `ASSET:ADDRESS[:AMOUNT]`: the first colon ends the asset, and a last `:NUMBER` is the amount, since an address
    /// may itself hold colons (`bitcoincash:q…`).
    @Sendable init(argument: String) throws {
        guard let (_, asset, rest) = argument.wholeMatch(of: /([^:]+):(.+)/)?.output else {
            throw ValidationError("'\(argument)' is not an option such as LTC:ltc1q…:1.25 (asset, address, amount).")
        }
        self.asset = String(asset)
        guard let (_, address, last) = rest.wholeMatch(of: /(.+):([^:]*)/)?.output else {
            self.address = String(rest)
            amount = nil
            return
        }
        if last.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) != nil {
            self.address = String(address)
            amount = String(last)
        } else if last.allSatisfy({ "0123456789.,+-".contains($0) }) {
            // No address ends like that: it would be an invoice for any amount to an address that nobody has.
            throw ValidationError("'\(last)' in '\(argument)' is not a valid amount; use a decimal such as 1.25.")
        } else {
            self.address = String(rest)
            amount = nil
        }
    }
}
