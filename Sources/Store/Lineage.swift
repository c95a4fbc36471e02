import Foundation
public import Postgres
import Synchronization

/// The furthest that this process has seen of its database, on any connection: one for all of its lanes. A database that is
/// behind it (an old primary that was started again, a copy of before) is refused until it is no longer behind, and
/// functions that write events are told of it, so that they notice when commits are gone.
public final class Lineage: Sendable {
    /// Where a database stands among all that it was and may be again.
    public struct Place: Hashable, Sendable {
        /// Of the outbox.
        public let incarnation: Int32
        /// The last position that the outbox has given out.
        public let position: Int64
        public let systemIdentifier: Int64
        public let timeline: Int32

        public init(incarnation: Int32, position: Int64, systemIdentifier: Int64, timeline: Int32) {
            self.incarnation = incarnation
            self.position = position
            self.systemIdentifier = systemIdentifier
            self.timeline = timeline
        }
    }

    /// The furthest of all places, as `confirmd_data.lineage` and `confirmd.commit_step` are told of it.
    public struct Seen: Encodable, Sendable {
        public let incarnation: Int32
        /// In the outbox, of this incarnation.
        public fileprivate(set) var position: Int64
        /// Of each server that was in use in this incarnation, by its system identifier.
        public fileprivate(set) var timelines: [String: Int32]

        fileprivate init(_ place: Place) {
            incarnation = place.incarnation
            position = place.position
            timelines = ["\(place.systemIdentifier)": place.timeline]
        }

        /// An answer may come late, after one that is further.
        fileprivate func joined(by place: Place) -> Seen {
            if place.incarnation > incarnation { return Seen(place) }
            guard place.incarnation == incarnation else { return self }
            var seen = self
            seen.position = max(position, place.position)
            seen.timelines.merge(["\(place.systemIdentifier)": place.timeline]) { max($0, $1) }
            return seen
        }
    }

    private struct State {
        var seen: Seen?
        var isRefusing = false
    }

    private let state = Mutex(State())
    private let onRefusal: @Sendable (_ reason: String) -> Void

    /// - Parameter onRefusal: Told once when a database is refused, and again only after one was taken.
    public init(onRefusal: @escaping @Sendable (_ reason: String) -> Void = { _ in }) {
        self.onRefusal = onRefusal
    }

    /// What was seen; nil while nothing was.
    public var seen: Seen? { state.withLock(\.seen) }

    /// The same as a JSON object.
    var known: String? {
        seen.map { seen in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return (try? encoder.encode(seen)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        }
    }

    /// Takes note of where a database stands that was not refused.
    public func note(_ place: Place) {
        state.withLock { state in
            state.seen = state.seen?.joined(by: place) ?? Seen(place)
            state.isRefusing = false
        }
    }

    /// The same of a row with the columns of `confirmd_data.lineage`.
    func note(_ row: PostgresRow) throws(PostgresError) { note(try Place(row)) }

    /// Refuses a server that was connected to when its database is behind, with `.behind`.
    public func admit(_ server: PostgresTransaction) throws(PostgresError) {
        do throws(PostgresError) {
            try note(server.query(Self.look, [.jsonb(known)]).only)
        } catch {
            let isNews = state.withLock { state in
                defer { state.isRefusing = state.isRefusing || error.code == .behind }
                return error.code == .behind && !state.isRefusing
            }
            if isNews { onRefusal(error.message) }
            throw error
        }
    }

    /// The same of a connection that stands for long.
    public func check(_ connection: PostgresConnection) async throws(PostgresError) {
        try note(await connection.query(Self.look, [.jsonb(known)]).only)
    }

    private static let look = "SELECT * FROM confirmd_data.lineage($1)"
}

extension Lineage.Place {
    /// Of a row with the columns of `confirmd_data.lineage`.
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            incarnation: try row.decode("incarnation"), position: try row.decode("position"),
            systemIdentifier: try row.decode("system_identifier"), timeline: try row.decode("timeline"))
    }
}
