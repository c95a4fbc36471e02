internal import Chain

/// The tokens that an output of Bitcoin Cash may carry, in front of its script (CHIP-2022-02). They are not credited;
/// the coins beneath them are.
enum CashToken {
    static let prefix: UInt8 = 0xef

    /// A bit of the byte that tells what the prefix holds.
    private enum Bit {
        static let reserved: UInt8 = 0x80
        static let commitment: UInt8 = 0x40
        static let nonFungible: UInt8 = 0x20
        static let amount: UInt8 = 0x10
        /// What may be done with a non-fungible token: nothing, to change it, to mint more.
        static let capability: UInt8 = 0x0f
    }

    /// The part of `script`, a range of `bytes`, that locks the output: all of it where no well-formed prefix begins
    /// it, for then it is a script like any other.
    ///
    /// An output from before May 2023 that happens to look like one with tokens can't be spent. It is not told apart.
    static func lockingScript(_ script: Range<Int>, in bytes: RawSpan) -> Range<Int> {
        let field = bytes.extracting(script)
        guard field.byteCount > 0, field.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == prefix,
            let length = try? prefixLength(of: field)
        else { return script }
        return script.lowerBound + length..<script.upperBound
    }

    private static func prefixLength(of field: RawSpan) throws(DecodeError) -> Int? {
        // The prefix and the category's id.
        var offset = 1
        try field.skip(32, &offset)
        let bits = try field.readUInt8(&offset)
        let isNonFungible = bits & Bit.nonFungible != 0
        guard bits & Bit.reserved == 0, isNonFungible || bits & Bit.amount != 0,
            isNonFungible ? bits & Bit.capability <= 2 : bits & (Bit.capability | Bit.commitment) == 0
        else { return nil }
        if bits & Bit.commitment != 0 {
            guard try !field.readBytes(&offset).isEmpty else { return nil }
        }
        if bits & Bit.amount != 0 {
            guard (1...UInt64(Int64.max)).contains(try field.readCompactSize(&offset)) else { return nil }
        }
        return offset
    }
}
