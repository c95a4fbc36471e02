internal import CPostgres

/// Poolers: a session of the server has to be ours alone, and as we asked for it to be.
extension Session {
    /// Sees to it that a new link leads to a session of our own with our settings in force; throws when it does not.
    func secure(_ link: Link, reachedBy parameters: [String: String]) throws(PostgresError) {
        let process: Int32
        do throws(PostgresError) { process = try self.process(of: link) } catch  where error.code == .unavailable {
            throw PostgresError(
                .unavailable,
                """
                connected, and the first statement was not answered: \(error.message); a pooler does that whose connections \
                are all in use: a daemon needs two for each network and four more
                """)
        }
        // To the server itself: it has taken the settings, or it would not have let us in.
        isPooled = process != link.announcedProcess
        guard isPooled else { return }
        if isShared(link, process, parameters) {
            throw PostgresError(
                .configuration,
                """
                database.url leads to a pooler that gives each transaction another session of the server (\(configuration)); \
                confirmd needs sessions of its own: set pool_mode = session for it in the pooler (in PgBouncer for the \
                database or the user), or have database.url lead to the server itself. What creators and consumers call goes \
                through such a pooler all the same
                """)
        }
        // Poolers may have dropped what was asked for, without a word.
        let settings = configuration.settings.map { "set_config('\($0.name)', '\($0.value)', false)" }
        _ = try ask("SELECT " + settings.joined(separator: ", "), on: link)
    }

    /// Whether statements of one link go to the same session of the server as those of another, or to changing ones. A pooler
    /// without room for another link does not tell: then what was seen at earlier links counts.
    private func isShared(_ link: Link, _ process: Int32, _ parameters: [String: String]) -> Bool {
        guard let other = try? dial(parameters), other.isGood else { return false }
        for _ in 1...4 {
            guard let theirs = try? self.process(of: other), let ours = try? self.process(of: link) else {
                return false
            }
            if theirs == ours || ours != process { return true }
        }
        return false
    }

    /// The process of the server that answers a statement.
    private func process(of link: Link) throws(PostgresError) -> Int32 {
        guard let answer = try ask("SELECT pg_catalog.pg_backend_pid()", on: link) else {
            throw PostgresError(.unavailable, "the server answered nothing")
        }
        return try PostgresRows(result: answer).only.decode(0)
    }

    /// One statement of ours outside a transaction, on a link that is not in use yet.
    private func ask(_ sql: String, on link: Link) throws(PostgresError) -> QueryResult? {
        var pending = PendingAnswer(
            link, wakeup: wakeup, isCancellable: true, silenceLimit: configuration.firstAnswerLimit,
            grace: configuration.silenceGrace)
        guard try Parameters([]).send(sql, on: link.pointer) == 1 else {
            throw PostgresError(.unavailable, configuration.redact(PostgresError.oneLine(link.errorMessage)))
        }
        let answer = try pending.all()
        _ = pending.finishCanceling()
        if let failure = answer.failure { throw error(failure) }
        return answer.last
    }
}
