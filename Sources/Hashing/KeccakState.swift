/// The 1600 bits that Keccak works on and its permutation, Keccak-f[1600] (FIPS 202 §3.2 to §3.4). Lane (x, y) is
/// `a` with the number x + 5y. Written out, for a loop over an array of lanes is twenty times slower.
struct KeccakState {
    private(set) var a00: UInt64 = 0, a01: UInt64 = 0, a02: UInt64 = 0, a03: UInt64 = 0, a04: UInt64 = 0
    private(set) var a05: UInt64 = 0, a06: UInt64 = 0, a07: UInt64 = 0, a08: UInt64 = 0, a09: UInt64 = 0
    private(set) var a10: UInt64 = 0, a11: UInt64 = 0, a12: UInt64 = 0, a13: UInt64 = 0, a14: UInt64 = 0
    private(set) var a15: UInt64 = 0, a16: UInt64 = 0, a17: UInt64 = 0, a18: UInt64 = 0, a19: UInt64 = 0
    private(set) var a20: UInt64 = 0, a21: UInt64 = 0, a22: UInt64 = 0, a23: UInt64 = 0, a24: UInt64 = 0

    /// Adds the 136 bytes at `offset` to the state.
    mutating func absorb(_ bytes: RawSpan, at offset: Int) {
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8 * index, as: UInt64.self))
        }
        a00 ^= word(0)
        a01 ^= word(1)
        a02 ^= word(2)
        a03 ^= word(3)
        a04 ^= word(4)
        a05 ^= word(5)
        a06 ^= word(6)
        a07 ^= word(7)
        a08 ^= word(8)
        a09 ^= word(9)
        a10 ^= word(10)
        a11 ^= word(11)
        a12 ^= word(12)
        a13 ^= word(13)
        a14 ^= word(14)
        a15 ^= word(15)
        a16 ^= word(16)
    }

    mutating func permute() {
        var index = 0
        while index < 24 {
            round(Self.constants[index])
            index += 1
        }
    }

    @inline(__always)
    private mutating func round(_ constant: UInt64) {
        // θ: each lane takes in the parities of two columns beside it.
        let c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20
        let c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21
        let c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22
        let c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23
        let c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24
        let d0 = c4 ^ Self.rotated(c1, 1)
        let d1 = c0 ^ Self.rotated(c2, 1)
        let d2 = c1 ^ Self.rotated(c3, 1)
        let d3 = c2 ^ Self.rotated(c4, 1)
        let d4 = c3 ^ Self.rotated(c0, 1)
        // ρ and π: each lane is rotated and moved.
        let b00 = a00 ^ d0
        let b01 = Self.rotated(a06 ^ d1, 44)
        let b02 = Self.rotated(a12 ^ d2, 43)
        let b03 = Self.rotated(a18 ^ d3, 21)
        let b04 = Self.rotated(a24 ^ d4, 14)
        let b05 = Self.rotated(a03 ^ d3, 28)
        let b06 = Self.rotated(a09 ^ d4, 20)
        let b07 = Self.rotated(a10 ^ d0, 3)
        let b08 = Self.rotated(a16 ^ d1, 45)
        let b09 = Self.rotated(a22 ^ d2, 61)
        let b10 = Self.rotated(a01 ^ d1, 1)
        let b11 = Self.rotated(a07 ^ d2, 6)
        let b12 = Self.rotated(a13 ^ d3, 25)
        let b13 = Self.rotated(a19 ^ d4, 8)
        let b14 = Self.rotated(a20 ^ d0, 18)
        let b15 = Self.rotated(a04 ^ d4, 27)
        let b16 = Self.rotated(a05 ^ d0, 36)
        let b17 = Self.rotated(a11 ^ d1, 10)
        let b18 = Self.rotated(a17 ^ d2, 15)
        let b19 = Self.rotated(a23 ^ d3, 56)
        let b20 = Self.rotated(a02 ^ d2, 62)
        let b21 = Self.rotated(a08 ^ d3, 55)
        let b22 = Self.rotated(a14 ^ d4, 39)
        let b23 = Self.rotated(a15 ^ d0, 41)
        let b24 = Self.rotated(a21 ^ d1, 2)
        // χ: the one step that is not linear; ι: the round's constant.
        a00 = b00 ^ (~b01 & b02) ^ constant
        a01 = b01 ^ (~b02 & b03)
        a02 = b02 ^ (~b03 & b04)
        a03 = b03 ^ (~b04 & b00)
        a04 = b04 ^ (~b00 & b01)
        a05 = b05 ^ (~b06 & b07)
        a06 = b06 ^ (~b07 & b08)
        a07 = b07 ^ (~b08 & b09)
        a08 = b08 ^ (~b09 & b05)
        a09 = b09 ^ (~b05 & b06)
        a10 = b10 ^ (~b11 & b12)
        a11 = b11 ^ (~b12 & b13)
        a12 = b12 ^ (~b13 & b14)
        a13 = b13 ^ (~b14 & b10)
        a14 = b14 ^ (~b10 & b11)
        a15 = b15 ^ (~b16 & b17)
        a16 = b16 ^ (~b17 & b18)
        a17 = b17 ^ (~b18 & b19)
        a18 = b18 ^ (~b19 & b15)
        a19 = b19 ^ (~b15 & b16)
        a20 = b20 ^ (~b21 & b22)
        a21 = b21 ^ (~b22 & b23)
        a22 = b22 ^ (~b23 & b24)
        a23 = b23 ^ (~b24 & b20)
        a24 = b24 ^ (~b20 & b21)
    }

    @inline(__always)
    private static func rotated(_ lane: UInt64, _ count: UInt64) -> UInt64 {
        lane &<< count | lane &>> (64 - count)
    }

    private static let constants: [24 of UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808b, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008a, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
        0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}
