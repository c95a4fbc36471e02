-- Where this database stands: the newest incarnation of its outbox, the last position that it gave out, and its server and
-- timeline. Refused to whoever has seen it further, p_seen: {"incarnation": 2, "position": 531, "timelines": {"<system
-- identifier>": 3}}, NULL where nothing was seen. It is an old primary then, or a copy, and what is written to it will be lost.
CREATE OR REPLACE FUNCTION confirmd_data.lineage(p_seen jsonb DEFAULT NULL) RETURNS confirmd_data.lineage_place
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here confirmd_data.lineage_place;
    seen_timeline int;
BEGIN
    SELECT o.incarnation, o.position, s.system_identifier, s.timeline INTO STRICT here
    FROM confirmd_data.outbox_counter o, confirmd_data.server_identity() s;
    seen_timeline := p_seen -> 'timelines' ->> here.system_identifier::text;
    IF here.incarnation < (p_seen ->> 'incarnation')::int
       OR here.incarnation = (p_seen ->> 'incarnation')::int AND here.timeline < seen_timeline THEN
        RAISE EXCEPTION 'this is an old database: its outbox is in incarnation % on timeline %, seen was incarnation % on '
            'timeline %. Stop it and have database.url lead to the newest one; only if this is the one to go on with, run: '
            'confirmd outbox new-incarnation --above % --reason …',
            here.incarnation, here.timeline, p_seen ->> 'incarnation', coalesce(seen_timeline::text, '?'),
            p_seen ->> 'incarnation' USING ERRCODE = 'CF910';
    END IF;
    RETURN here;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.lineage TO confirmd_daemon;
