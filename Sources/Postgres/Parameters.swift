internal import CPostgres

/// A statement's parameters as libpq takes them, all in the binary format.
struct Parameters {
    /// What a message can carry, with room for the lengths between the values.
    private static let bytesMax = 1 << 30

    /// The number of parameters is a 16-bit field of the protocol.
    private static let countMax = 65_535

    let types: [PostgresType]
    private let lengths: [CInt]
    /// Where each value begins in `bytes`; nil is NULL.
    private let offsets: [Int?]
    private let bytes: [UInt8]

    init(_ values: [PostgresValue]) throws(PostgresError) {
        let size = values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        guard values.count <= Self.countMax, size < Self.bytesMax else {
            throw PostgresError(
                .tooLarge, "\(values.count) parameters of \(size) bytes are more than a message can carry")
        }
        types = values.map(\.type)
        lengths = values.map { CInt($0.bytes?.count ?? 0) }
        // One byte more than needed: an empty value needs an address too, or it would be taken for NULL.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 1)
        offsets = values.map { value in
            guard let part = value.bytes else { return nil }
            defer { bytes.append(contentsOf: part) }
            return bytes.count
        }
        bytes.append(0)
        self.bytes = bytes
    }

    func sendPrepared(_ name: String, on link: OpaquePointer) -> CInt {
        withPointers { PQsendQueryPrepared(link, name, CInt(types.count), $0, lengths, formats, 1) }
    }

    func send(_ sql: String, on link: OpaquePointer) -> CInt {
        withPointers { PQsendQueryParams(link, sql, CInt(types.count), types.map(\.rawValue), $0, lengths, formats, 1) }
    }

    private var formats: [CInt] { [CInt](repeating: 1, count: types.count) }

    private func withPointers(_ body: ([UnsafePointer<CChar>?]) -> CInt) -> CInt {
        bytes.withUnsafeBytes { bytes in
            body(offsets.map { $0.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) } })
        }
    }
}
