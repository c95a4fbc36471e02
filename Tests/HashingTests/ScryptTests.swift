import Hashing
import Testing

@Suite struct ScryptTests {
    @Test(arguments: [
        ("", "", UInt64(16), UInt64(1), UInt64(1), "77d6576238657b203b19ca42c18a0497"),
        ("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe"),
    ])
    func `gives the keys of RFC 7914`(
        password: String, salt: String, cost: UInt64, blockSize: UInt64, parallelism: UInt64, expected: String
    ) {
        let key = Scrypt.key(
            password: Array(password.utf8).span.bytes, salt: Array(salt.utf8).span.bytes, cost: cost,
            blockSize: blockSize, parallelism: parallelism, length: 64)
        #expect(key.map { hex($0.prefix(16)) } == expected)
    }

    @Test func `parameters that scrypt has no meaning for are refused`() {
        let bytes: [UInt8] = [1]
        #expect(
            Scrypt.key(
                password: bytes.span.bytes, salt: bytes.span.bytes, cost: 1000, blockSize: 1, parallelism: 1, length: 32
            ) == nil)
    }
}
