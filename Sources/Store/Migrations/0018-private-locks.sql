-- What one login can't use against another: see Functions/acknowledge.sql, queue_command.sql and remove_consumer.sql.
SET LOCAL ROLE confirmd_owner;

-- A reader by change data capture follows the rule of every reader only if it sees these two.
ALTER PUBLICATION confirmd_outbox
    SET TABLE confirmd.outbox (id, aggregatetype, aggregateid, type, payload, position, incarnation);

-- A hundred slots for each role: two sessions that come at once can't have the same one.
ALTER TABLE confirmd_data.outbox_consumer ADD COLUMN slot int CHECK (slot > 0);
UPDATE confirmd_data.outbox_consumer c SET slot = n.slot
FROM (SELECT consumer, row_number() OVER (PARTITION BY role ORDER BY registered_at, consumer) AS slot
      FROM confirmd_data.outbox_consumer) n
WHERE n.consumer = c.consumer;
ALTER TABLE confirmd_data.outbox_consumer ALTER COLUMN slot SET NOT NULL,
    ADD CONSTRAINT outbox_consumer_slot UNIQUE (role, slot);
COMMENT ON COLUMN confirmd_data.outbox_consumer.slot IS 'Which of its role''s consumers it is: a new one takes the lowest free number up to 100.';

-- One of a kind waits for each invoice and network.
UPDATE confirmd_data.operator_command c SET outcome = 'refused', decided_at = clock_timestamp(), detail = 'asked for before'
WHERE c.outcome IS NULL AND EXISTS (
    SELECT FROM confirmd_data.operator_command o
    WHERE o.outcome IS NULL AND o.kind = c.kind AND o.number < c.number
      AND (o.invoice_id = c.invoice_id OR o.network = c.network));
CREATE UNIQUE INDEX operator_command_of_invoice ON confirmd_data.operator_command (invoice_id, kind)
    WHERE outcome IS NULL AND invoice_id IS NOT NULL;
CREATE UNIQUE INDEX operator_command_of_network ON confirmd_data.operator_command (network, kind)
    WHERE outcome IS NULL AND network IS NOT NULL;

ALTER TABLE confirmd_data.operator_command
    DROP CONSTRAINT operator_command_kind_check,
    ADD CONSTRAINT operator_command_kind_check CHECK (kind IN (
        'mark_paid', 'cancel', 'retire_network', 'new_incarnation', 'resume_network', 'resync_network', 'remove_consumer'));

DO $$ BEGIN
    EXECUTE pg_catalog.format('COMMENT ON SCHEMA confirmd IS %L', pg_catalog.replace(
        pg_catalog.obj_description('confirmd'::regnamespace, 'pg_namespace'), 'CF023 unknown network.',
        'CF023 unknown network, CF024 asked for before and not carried out yet, CF025 unknown consumer.'));
END $$;
