import sys, psycopg  # consumer.py CONFIRMD-URL OWN-URL: applies each event exactly once, however often it is ended

plain = {"autocommit": True, "prepare_threshold": None}  # nothing prepared: right through any pooler
confirmd = psycopg.connect(sys.argv[1], **plain)  # as a member of confirmd_reader
own = psycopg.connect(sys.argv[2], **plain)
own.execute("CREATE TABLE IF NOT EXISTS place (one int PRIMARY KEY, incarnation int, position bigint)")
own.execute("CREATE TABLE IF NOT EXISTS booking (position bigint, owner text, asset text, net numeric)")
begin = confirmd.execute("SELECT max(incarnation), (SELECT coalesce(min(position) - 1, 0) FROM confirmd.outbox)"
                         " FROM confirmd.outbox_incarnation").fetchone()
own.execute("INSERT INTO place VALUES (1, %s, %s) ON CONFLICT DO NOTHING", begin)
confirmd.execute("LISTEN confirmd_outbox")
while True:
    with own.transaction():  # the effect and the new place are stored together, or not at all
        mine, last = own.execute("SELECT incarnation, position FROM place FOR UPDATE").fetchone()
        events = confirmd.execute("SELECT position, type, aggregateid, payload FROM confirmd.outbox"
                                  " WHERE position > %s ORDER BY position LIMIT 500", [last]).fetchall()
        newest, first = confirmd.execute("SELECT max(incarnation), min(first_position) FILTER (WHERE incarnation > %s)"
                                         " FROM confirmd.outbox_incarnation", [mine]).fetchone()
        if newest < mine:  # a primary that was given up and started again, or a copy of before: nothing in it counts
            sys.exit(f"an old database: I have read incarnation {mine}, it has {newest}: an operator has to look")
        if newest > mine:  # the database may have lost what we applied: take it back, and read on from there
            mine, last, events = newest, min(last, first - 1), []
            own.execute("DELETE FROM booking WHERE position > %s", [last])
        for position, kind, owner, payload in events:
            if position != (last := last + 1):
                sys.exit(f"position {last} is missing: an operator has to look")
            if sign := {"deposit.credited": "+", "deposit.reversed": "-"}.get(kind):
                own.execute("INSERT INTO booking VALUES (%s, %s, %s, %s)",
                            [position, owner, payload["asset"], sign + payload["net"]])
        own.execute("UPDATE place SET incarnation = %s, position = %s", [mine, last])
    if events:
        confirmd.execute("SELECT confirmd.acknowledge('example', %s, %s)", [mine, last])  # lets old partitions go
    else:
        next(confirmd.notifies(timeout=1, stop_after=1), None)  # a hint, which may be missed: look every second
