import Foundation
import Glibc
import Synchronization

/// A connection through a proxy. Two threads copy what either side says, message by message.
final class ProxiedConnection: Sendable {
    private struct State {
        /// The prepared statements that are watched.
        var names: Set<String> = []
        /// The exchange under way, if it is about one of them.
        var exchange: Int?
        var backend = 0
        var isCut = false
        /// What a late cut keeps back.
        var withheld: [UInt8]?
    }

    private let client: CInt
    private let server: CInt
    private let proxy: MeddlingProxy
    private let state = Mutex(State())

    /// Both descriptors are the connection's from now on.
    init(client: CInt, server: CInt, proxy: MeddlingProxy) {
        self.client = client
        self.server = server
        self.proxy = proxy
    }

    deinit {
        close(client)
        close(server)
    }

    /// Copies what `sender` says until its end or a cut, then hangs up on both.
    func copy(from sender: ProtocolMessage.Sender) {
        var reader = ProtocolReader(sender == .client ? client : server, from: sender)
        while let frame = reader.next(), state.withLock({ pass(frame, &$0) }) {}
        if sender == .client, let withheld = state.withLock(\.withheld) {
            shutdown(client, CInt(SHUT_RDWR))
            proxy.journal.waitForDelivery()
            _ = transmit(withheld[...], to: server)
            // The answer is noted still.
            shutdown(server, CInt(SHUT_WR))
            return
        }
        hangUp()
        if sender == .server, state.withLock({ $0.withheld != nil }) { proxy.journal.settle() }
    }

    /// Passes a message on, whole and at once for both sides: what comes after a cut goes nowhere. False at the end.
    private func pass(_ frame: ProtocolReader.Frame, _ state: inout State) -> Bool {
        let isFromClient = frame.message.sender == .client
        if isFromClient, state.withheld != nil {
            state.withheld! += frame.bytes
            return frame.message.letter != "S"
        }
        guard !state.isCut else { return false }
        let target = isFromClient ? server : client
        if !isFromClient, proxy.losesAnswers.load(ordering: .sequentiallyConsistent) { return false }
        guard let place = note(frame, &state) else {
            // What the server says after a late cut is noted but nobody hears it.
            return state.withheld != nil || transmit(frame.bytes[...], to: target)
        }
        switch place {
        case .before: break
        case .inside: _ = transmit(frame.bytes.prefix(frame.bytes.count / 2), to: target)
        case .after: _ = transmit(frame.bytes[...], to: target)
        case .late:
            state.withheld = frame.bytes
            return frame.message.letter != "S"
        }
        proxy.holdsConnections.store(true, ordering: .sequentiallyConsistent)
        state.isCut = true
        hangUp()
        return false
    }

    /// Notes the message if it belongs to an exchange about a watched statement, and says where to cut.
    private func note(_ frame: ProtocolReader.Frame, _ state: inout State) -> Cut.Place? {
        let message = frame.message
        switch (message.sender, message.letter) {
        case (.server, "K"): state.backend = frame.number
        case (.client, "P"):
            let strings = frame.strings(2)
            guard strings.count == 2, proxy.journal.isWatched(strings[1]) else { break }
            state.names.insert(strings[0])
            state.exchange = proxy.journal.begin(Exchange(.prepare, opening: frame.bytes))
        case (.client, "B"):
            guard let name = frame.strings(2).last, state.names.contains(name) else { break }
            state.exchange = proxy.journal.begin(Exchange(.execute, opening: frame.bytes))
        default: break
        }
        guard let exchange = state.exchange, !message.isUnasked else { return nil }
        if message == ProtocolMessage(.server, "Z") { state.exchange = nil }
        if message == ProtocolMessage(.server, "E") {
            proxy.journal.note(refusal: frame.strings(20).first { $0.hasPrefix("C") }?.dropFirst(), in: exchange)
        }
        return proxy.journal.note(message, in: exchange, backend: state.backend)
    }

    private func transmit(_ bytes: ArraySlice<UInt8>, to target: CInt) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(target, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func hangUp() {
        shutdown(client, CInt(SHUT_RDWR))
        shutdown(server, CInt(SHUT_RDWR))
    }
}
