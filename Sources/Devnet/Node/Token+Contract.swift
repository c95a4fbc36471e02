internal import Chain
internal import NodeHTTP

extension Token {
    /// As `getcontract` answers. There is no bytecode: nothing is run here.
    func contract(visible: Bool, origin: Address) -> JSONValue {
        [
            "abi": ["entrys": .array(Self.interface)], "bytecode": "", "consume_user_resource_percent": 100,
            "contract_address": .string(address.text(visible: visible)), "name": .string(name),
            "origin_address": .string(origin.text(visible: visible)), "origin_energy_limit": 10_000_000,
        ]
    }

    private static let interface: [JSONValue] = [
        view("balanceOf", inputs: ["address"], output: "uint256"),
        view("decimals", output: "uint8"),
        view("name", output: "string"),
        view("symbol", output: "string"),
        [
            "name": "transfer", "type": "Function", "stateMutability": "Nonpayable",
            "inputs": [["name": "to", "type": "address"], ["name": "value", "type": "uint256"]],
            "outputs": [["type": "bool"]],
        ],
        [
            "name": "Transfer", "type": "Event",
            "inputs": [
                ["indexed": true, "name": "from", "type": "address"],
                ["indexed": true, "name": "to", "type": "address"], ["name": "value", "type": "uint256"],
            ],
        ],
    ]

    private static func view(_ name: String, inputs: [String] = [], output: String) -> JSONValue {
        [
            "name": .string(name), "type": "Function", "stateMutability": "View", "constant": true,
            "inputs": .array(inputs.map { ["name": "owner", "type": .string($0)] }),
            "outputs": [["type": .string(output)]],
        ]
    }
}
