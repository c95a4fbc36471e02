import NIOCore
import NIOHTTP1

/// One connection: one request, one answer, and the end, all within `lifetime`. Who asks slowly, reads slowly or says nothing
/// is cut off.
final class EndpointConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// From its opening to its end, whatever it was used for.
    static let lifetime: TimeAmount = .seconds(5)

    private let hosts: ExpectedHosts
    private let answers: EndpointAnswers
    private var deadline: Scheduled<Void>?
    private var isAnswered = false

    init(_ hosts: ExpectedHosts, _ answers: EndpointAnswers) {
        self.hosts = hosts
        self.answers = answers
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.lifetime) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Whatever else comes is read and let go, so that the answer is not lost with the connection.
        guard case .head(let request) = Self.unwrapInboundIn(data), !isAnswered else { return }
        isAnswered = true
        send(answer(to: request), to: request, context)
    }

    private func answer(to request: HTTPRequestHead) -> EndpointAnswer {
        let named = request.headers["Host"]
        // HTTP/1.0 has none, in which some load balancers look for health.
        let isMeant = named.isEmpty ? request.version == .http1_0 : named.count == 1 && hosts.contains(named[0])
        guard isMeant else {
            return .text(
                .misdirectedRequest,
                "This daemon does not answer for that host. A name that leads here goes into listen_names in confirmd.yaml."
            )
        }
        guard [.GET, .HEAD].contains(request.method) else {
            return .text(.methodNotAllowed, "Only GET and HEAD are answered.")
        }
        let path = request.uri.prefix { $0 != "?" }
        return answers.answer(to: String(path)) ?? .text(.notFound, "There is nothing here.")
    }

    private func send(_ answer: EndpointAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = [
            "Content-Type": answer.type, "Content-Length": String(answer.body.utf8.count), "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff", "Connection": "close",
        ]
        let head = HTTPResponseHead(version: request.version, status: answer.status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        }
        let channel = context.channel
        // The caller's own end follows once he has read it.
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
    }
}
