import CMigrations
import Chain
import Hashing

/// One numbered SQL file, as it was when the program was built.
public struct Migration: Sendable {
    /// Its place in the order: the digits its name begins with.
    public let number: Int32
    public let name: String
    public let sql: String
    /// SHA-256 of the file, so that an applied migration that changed since is noticed.
    let checksum: [UInt8]

    init(name: String, bytes: [UInt8]) {
        self.name = name
        number = Int32(name.prefix { $0.isNumber }) ?? 0
        sql = String(decoding: bytes, as: UTF8.self)
        checksum = SHA256.digest(bytes).bytes
    }

    /// Applies it and writes that down, in the transaction of the caller.
    var script: String {
        """
        SET LOCAL ROLE confirmd_owner;
        \(String(decoding: Definitions.forTables, as: UTF8.self))
        \(sql)
        RESET ROLE;
        INSERT INTO confirmd_data.migration (number, name, checksum)
        VALUES (\(number), '\(name)', '\\x\(Hex.encode(checksum))');
        """
    }

    /// The schemas, the roles and the record, which are there before the first of them.
    static let ground = String(decoding: Definitions.bytes(ground_of_migrations()), as: UTF8.self)

    /// All of them, in order.
    public static let all: [Migration] = {
        var all: [Migration] = []
        while let name = migration_at(all.count).name {
            let file = migration_at(all.count)
            let bytes = Array(UnsafeBufferPointer(start: file.text, count: file.length))
            all.append(Migration(name: String(cString: name), bytes: bytes))
        }
        return all
    }()
}
