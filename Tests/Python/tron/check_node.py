"""Reads a TRON node with tronpy and recomputes every id in it from bytes.

    check_node.py URL

The address of the node, confirmd-devnet's; its state says what there is to see. Prints what was read, as JSON. tronpy does
not complain about any of it, its own protobuf gives the same transaction ids, and the encoder below, which is independent of
both, gives the same block ids.
"""

import hashlib
import json
import sys
import urllib.request

from tronpy import Tron, keys
from tronpy.proto import calculate_txid_from_raw_data
from tronpy.providers import HTTPProvider


def sha256(data):
    return hashlib.sha256(data).digest()


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """A field of a protobuf 3 message; zero and empty are left out."""
    if not value:
        return b""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def header(raw):
    return b"".join(
        [
            field(1, raw.get("timestamp", 0)),
            field(2, bytes.fromhex(raw["txTrieRoot"])),
            field(3, bytes.fromhex(raw["parentHash"])),
            field(7, raw.get("number", 0)),
            field(9, keys.to_raw_address(raw["witness_address"])),
            field(10, raw.get("version", 0)),
        ]
    )


RESULTS = {"SUCCESS": 1, "REVERT": 2, "OUT_OF_ENERGY": 10}


def leaf(transaction):
    """The digest of a whole transaction, as it is in a block."""
    signatures = b"".join(field(2, bytes.fromhex(signature)) for signature in transaction["signature"])
    results = b"".join(field(5, field(3, RESULTS[ret["contractRet"]])) for ret in transaction["ret"])
    return sha256(field(1, bytes.fromhex(transaction["raw_data_hex"])) + signatures + results)


def root(leaves):
    """Pairs are hashed once; what has no neighbor goes up as it is."""
    if not leaves:
        return bytes(32)
    while len(leaves) > 1:
        pairs = [leaves[i : i + 2] for i in range(0, len(leaves), 2)]
        leaves = [sha256(b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


def check_block(block):
    raw = block["block_header"]["raw_data"]
    height = raw.get("number", 0)
    assert block["blockID"] == (height.to_bytes(8, "big") + sha256(header(raw))[8:]).hex(), height
    transactions = block.get("transactions", [])
    assert raw["txTrieRoot"] == root([leaf(transaction) for transaction in transactions]).hex(), height
    for transaction in transactions:
        assert transaction["txID"] == sha256(bytes.fromhex(transaction["raw_data_hex"])).hex()
        if transaction["raw_data"]["contract"][0]["type"] in ("TransferContract", "TriggerSmartContract"):
            assert transaction["txID"] == calculate_txid_from_raw_data(transaction["raw_data"])
        assert [len(signature) for signature in transaction["signature"]] == [130]
    return block["blockID"], raw


url = sys.argv[1]
with urllib.request.urlopen(url + "/devnet/state") as answer:
    state = json.load(answer)
tron = Tron(HTTPProvider(url))
height = tron.get_latest_block_number()
assert height == state["height"] and tron.get_latest_block_id() == state["blockID"]
assert tron.get_latest_solid_block_number() == state["solidHeight"]
assert tron.get_latest_solid_block()["block_header"]["raw_data"]["number"] == state["solidHeight"]
assert tron.get_latest_block()["blockID"] == state["blockID"]

parent, time, witnesses, kinds, results, received = None, 0, set(), {}, {}, {}
for number in range(height + 1):
    block = tron.get_block(number)
    identity, raw = check_block(block)
    assert check_block(tron.get_block(identity, visible=False))[0] == identity
    assert parent is None or raw["parentHash"] == parent
    assert number < 2 or raw["timestamp"] > time and raw["timestamp"] % 3000 == 0
    parent, time = identity, raw.get("timestamp", 0)
    if number:
        witnesses.add(raw["witness_address"])
    for transaction in block.get("transactions", []):
        assert tron.get_transaction(transaction["txID"]) == transaction
        contract = transaction["raw_data"]["contract"][0]
        kinds[contract["type"]] = kinds.get(contract["type"], 0) + 1
        info = tron.get_transaction_info(transaction["txID"])
        assert info["id"] == transaction["txID"] and info["blockNumber"] == number
        assert info["blockTimeStamp"] == raw["timestamp"]
        outcome = transaction["ret"][0]["contractRet"]
        results[outcome] = results.get(outcome, 0) + 1
        assert (outcome == "SUCCESS") == ("result" not in info)
        if contract["type"] == "TriggerSmartContract":
            assert info["receipt"]["result"] == outcome
        assert outcome == "SUCCESS" or "log" not in info
        for log in info.get("log", []):
            owner = keys.to_base58check_address("41" + log["topics"][2][24:])
            balance = received.setdefault((log["address"], owner), 0)
            received[log["address"], owner] = balance + int(log["data"], 16)

balances = []
for (address, owner), amount in received.items():
    contract = tron.get_contract(address)
    assert contract.functions.balanceOf(owner) == amount
    balances.append([contract.functions.symbol(), contract.functions.decimals(), owner, str(amount)])
print(
    json.dumps(
        {
            "blocks": height + 1,
            "witnesses": len(witnesses),
            "kinds": kinds,
            "results": results,
            "balances": sorted(balances),
            "payer": str(tron.get_account_balance(state["payer"])),
            "assets": tron.get_account_asset_balances(state["payer"]),
            "parameters": len(tron.get_chain_parameters()),
        }
    )
)
