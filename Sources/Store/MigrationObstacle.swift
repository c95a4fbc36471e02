public import Postgres

/// What would keep a migration from ending well, found before it begins.
public enum MigrationObstacle: Hashable, Sendable {
    /// The database's encoding can't hold what the schema and payments say.
    case encoding(String, database: String)
    /// The role may not make schemas in the database.
    case create(role: String, database: String)
    /// The role may make no roles.
    case createRole(role: String)
    /// Roles that are there already, as those of another installation on the server are, and that the role may not grant.
    case admin(role: String, of: [String])
    /// The role can't act as the owner of everything.
    case owner(role: String)

    /// What is wrong, and what to do.
    public var words: String {
        switch self {
        case .encoding(let encoding, let database):
            """
            database \(database) has the encoding \(encoding), confirmd needs UTF8; make one that has it: \
            createdb --encoding=UTF8 --template=template0 NAME
            """
        case .create(let role, let database):
            """
            role \(role) may not make schemas in database \(database); as its owner or a superuser run: \
            GRANT CREATE ON DATABASE "\(database)" TO "\(role)"
            """
        case .createRole(let role):
            """
            role \(role) may not make roles; migrate as a superuser, or as a superuser run: ALTER ROLE "\(role)" CREATEROLE
            """
        case .admin(let role, let roles):
            """
            roles of confirmd are on this server already and role \(role) may not grant them; as a superuser run: \
            GRANT \(roles.joined(separator: ", ")) TO "\(role)" WITH ADMIN OPTION
            """
        case .owner(let role):
            """
            role \(role) is not a member of confirmd_owner, to whom everything belongs; migrate as the role that did so first, \
            or as a superuser run: GRANT confirmd_owner TO "\(role)"
            """
        }
    }

    private static let roles = [
        "confirmd_owner", "confirmd_reader", "confirmd_creator", "confirmd_operator", "confirmd_daemon",
    ]

    /// All that can be seen, for the role of the connection. From PostgreSQL 16 on CREATEROLE alone does not let a role grant
    /// what another one made (release notes of 16, "Privileges").
    public static func find(_ connection: PostgresConnection) async throws(PostgresError) -> [MigrationObstacle] {
        let row = try await connection.query(
            """
            SELECT current_setting('server_encoding') AS encoding, current_database()::text AS database,
                   current_setting('server_version_num')::int >= 160000 AS needs_admin,
                   r.rolname::text AS role, r.rolsuper AS is_superuser, r.rolcreaterole AS may_make_roles,
                   has_database_privilege(current_database(), 'CREATE') AS may_create,
                   ARRAY(SELECT name FROM unnest($1) name
                         WHERE to_regrole(name) IS NOT NULL
                           AND NOT pg_has_role(to_regrole(name)::oid, 'MEMBER WITH ADMIN OPTION')) AS unmanaged,
                   coalesce(pg_has_role(to_regrole('confirmd_owner')::oid, 'MEMBER'), false) AS is_owner,
                   EXISTS (SELECT FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner
                           WHERE n.nspname = 'confirmd' AND o.rolname = 'confirmd_owner') AS has_owner
            FROM pg_roles r WHERE r.rolname = current_user
            """, [.textArray(roles)]
        ).only
        var obstacles: [MigrationObstacle] = []
        let role: String = try row.decode("role")
        let database: String = try row.decode("database")
        let encoding: String = try row.decode("encoding")
        if encoding != "UTF8" { obstacles.append(.encoding(encoding, database: database)) }
        if try row.decode("is_superuser") { return obstacles }
        if try row.decode("has_owner") {
            return try row.decode("is_owner") ? obstacles : obstacles + [.owner(role: role)]
        }
        if try !row.decode("may_create") { obstacles.append(.create(role: role, database: database)) }
        if try !row.decode("may_make_roles") {
            obstacles.append(.createRole(role: role))
        } else if try row.decode("needs_admin") {
            let unmanaged: [String] = try row.decode("unmanaged")
            if !unmanaged.isEmpty { obstacles.append(.admin(role: role, of: unmanaged)) }
        }
        return obstacles
    }
}
