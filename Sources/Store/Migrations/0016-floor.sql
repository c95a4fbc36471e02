-- How deep a chain may go back counts from the highest block that was ever connected, also when it goes back in several
-- pieces, across restarts and take-overs. NULL until the first step after this is committed.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.network ADD COLUMN floor_height bigint CHECK (floor_height >= 0);
COMMENT ON COLUMN confirmd_data.network.floor_height IS 'The lowest block that may be gone back to without an operator: max_reorg_depth below the highest one that was ever connected, or below the one that an operator had the network taken up again at since.';

DO $$
BEGIN
    EXECUTE pg_catalog.format('COMMENT ON SCHEMA confirmd IS %L', pg_catalog.replace(
        pg_catalog.obj_description('confirmd'::regnamespace, 'pg_namespace'), 'CF906 network retired',
        'CF906 network retired, CF907 deeper than max_reorg_depth'));
END $$;
