internal import CPostgres

extension Session {
    /// Sends one command and takes in all of the server's answer; the last result is returned.
    ///
    /// - Parameters:
    ///   - mayCommit: Whether losing the connection now leaves open if something was committed.
    ///   - isCancellable: Whether cancelling the current task cancels the command.
    @discardableResult
    func exchange(
        mayCommit: Bool, isCancellable: Bool = true, _ send: (OpaquePointer) -> CInt
    ) throws(PostgresError) -> QueryResult? {
        let link = try connected(isCancellable: isCancellable)
        var answer = PendingAnswer(
            link, wakeup: wakeup, isCancellable: isCancellable,
            silenceLimit: isCancellable ? configuration.silenceLimit : configuration.silenceGrace,
            grace: configuration.silenceGrace)
        var outcome: QueryResult?
        var failure: PostgresError?
        if send(link.pointer) == 1 {
            do throws(PendingAnswer.Fault) {
                while let result = try answer.nextResult() {
                    switch result.status {
                    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                        throw PendingAnswer.Fault(.misuse, "COPY can't be run this way")
                    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: failure = failure ?? error(result)
                    default: outcome = result
                    }
                }
            } catch {
                disconnect()
                throw PostgresError(error.code, error.message, commitUnknown: mayCommit)
            }
        } else {
            failure = PostgresError(.unavailable, libpqMessage(of: link))
        }
        collectNotifications()
        let isSettled = answer.finishCancelling()
        guard let failure else {
            if !isSettled || !link.isGood { disconnect() }
            return outcome
        }
        // Without the server's code it is libpq that gave up: on the connection, or for want of memory on the answer.
        let isLost = !link.isGood || failure.sqlState == nil
        if isLost || !isSettled || failure.code.endsConnection { disconnect() }
        let isCancelled = answer.isCancelling && failure.code == .statementTimeout
        throw PostgresError(
            isCancelled ? .cancelled : failure.code, isCancelled ? "the task was cancelled" : failure.message,
            sqlState: failure.sqlState, detail: failure.detail, hint: failure.hint, constraint: failure.constraint,
            commitUnknown: mayCommit && isLost)
    }

    private func error(_ result: QueryResult) -> PostgresError {
        guard let sqlState = result.errorField(.sqlState) else {
            let message = PostgresError.oneLine(result.errorMessage)
            return PostgresError(.unavailable, configuration.redact(message))
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

    private func libpqMessage(of link: Link) -> String {
        configuration.redact(PostgresError.oneLine(link.errorMessage))
    }
}
