-- Which database is the newest, and times of a clock that was put back: see Functions/lineage.sql and withdraw_future.sql.
SET LOCAL ROLE confirmd_owner;

CREATE TYPE confirmd_data.lineage_place AS (incarnation int, "position" bigint, system_identifier bigint, timeline int);
COMMENT ON TYPE confirmd_data.lineage_place IS 'Where a database stands: incarnation and last position of its outbox, server and timeline.';

ALTER TABLE confirmd_data.lane ADD COLUMN time_to_live interval NOT NULL DEFAULT '10 seconds';
COMMENT ON COLUMN confirmd_data.lane.time_to_live IS 'How long its lease lasts from each renewal: one that ends later than that from now was written by a clock that was put back since.';

-- Those that were seen in the future are found by it, too.
DROP INDEX confirmd_data.deposit_unmined;
CREATE INDEX deposit_unmined ON confirmd_data.deposit (network, seen_at)
    WHERE block_height IS NULL AND (status = 'detected' OR NOT gone);

-- A new incarnation begins in the call. Those that still wait for a daemon begin here, as one.
SELECT confirmd_data.begin_incarnation(c.reason) FROM (
    SELECT reason FROM confirmd_data.operator_command
    WHERE kind = 'new_incarnation' AND outcome IS NULL ORDER BY number LIMIT 1) c;
UPDATE confirmd_data.operator_command SET outcome = 'applied', decided_at = clock_timestamp()
WHERE kind = 'new_incarnation' AND outcome IS NULL;
DROP FUNCTION confirmd.new_outbox_incarnation(text);

COMMENT ON TABLE confirmd.outbox IS 'Every change that other services may want to know, insert-only, in the order of commits. Rule for readers: remember incarnation and position; read what is above, in order; store the new place together with the effect. A hole is a fault, never a delay; so is a newest incarnation below the one remembered: this is an old database then.';
COMMENT ON TABLE confirmd.outbox_incarnation IS 'Begins of the outbox''s incarnations. When there are some above yours, commits may have been lost: go back to before the smallest of their first positions (never forward), and replace state from there. When the newest is below yours, this is an old database that was started again: stop, and apply nothing from it.';
COMMENT ON COLUMN confirmd.outbox_incarnation.reason IS 'What showed that commits may be lost: another system identifier or timeline, an earlier position than a daemon had seen, or an operator''s reason.';
DO $$ BEGIN
    EXECUTE format('COMMENT ON SCHEMA confirmd IS %L', replace(obj_description('confirmd'::regnamespace, 'pg_namespace'),
        'CF906 network retired', 'CF906 network retired, CF910 older database than the newest that was seen'));
END $$;
