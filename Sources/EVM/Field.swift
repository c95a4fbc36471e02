internal import Chain
internal import NodeHTTP

/// A member of a node's answer that is part of what a hash commits to.
struct Field {
    /// How the member goes into RLP.
    enum Shape {
        case quantity
        /// The quantity of the coin that a transaction moves.
        case value
        /// The quantity of the coin that the chain makes for a transaction's sender; absent is none.
        case mint
        /// DATA of this many bytes.
        case bytes(Int)
        /// DATA of any length.
        case data
        /// The address that a transaction calls; null where it creates a contract.
        case recipient
        /// Any other address that may be null.
        case optionalAddress
        /// True or false; absent is false.
        case flag
        /// EIP-2930.
        case accessList
        /// EIP-4844: a list of 32 bytes each.
        case hashes
        /// EIP-7702.
        case authorizations
    }

    let name: StaticString
    /// What some nodes call it instead.
    let otherName: StaticString?
    let shape: Shape

    init(_ name: StaticString, or otherName: StaticString? = nil, _ shape: Shape) {
        self.name = name
        self.otherName = otherName
        self.shape = shape
    }

    func value(in object: AnswerObject) throws(DecodeError) -> ArraySlice<UInt8>? {
        if let value = try object[name] { return value }
        return if let otherName { try object[otherName] } else { nil }
    }
}

extension RLPEncoder {
    /// Appends a member of `object`; returns where its bytes lie until a list around it ends, an empty range for lists.
    @discardableResult
    mutating func append(_ field: Field, of object: AnswerObject) throws -> Range<Int> {
        guard let json = try field.value(in: object) else {
            switch field.shape {
            case .recipient, .optionalAddress, .mint, .flag:
                append(0)
                return bytes.count..<bytes.count
            default: throw DecodeError(.malformed, "\(field.name) is missing")
            }
        }
        switch field.shape {
        case .quantity, .value, .mint: return try appendQuantity(json, field.name)
        case .bytes(let count): return try appendData(json, field.name, count: count)
        case .data: return try appendData(json, field.name)
        case .recipient, .optionalAddress: return try appendData(json, field.name, count: 20)
        case .flag:
            guard json.isEqual(to: "true") || json.isEqual(to: "false") else {
                throw DecodeError(.malformed, "\(field.name) is neither true nor false")
            }
            append(json.isEqual(to: "true") ? 1 : 0)
        case .accessList: try appendAccessList(json)
        case .hashes: try appendHashes(json, field.name)
        case .authorizations: try appendAuthorizations(json)
        }
        return bytes.count..<bytes.count
    }

    /// Appends a JSON string with a QUANTITY.
    @discardableResult
    mutating func appendQuantity(_ json: ArraySlice<UInt8>, _ name: StaticString) throws(DecodeError) -> Range<Int> {
        guard let digits = HexDigits(json: json), digits.isQuantity else {
            throw DecodeError(.malformed, "\(name) is not a number as nodes write them")
        }
        return try string { bytes throws(DecodeError) in
            let start = bytes.count
            guard digits.append(to: &bytes) else {
                throw DecodeError(.malformed, "\(name) is not a hexadecimal number")
            }
            // Zero is the number without bytes.
            if bytes.count == start + 1, bytes[start] == 0 { bytes.removeLast() }
        }
    }

    /// Appends a JSON string with DATA.
    @discardableResult
    mutating func appendData(
        _ json: ArraySlice<UInt8>, _ name: StaticString, count: Int? = nil
    ) throws(DecodeError) -> Range<Int> {
        guard let digits = HexDigits(json: json), digits.count.isMultiple(of: 2) else {
            throw DecodeError(.malformed, "\(name) is not bytes as nodes write them")
        }
        if let count, digits.count != 2 * count {
            throw DecodeError(.malformed, "\(name) has \(digits.count / 2) bytes and not \(count)")
        }
        return try string { bytes throws(DecodeError) in
            guard digits.append(to: &bytes) else { throw DecodeError(.malformed, "\(name) is not hexadecimal text") }
        }
    }

    private mutating func appendHashes(_ json: ArraySlice<UInt8>, _ name: StaticString) throws {
        var scanner = JSONScanner(json)
        try list { rlp in
            try scanner.openArray()
            while try scanner.nextElement() { try rlp.appendData(try scanner.value(), name, count: 32) }
        }
        try scanner.end()
    }

    private mutating func appendAccessList(_ json: ArraySlice<UInt8>) throws {
        var scanner = JSONScanner(json)
        try list { rlp in
            try scanner.openArray()
            while try scanner.nextElement() {
                let entry = try AnswerObject(&scanner)
                try rlp.list { rlp in
                    try rlp.appendData(try entry.require("address"), "address", count: 20)
                    try rlp.appendHashes(try entry.require("storageKeys"), "storageKeys")
                }
            }
        }
        try scanner.end()
    }

    private mutating func appendAuthorizations(_ json: ArraySlice<UInt8>) throws {
        var scanner = JSONScanner(json)
        try list { rlp in
            try scanner.openArray()
            while try scanner.nextElement() {
                let entry = try AnswerObject(&scanner)
                try rlp.list { rlp in
                    for field in Self.authorization { try rlp.append(field, of: entry) }
                }
            }
        }
        try scanner.end()
    }

    private static let authorization = [
        Field("chainId", .quantity), Field("address", .bytes(20)), Field("nonce", .quantity),
        Field("yParity", or: "v", .quantity), Field("r", .quantity), Field("s", .quantity),
    ]
}
