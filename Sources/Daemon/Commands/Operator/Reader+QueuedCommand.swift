import Store

extension Reader {
    /// The command that was queued under this number a moment ago.
    func queuedCommand(_ number: Int64) async throws -> ViewRow<OperatorCommandColumns> {
        guard let command = try await operatorCommand(number) else {
            throw CommandFailure(message: "command \(number) is not in confirmd.operator_command")
        }
        return command
    }
}
