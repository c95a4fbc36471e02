internal import ArgumentParser

struct PayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay", abstract: "Queue a payment for the next block.",
        discussion: "Example: confirmd-devnet pay --to TADDRESS --amount 12.5 --asset USDT")

    @OptionGroup var node: NodeOption
    @Option(help: "The receiver, in base58 or hexadecimal.") var to: String
    @Option(help: "In the asset's unit.") var amount: String
    @Option(help: "TRX, USDT, USDD, FAKE (its symbol is USDT too) or 1002000 (TRC-10).") var asset = "TRX"
    @Option(help: "transfer, internal, rejected (an internal transfer that fails) or call.") var kind = PaymentKind
        .transfer
    @Option(help: "How it ends: SUCCESS, REVERT, OUT_OF_ENERGY …") var result = "SUCCESS"

    func run() async throws {
        try await node.perform(
            "pay", ["to": to, "amount": amount, "asset": asset, "kind": kind.rawValue, "result": result])
    }
}

extension PaymentKind: ExpressibleByArgument {}

struct MineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mine", abstract: "Produce blocks, the first with everything that is queued.",
        discussion: "Example: confirmd-devnet mine --blocks 20")

    @OptionGroup var node: NodeOption
    @Option(help: "How many.") var blocks = 1

    func run() async throws { try await node.perform("mine", ["blocks": String(blocks)]) }
}

struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork", abstract: "Replace the last blocks with others.",
        discussion: "Example: confirmd-devnet fork --depth 2 --payments none")

    @OptionGroup var node: NodeOption
    @Option(help: "How many are replaced; solidified ones can't be.") var depth = 1
    @Option(help: "By how many; one more unless given.") var length: Int?
    @Option(help: "Their transactions are then in the same blocks, in the last one, or in none.")
    var payments = ForkedPayments.same

    func run() async throws {
        try await node.perform(
            "fork", ["depth": String(depth), "length": length.map { String($0) }, "payments": payments.rawValue])
    }
}

extension ForkedPayments: ExpressibleByArgument {}

struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state", abstract: "Show where the chain is, its contracts, and how many requests came in.",
        discussion: "Example: confirmd-devnet state | jq .height")

    @OptionGroup var node: NodeOption

    func run() async throws { try await node.perform("state", [:]) }
}

struct TellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tell",
        abstract: "Carry out any other command: address, fill, infos, lag, fail, chain, release.",
        discussion: """
            address number=N                    shows an address, another for each number
            fill transactions=N                 lets transactions wait that are nobody's payments
            infos blocks=N kept=K               only K results of each of the newest N blocks are there
            lag blocks=N                        keeps the newest N blocks back
            fail how=403|429|500|503|hang|truncated path=/wallet/… after=N times=N
            chain seed=N                        serves another chain; without a seed its own again
            release                             takes back infos, lag, fail and chain

            Example: confirmd-devnet tell fail how=429 times=5
            """)

    @OptionGroup var node: NodeOption
    @Argument(help: "The command.") var command: String
    @Argument(help: "What it is given.") var parameters: [String] = []

    func run() async throws {
        var values: [String: String?] = [:]
        for parameter in parameters {
            guard let (_, name, value) = parameter.wholeMatch(of: /([A-Za-z]+)=(.*)/)?.output else {
                throw ValidationError("\(parameter) is not like name=value")
            }
            values[String(name)] = String(value)
        }
        guard command.wholeMatch(of: /[a-z]+/) != nil else { throw ValidationError("\(command) is not a command") }
        try await node.perform(command, values)
    }
}
