/// Reads a one-dimensional array out of its binary format (see `PostgresValue.init(array:)`).
enum PostgresArray {
    /// The elements in order, nil for NULL.
    ///
    /// Every length is checked against the bytes there are, so that a lying header can neither read past the end nor
    /// reserve memory for elements that are not there.
    static func read<Scalar: PostgresScalar>(
        _ binary: RawSpan, of scalar: Scalar.Type
    ) throws(PostgresValueFault) -> [Scalar?] {
        let dimensions = try binary.bigEndian(0, as: Int32.self)
        let type = PostgresType(rawValue: try binary.bigEndian(8, as: UInt32.self))
        guard Scalar.readableTypes.contains(type) else { throw PostgresValueFault("is an array of \(type)") }
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw PostgresValueFault("is an array of \(dimensions) dimensions") }
        let count = Int(try binary.bigEndian(12, as: Int32.self))
        var offset = 20
        guard count >= 0, count <= (binary.byteCount - offset) / 4 else {
            throw PostgresValueFault("is an array shorter than it says")
        }
        var elements: [Scalar?] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try binary.bigEndian(offset, as: Int32.self))
            offset += 4
            if length == -1 {
                elements.append(nil)
                continue
            }
            guard length >= 0, length <= binary.byteCount - offset else {
                throw PostgresValueFault("is an array shorter than it says")
            }
            elements.append(try Scalar(binary: binary.extracting(offset..<offset + length), type: type))
            offset += length
        }
        guard offset == binary.byteCount else { throw PostgresValueFault("is an array longer than it says") }
        return elements
    }
}
