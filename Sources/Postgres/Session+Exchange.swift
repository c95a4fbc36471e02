internal import CPostgres

extension Session {
    /// Sends one command and takes in all of the server's answer; the last result is returned.
    ///
    /// - Parameters:
    ///   - mayCommit: Whether losing the connection now leaves open if something was committed.
    ///   - isCancellable: Whether canceling the current task cancels the command.
    @discardableResult
    func exchange(
        on link: Link, mayCommit: Bool, isCancellable: Bool = true, _ send: (OpaquePointer) -> CInt
    ) throws(PostgresError) -> QueryResult? {
        var pending = PendingAnswer(
            link, wakeup: wakeup, isCancellable: isCancellable,
            silenceLimit: isCancellable ? configuration.silenceLimit : configuration.silenceGrace,
            grace: configuration.silenceGrace)
        let answer: PendingAnswer.Answer
        do throws(PostgresError) {
            guard send(link.pointer) == 1 else { throw PostgresError(.unavailable, link.errorMessage) }
            answer = try pending.all()
        } catch {
            disconnect()
            var error = error
            error.message = configuration.redact(PostgresError.oneLine(error.message))
            error.commitUnknown = mayCommit
            throw error
        }
        collectNotifications()
        let isFit = pending.finishCanceling() && link.isGood
        guard let failure = answer.failure else {
            if !isFit { disconnect() }
            return answer.last
        }
        var error = error(failure)
        // Without the server's code it is libpq that gave up: on the connection, or for want of memory on the answer.
        error.commitUnknown = mayCommit && (!link.isGood || error.sqlState == nil)
        if pending.isCanceling, error.code == .statementTimeout {
            error.code = .canceled
            error.message = "the task was canceled"
        }
        if !isFit || error.sqlState == nil || error.code.endsConnection { disconnect() }
        throw error
    }

    /// What a failed result says, without what must not be told.
    func error(_ result: QueryResult) -> PostgresError {
        guard let sqlState = result.errorField(.sqlState) else {
            return PostgresError(.unavailable, configuration.redact(PostgresError.oneLine(result.errorMessage)))
        }
        let message = PostgresError.oneLine(result.errorField(.message) ?? "")
        // "Cached plan must not change result type" has only the general code of a missing feature.
        let isStale = sqlState == "0A000" && result.errorField(.routine) == "RevalidateCachedQuery"
        return PostgresError(
            isStale ? .stalePlan : PostgresError.Code(sqlState: sqlState),
            PostgresError.withoutValues(message, sqlState: sqlState), sqlState: sqlState,
            detail: result.errorField(.detail), hint: result.errorField(.hint),
            constraint: result.errorField(.constraint))
    }
}
