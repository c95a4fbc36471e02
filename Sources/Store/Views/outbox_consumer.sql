CREATE OR REPLACE VIEW confirmd.outbox_consumer AS
    SELECT c.consumer, c.role, c.incarnation, c.position, o.position - c.position AS lag,
           (SELECT e.occurred_at FROM confirmd.outbox e WHERE e.position = c.position + 1) AS waiting_since,
           c.registered_at, c.acknowledged_at
    FROM confirmd_data.outbox_consumer c CROSS JOIN confirmd_data.outbox_counter o;
GRANT SELECT ON confirmd.outbox_consumer TO confirmd_reader;
COMMENT ON VIEW confirmd.outbox_consumer IS 'Who reads the outbox, how far it has come, and how far behind it is.';
COMMENT ON COLUMN confirmd.outbox_consumer.consumer IS 'The consumer''s name.';
COMMENT ON COLUMN confirmd.outbox_consumer.role IS 'The role that used the name first, and alone may until an operator removes it.';
COMMENT ON COLUMN confirmd.outbox_consumer.incarnation IS 'The incarnation its place is of.';
COMMENT ON COLUMN confirmd.outbox_consumer.position IS 'The last position it has dealt with.';
COMMENT ON COLUMN confirmd.outbox_consumer.lag IS 'How many events it has still to read.';
COMMENT ON COLUMN confirmd.outbox_consumer.waiting_since IS 'When the first of them was written; NULL when there is none.';
COMMENT ON COLUMN confirmd.outbox_consumer.registered_at IS 'When it first acknowledged.';
COMMENT ON COLUMN confirmd.outbox_consumer.acknowledged_at IS 'When it last did.';
