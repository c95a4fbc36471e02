-- The incarnation that would begin now: above every one here, and a hundred are left out for each timeline between the last that
-- was written on and this one, for on that timeline another server may have begun some.
CREATE OR REPLACE FUNCTION confirmd_data.next_incarnation(counter confirmd_data.outbox_counter) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(
        counter.incarnation + 1,
        CASE WHEN counter.system_identifier = here.system_identifier
            THEN counter.incarnation + 1 + 100 * (here.timeline - counter.timeline - 1) END)
    FROM confirmd_data.server_identity() here
$$;
