internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import NodeHTTP

struct TronCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tron",
        abstract: "Run a TRON node.",
        discussion: """
            The first line it prints is the address it listens on. The same seed gives the same genesis block, accounts \
            and contracts; with --clock virtual the same commands also give the same blocks.

            Example: confirmd-devnet tron --listen 127.0.0.1:8090 --seed 1 --block-time 3s
            """)

    @Option(help: "The address and port; port 0 is any free one.")
    var listen = "127.0.0.1:8090"

    @Option(help: "What the chain is made of.")
    var seed: UInt64 = 1

    @Option(name: .customLong("block-time"), help: "A block every 3s or 500ms; 0: only on command.")
    var blockTime = "3s"

    @Option(help: "The time that blocks have: real, or virtual (three seconds apart, from November 2023 on).")
    var clock = Server.Clock.real

    @Option(help: "How many empty blocks the chain begins with.")
    var blocks = 30

    @Option(name: .customLong("solid-lag"), help: "How many blocks the solidified one is behind the last.")
    var solidLag = 18

    @Option(name: .customLong("api-key"), help: "Refuses requests without this TRON-PRO-API-KEY.")
    var apiKey: String?

    @Flag(help: "Print the first line as JSON, with the contracts' addresses.")
    var json = false

    func validate() throws {
        guard address != nil else { throw ValidationError("--listen is an address and port such as 127.0.0.1:0") }
        guard Self.duration(blockTime) != nil else {
            throw ValidationError("--block-time is 0 or between 1ms and 1h, such as 3s or 500ms")
        }
        guard (0...10_000).contains(blocks) else { throw ValidationError("--blocks goes from 0 to 10000") }
        guard (0...1_000).contains(solidLag) else { throw ValidationError("--solid-lag goes from 0 to 1000") }
    }

    func run() async throws {
        guard let (host, port) = address, let pause = Self.duration(blockTime) else { throw ExitCode.failure }
        // The chain begins so long ago that its first blocks are over now.
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let start = clock == .real ? now - Int64(blocks) * TronChain.slot : 1_700_000_001_000
        let node = Node(
            seed: Seed(number: seed), solidLag: solidLag, start: start, blocks: blocks, apiKey: apiKey)
        let json = json
        try await Server(node, clock: clock, blockTime: pause == .zero ? nil : pause)
            .run(host: host, port: port) { port, node in
                let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                print(json ? node.announcement(url: url) : url)
                if !json {
                    for token in node.chain.participants.tokens { print("\(token.code) \(token.address.base58)") }
                }
                // Whoever started it may be reading from a pipe.
                fflush(nil)
            }
    }

    private var address: (host: String, port: Int)? {
        guard let (_, host, port) = listen.wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})/)?.output,
            let port = Int(port), port <= 65_535
        else { return nil }
        return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host), port)
    }

    private static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        guard let (_, number, unit) = text.wholeMatch(of: /([0-9]{1,7})(ms|s)/)?.output, let number = Int(number)
        else { return nil }
        let duration = unit == "ms" ? Duration.milliseconds(number) : .seconds(number)
        return (.milliseconds(1)...Duration.seconds(3_600)).contains(duration) ? duration : nil
    }
}

extension Server.Clock: ExpressibleByArgument {}

extension Node {
    /// One line of JSON: where it listens, and the state it begins with.
    fileprivate func announcement(url: String) -> String {
        guard case .object(var members) = state else { return url }
        members["url"] = .string(url)
        return String(decoding: JSONValue.object(members).serialized, as: UTF8.self)
    }
}
