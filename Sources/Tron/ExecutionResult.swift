internal import NodeHTTP

/// How the execution of a transaction ended (`Transaction.Result.contractResult`). Whatever is not a success moved
/// nothing but its fee.
struct ExecutionResult: Equatable {
    private let index: Int

    static let success = ExecutionResult(index: 0)

    /// By the name in an answer; nil for one that is unknown, and for DEFAULT, which says nothing.
    init?(_ name: ArraySlice<UInt8>) {
        guard let index = Self.names.firstIndex(where: { name.isEqual(to: $0) }) else { return nil }
        self.index = index
    }

    private init(index: Int) { self.index = index }

    var name: StaticString { Self.names[index] }

    /// In the order of their numbers, which begin with 1.
    private static let names: [StaticString] = [
        "SUCCESS", "REVERT", "BAD_JUMP_DESTINATION", "OUT_OF_MEMORY", "PRECOMPILED_CONTRACT", "STACK_TOO_SMALL",
        "STACK_TOO_LARGE", "ILLEGAL_OPERATION", "STACK_OVERFLOW", "OUT_OF_ENERGY", "OUT_OF_TIME",
        "JVM_STACK_OVER_FLOW", "UNKNOWN", "TRANSFER_FAILED", "INVALID_CODE",
    ]
}
