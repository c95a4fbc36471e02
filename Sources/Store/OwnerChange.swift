import Payments

/// What a step changes of an owner, as `confirmd.commit_step` reads it.
enum OwnerChange {
    /// Put together by hand: a step has thousands of them, which an encoder takes long for. An invoice that stays what it is is
    /// not written.
    static func text(_ changes: Changes) -> String {
        var text = """
            {"expected":\(changes.expectedVersion),"version":\(changes.version),\
            "registrations":\(Int32(clamping: changes.registrationsAnnounced)),"refused":\(changes.refused)
            """
        if let totals = changes.totals { text += ",\"totals\":\(StoredTotals.text(totals))" }
        if changes.isSetAsideNews { text += ",\"set_aside\":\(JSONObject.text(changes.setAside))" }
        if let invoice = changes.changedInvoice { text += ",\"invoice\":\(InvoiceDecisions.text(invoice))" }
        if let outlook = changes.outlook { text += ",\"outlook\":\(StoredOutlook.text(outlook))" }
        return text + "}"
    }
}
