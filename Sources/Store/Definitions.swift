import CMigrations
import Chain
import Hashing

/// Every function and view of the schema as it is today, and what is said of the tables that others read: `Functions/*.sql`,
/// `Views/*.sql` and `Comments/*.sql`, as they were when the program was built. Unlike migrations they change; they are applied
/// again as a whole whenever any of them has.
enum Definitions {
    /// The name under which they are told among migrations.
    static let name = "definitions"

    /// Counts the releases of the schema: one more with the first change to it after a release of confirmd.
    static let release: Int32 = 1

    /// What a table's constraint, trigger or first row needs, so that it comes before every migration.
    static let forTables = bytes(definitions_for_tables())
    private static let others = bytes(other_definitions())

    /// SHA-256 of all files.
    static let checksum = SHA256.digest(forTables + others).bytes

    /// Puts them into force, in the transaction of the caller. Bodies are not checked: they may call what comes later. What
    /// only the daemon calls is dropped first, unless a table or view needs it, so that its arguments may be others and what
    /// no file defines any more is gone. What others call is replaced and keeps the grants that they made.
    static let script = """
        SET LOCAL ROLE confirmd_owner;
        SET LOCAL check_function_bodies = off;
        DO $$
        DECLARE
            function regprocedure;
        BEGIN
            FOR function IN
                SELECT oid FROM pg_catalog.pg_proc
                WHERE pronamespace = 'confirmd_data'::regnamespace
                   OR pronamespace = 'confirmd'::regnamespace AND proname = 'commit_step'
            LOOP
                BEGIN
                    EXECUTE pg_catalog.format('DROP FUNCTION %s', function);
                EXCEPTION WHEN dependent_objects_still_exist THEN
                    NULL;
                END;
            END LOOP;
        END $$;
        \(String(decoding: forTables + others, as: UTF8.self))
        INSERT INTO confirmd_data.definitions (checksum, release) VALUES ('\\x\(Hex.encode(checksum))', \(release))
        ON CONFLICT (single) DO UPDATE
        SET checksum = excluded.checksum, release = excluded.release, applied_at = clock_timestamp();
        RESET ROLE;
        """

    static func bytes(_ text: sql_text) -> [UInt8] {
        Array(UnsafeBufferPointer(start: text.text, count: text.length))
    }
}
