import ArgumentParser
import Foundation
import Payments

/// Reads a share such as `1.9%`, within limits.
func percentage(_ limits: ClosedRange<Int32>) -> @Sendable (String) throws -> BasisPoints {
    { text in
        guard let share = BasisPoints(percentage: text), limits.contains(share.value) else {
            let (least, most) = (BasisPoints(limits.lowerBound), BasisPoints(limits.upperBound))
            throw ValidationError(
                """
                '\(text)' is not a share from \(least.percentage) to \(most.percentage) such as 1.9%, with at most two digits \
                after the point.
                """
            )
        }
        return share
    }
}

/// Reads the id of an invoice or wallet.
@Sendable func identifier(_ text: String) throws -> UUID {
    guard let id = UUID(uuidString: text) else {
        throw ValidationError("'\(text)' is not an id; ids look like 01234567-89ab-4def-8123-456789abcdef.")
    }
    return id
}

/// Reads a time such as `24h`, in whole seconds.
@Sendable func wholeSeconds(_ text: String) throws -> Int64 {
    guard let duration = Duration(written: text), duration.components.attoseconds == 0 else {
        throw ValidationError("'\(text)' is not a time in whole seconds such as 30m, 24h or 7d.")
    }
    return duration.components.seconds
}

/// Reads how many rows are wanted.
@Sendable func rowLimit(_ text: String) throws -> Int64 {
    guard let limit = Int64(text), (1...1_000_000).contains(limit) else {
        throw ValidationError("'\(text)' is not a number from 1 to 1000000.")
    }
    return limit
}
