-- Who may do what. Everything belongs to confirmd_owner, who can't log in; others read, and write by calling functions
-- that run as the owner. A later migration begins with SET LOCAL ROLE confirmd_owner and grants what it adds.

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

DO $$
DECLARE
    thing text;
BEGIN
    FOR thing IN
        SELECT format('SCHEMA %I', nspname) FROM pg_namespace WHERE nspname IN ('confirmd', 'confirmd_data')
        UNION ALL
        SELECT format('%s %s', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass) FROM pg_class
        WHERE relnamespace IN ('confirmd'::regnamespace, 'confirmd_data'::regnamespace) AND relkind IN ('r', 'p', 'v')
        UNION ALL
        SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc
        WHERE pronamespace IN ('confirmd'::regnamespace, 'confirmd_data'::regnamespace)
        UNION ALL
        SELECT 'PUBLICATION confirmd_outbox'
    LOOP
        EXECUTE format('ALTER %s OWNER TO confirmd_owner', thing);
    END LOOP;
END $$;

SET LOCAL ROLE confirmd_owner;

-- What the daemon calls in confirmd_data writes as the owner, like the functions of confirmd do.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT oid FROM pg_proc WHERE pronamespace = 'confirmd_data'::regnamespace
            AND provolatile = 'v' AND prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp', function);
    END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA confirmd, confirmd_data FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE confirmd_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA confirmd TO confirmd_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA confirmd TO confirmd_reader;
-- Views call it as whoever reads them.
GRANT EXECUTE ON FUNCTION confirmd_data.whole TO confirmd_reader;

GRANT USAGE ON SCHEMA confirmd_data TO confirmd_daemon;
GRANT SELECT ON ALL TABLES IN SCHEMA confirmd_data TO confirmd_daemon;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA confirmd_data TO confirmd_daemon;

DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT f.oid::regprocedure AS function, g.role
        FROM (VALUES
            ('confirmd_reader', ARRAY['acknowledge']),
            ('confirmd_creator', ARRAY['create_invoice', 'add_option', 'create_static_wallet']),
            ('confirmd_operator',
                ARRAY['set_project', 'mark_paid', 'cancel_invoice', 'retire_network', 'new_outbox_incarnation']),
            ('confirmd_daemon', ARRAY['commit_step'])) AS g (role, names)
        JOIN pg_proc f ON f.pronamespace = 'confirmd'::regnamespace AND f.proname = ANY (g.names)
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', granted.function, granted.role);
    END LOOP;
END $$;
