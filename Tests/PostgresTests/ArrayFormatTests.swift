import Testing

@testable import Postgres

/// The array format as bytes, without a server: whatever they are, reading ends in elements or in a fault.
@Suite struct ArrayFormatTests {
    private let valid: [UInt8] = PostgresValue.textArray(["a", nil, "bcd", ""]).bytes ?? []

    private func read(_ bytes: [UInt8]) -> [String?]? {
        try? PostgresArray.read(bytes.span.bytes, of: String.self)
    }

    @Test func everyCutIsRefused() {
        #expect(read(valid) == ["a", nil, "bcd", ""])
        for length in valid.indices { #expect(read(Array(valid[..<length])) == nil) }
        #expect(read(valid + [0]) == nil)
    }

    @Test func noChangedByteCrashesOrReservesWithoutBound() {
        for index in valid.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFE, 0xFF] as [UInt8] {
                var bytes = valid
                bytes[index] = value
                _ = read(bytes)
            }
        }
    }

    @Test func elementsOfAnotherTypeAreRefused() {
        let numbers = PostgresValue.int8Array([1]).bytes ?? []
        #expect(read(numbers) == nil)
    }

    @Test func scalarsOfAnotherLengthAreRefused() {
        for length in [0, 1, 3, 5, 7, 9, 15, 17] {
            let bytes = [UInt8](repeating: 1, count: length)
            #expect(scalar(bytes, .int8, as: Int64.self) == nil)
            #expect(scalar(bytes, .int4, as: Int32.self) == nil)
            #expect(scalar(bytes, .timestamptz, as: PostgresTimestamp.self) == nil)
        }
        #expect(scalar([0xC3], .text, as: String.self) == nil)
        #expect(scalar([2, 0x31], .jsonb, as: String.self) == nil)
        #expect(scalar([], .jsonb, as: String.self) == nil)
    }

    private func scalar<Scalar: PostgresScalar>(_ bytes: [UInt8], _ type: PostgresType, as: Scalar.Type) -> Scalar? {
        try? Scalar(binary: bytes.span.bytes, type: type)
    }
}
