/// One stretch of work under one epoch, from a fresh look at the database on.
protocol LaneSession: Sendable {
    /// Works until `stop`, cancellation, or something that memory must be dropped for.
    func run() async -> SessionEnd
    /// Ends the session once the step that is running is finished.
    func stop()
    /// Puts into force what the last reload has brought, where the work depends on any of it.
    func reload()
}

extension LaneSession {
    func reload() {}
}
