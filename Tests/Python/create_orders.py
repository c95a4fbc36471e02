"""create_orders.py URL ADDRESS...: an invoice of 0.01 LTC for each address, and their ids, as a service behind a pooler asks for them."""
import json
import sys

import psycopg

with psycopg.connect(sys.argv[1], autocommit=True, prepare_threshold=None) as connection:
    for number, address in enumerate(sys.argv[2:]):
        option = json.dumps([{"asset": "LTC", "address": address, "amount": "0.01"}])
        query = "SELECT confirmd.create_invoice('shop', %s, %s::jsonb)"
        print(connection.execute(query, [str(number), option]).fetchone()[0])
