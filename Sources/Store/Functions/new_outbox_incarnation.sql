CREATE OR REPLACE FUNCTION confirmd.new_outbox_incarnation(reason text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT confirmd_data.queue_command('new_incarnation', NULL, NULL, reason)
$$;
GRANT EXECUTE ON FUNCTION confirmd.new_outbox_incarnation TO confirmd_operator;
COMMENT ON FUNCTION confirmd.new_outbox_incarnation IS 'Has the daemon begin a new incarnation of the outbox, to be asked for after a restore that lost commits. Returns the number of the command in confirmd.operator_command.';
