internal import Chain
internal import NodeHTTP

/// A call of a contract that changes nothing, `triggerconstantcontract`.
struct ConstantCall: Sendable {
    private let contract: Address
    private let data: [UInt8]

    init(_ parameters: Parameters) throws(RequestError) {
        _ = try parameters.address("owner_address")
        contract = try parameters.address("contract_address")
        guard let argument = Hex.decode(parameters.text("parameter") ?? "") else {
            throw RequestError("parameter is not hexadecimal text")
        }
        if let signature = parameters.text("function_selector"), !signature.isEmpty {
            data = ABI.selector(signature) + argument
        } else if let data = parameters.text("data").flatMap({ Hex.decode($0) }) {
            self.data = data
        } else {
            throw RequestError("function_selector isn't set.")
        }
    }

    func answer(_ view: View) -> JSONValue {
        guard let token = view.chain.participants.token(at: contract) else {
            return [
                "result": [
                    "code": "CONTRACT_VALIDATE_ERROR",
                    "message": .string(Hex.encode("Smart contract is not exist.".utf8)),
                ]
            ]
        }
        guard let output = output(of: token, view) else {
            return [
                "constant_result": [""],
                "result": ["message": .string(Hex.encode("REVERT opcode executed".utf8)), "result": true],
            ]
        }
        return [
            "constant_result": [.string(Hex.encode(output))], "energy_used": 541, "result": ["result": true],
        ]
    }

    private func output(of token: Token, _ view: View) -> [UInt8]? {
        switch Array(data.prefix(4)) {
        case ABI.selector("balanceOf(address)"):
            guard data.count == 36, let owner = Address(payload: data.suffix(20)) else { return nil }
            return ABI.Word(view.ledger.balance(of: owner, in: .trc20(token.address))).bytes
        case ABI.selector("decimals()"): return ABI.Word(UInt128(token.decimals)).bytes
        case ABI.selector("symbol()"): return ABI.result(token.symbol)
        case ABI.selector("name()"): return ABI.result(token.name)
        default: return nil
        }
    }
}
