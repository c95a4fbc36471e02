/// How a contract's execution ended: `Transaction.Result.contractResult` of java-tron, by its number.
enum ContractResult: Int, CaseIterable, Sendable {
    case `default`, success, revert, badJumpDestination, outOfMemory, precompiledContract, stackTooSmall, stackTooLarge
    case illegalOperation, stackOverflow, outOfEnergy, outOfTime, jvmStackOverflow, unknown, transferFailed

    private static let names = [
        "DEFAULT", "SUCCESS", "REVERT", "BAD_JUMP_DESTINATION", "OUT_OF_MEMORY", "PRECOMPILED_CONTRACT",
        "STACK_TOO_SMALL", "STACK_TOO_LARGE", "ILLEGAL_OPERATION", "STACK_OVERFLOW", "OUT_OF_ENERGY", "OUT_OF_TIME",
        "JVM_STACK_OVER_FLOW", "UNKNOWN", "TRANSFER_FAILED",
    ]

    var name: String { Self.names[rawValue] }

    /// Any but `DEFAULT`, which no transaction of a block has.
    init?(name: String) {
        guard let number = Self.names.firstIndex(of: name), number > 0 else { return nil }
        self.init(rawValue: number)
    }

    /// What the node says of it in `resMessage`.
    var message: String {
        switch self {
        case .success: ""
        case .revert: "REVERT opcode executed"
        case .outOfEnergy: "Not enough energy for 'SSTORE' operation executing: curInvokeEnergyLimit[14650]"
        default: name
        }
    }
}
