import Foundation

/// What random tests begin with. CONFIRMD_TEST_SEED=7 has them try what they have not tried before; a test that fails names
/// the seed that it had.
public enum Seed {
    /// What the environment says, if it does.
    public static let chosen = ProcessInfo.processInfo.environment["CONFIRMD_TEST_SEED"].flatMap { UInt64($0) }

    public static let value = chosen ?? 1
}
