-- What migrations stand on: the schemas, the roles, and the record of what was applied. It runs before the first migration,
-- and each of several programs that run it at once finds what another one has made.

-- Those who make it at once wait here for each other.
CREATE SCHEMA IF NOT EXISTS confirmd_data;

-- Roles belong to the whole server: another database of it may be migrated at this moment.
DO $$
DECLARE
    role record;
    attempt int := 0;
BEGIN
    LOOP
        BEGIN
            FOR role IN VALUES ('confirmd_owner', 'NOLOGIN'), ('confirmd_reader', 'LOGIN'), ('confirmd_creator', 'LOGIN'),
                ('confirmd_operator', 'LOGIN'), ('confirmd_daemon', 'LOGIN')
            LOOP
                IF to_regrole(role.column1) IS NULL THEN
                    EXECUTE format('CREATE ROLE %I %s', role.column1, role.column2);
                END IF;
                IF role.column1 NOT IN ('confirmd_owner', 'confirmd_reader')
                    AND NOT pg_has_role(role.column1, 'confirmd_reader', 'USAGE') THEN
                    EXECUTE format('GRANT confirmd_reader TO %I', role.column1);
                END IF;
            END LOOP;
            -- What follows is done as a member of the owner; superusers are members of all.
            IF NOT pg_has_role('confirmd_owner', 'USAGE') THEN
                EXECUTE format('GRANT confirmd_owner TO %I', current_user);
            END IF;
            EXECUTE format('GRANT CREATE ON DATABASE %I TO confirmd_owner', current_database());
            EXIT;
        EXCEPTION
            WHEN duplicate_object OR unique_violation OR internal_error THEN -- the last is "tuple concurrently updated"
                attempt := attempt + 1;
                IF attempt = 100 THEN RAISE; END IF;
                PERFORM pg_sleep(0.05);
        END;
    END LOOP;
    IF NOT pg_has_role('confirmd_owner', 'USAGE')
        OR NOT has_database_privilege('confirmd_owner', current_database(), 'CREATE') THEN
        RAISE insufficient_privilege;
    END IF;
    -- They hold for sessions that log in as these very roles; members set their own.
    FOR role IN VALUES ('confirmd_reader', '5s', '10min', '10min'), ('confirmd_creator', '5s', '30s', '1min'),
        ('confirmd_operator', '5s', '1min', '1min'), ('confirmd_daemon', '5s', '1min', '1min')
    LOOP
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET lock_timeout = %L', role.column1, current_database(), role.column2);
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = %L', role.column1, current_database(), role.column3);
        EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', role.column1,
            current_database(), role.column4);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'role "%" may not make or grant the roles confirmd_owner, confirmd_daemon, confirmd_operator, confirmd_creator and confirmd_reader', current_user
        USING ERRCODE = 'insufficient_privilege', DETAIL = SQLERRM,
            HINT = 'Migrate as a superuser, or as the owner of the database with CREATEROLE (and, where the roles are there already, with ADMIN OPTION on them).';
END $$;

ALTER SCHEMA confirmd_data OWNER TO confirmd_owner;
SET LOCAL ROLE confirmd_owner;

-- Everything belongs to confirmd_owner, who can't log in; others read, and write by calling functions that run as the owner.
CREATE SCHEMA IF NOT EXISTS confirmd;
GRANT USAGE ON SCHEMA confirmd TO confirmd_reader;
GRANT USAGE ON SCHEMA confirmd_data TO confirmd_daemon;
COMMENT ON SCHEMA confirmd_data IS 'Storage of confirmd. Private: read the views of schema confirmd instead.';
ALTER DEFAULT PRIVILEGES FOR ROLE confirmd_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE IF NOT EXISTS confirmd_data.migration (
    number int PRIMARY KEY,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON confirmd_data.migration TO confirmd_daemon;

CREATE TABLE IF NOT EXISTS confirmd_data.definitions (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    checksum bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE confirmd_data.definitions IS 'Which text of all functions and views was applied last: SHA-256 over it.';
GRANT SELECT ON confirmd_data.definitions TO confirmd_daemon;

RESET ROLE;
