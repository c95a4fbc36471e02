-- From here on numbered files make and change tables and data only. Functions and views are defined in files of their own,
-- which are applied again whenever one of them changes.
SET LOCAL ROLE confirmd_owner;

CREATE TABLE confirmd_data.definitions (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    checksum bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE confirmd_data.definitions IS 'Which text of all functions and views was applied last: SHA-256 over it.';
GRANT SELECT ON confirmd_data.definitions TO confirmd_daemon;
