"""Prints what ElectrumX reads in a block: its transactions, what they spend and what they pay.

    read_block.py COIN < block in hexadecimal digits

COIN is one of ElectrumX's: Bitcoin, BitcoinCash, Dash, Dogecoin. Of Bitcoin Cash every output also has the address that
BitCash finds for its script, whatever tokens stand before it (null where it knows none).
"""

import json
import sys

from bitcash.cashaddress import Address
from bitcash.types import Network
from electrumx.lib import coins
from electrumx.lib.hash import hash_to_hex_str


def address(script):
    try:
        found = Address.from_script(script, Network.regtest)
    except (ValueError, IndexError):
        return None
    return Address(found.version.replace("-CATKN", ""), found.payload).cash_address()


coin = getattr(coins, sys.argv[1])
block = bytes.fromhex(sys.stdin.read())
header = coin.DESERIALIZER(block).read_header(80) if hasattr(coin.DESERIALIZER, "read_header") else block[:80]
reader = coin.DESERIALIZER(block, start=len(header))
transactions = reader.read_tx_block()
assert reader.cursor == len(block), "something follows the transactions"

json.dump(
    [
        {
            "id": hash_to_hex_str(transaction.txid_rev),
            "spends": [
                f"{hash_to_hex_str(spent.prev_txid_rev)}:{spent.prev_idx}"
                for spent in transaction.inputs
                if not spent.is_generation()
            ],
            "outputs": [
                {
                    "value": output.value,
                    "script": output.pk_script.hex(),
                    "address": address(output.pk_script) if coin is coins.BitcoinCash else None,
                }
                for output in transaction.outputs
            ],
        }
        for transaction in transactions
    ],
    sys.stdout,
)
