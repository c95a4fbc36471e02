-- Where this database stands: the newest incarnation of its outbox, the last position that it gave out, and its server and
-- timeline. Refused to whoever has seen it further, p_seen: {"incarnation": 2, "position": 531, "timelines": {"<system
-- identifier>": 3}}, NULL where nothing was seen. It is an old primary then, or a copy, and what is written to it will be lost.
CREATE OR REPLACE FUNCTION confirmd_data.lineage(p_seen jsonb DEFAULT NULL) RETURNS confirmd_data.lineage_place
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here confirmd_data.lineage_place;
    seen_incarnation int := p_seen ->> 'incarnation';
    seen_timeline int;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter;
    SELECT counter.incarnation, counter.position, s.system_identifier, s.timeline INTO STRICT here
    FROM confirmd_data.server_identity() s;
    seen_timeline := p_seen -> 'timelines' ->> here.system_identifier::text;
    -- On a new timeline an incarnation is still to begin: it may be above one that was seen on a timeline before it.
    IF (CASE WHEN (counter.system_identifier, counter.timeline) = (here.system_identifier, here.timeline)
            THEN counter.incarnation < seen_incarnation
            ELSE confirmd_data.next_incarnation(counter) <= seen_incarnation END)
       OR counter.incarnation = seen_incarnation AND here.timeline < seen_timeline THEN
        RAISE EXCEPTION 'this is an old database: its outbox is in incarnation % on timeline %, seen was incarnation % on '
            'timeline %. Stop it and have database.url lead to the newest one; only if this is the one to go on with, run: '
            'confirmd outbox new-incarnation --above % --reason …',
            here.incarnation, here.timeline, seen_incarnation, coalesce(seen_timeline::text, '?'), seen_incarnation
            USING ERRCODE = 'CF910';
    END IF;
    RETURN here;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.lineage TO confirmd_daemon;
