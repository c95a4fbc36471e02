"""Whether what a node serves of a block is true to the block's hash, computed from the JSON alone.

Nothing here is shared with the node: fields are encoded by the yellow paper and EIPs 2718, 2930, 1559, 4844, 4895 and
7702, the tries (of which only the root is wanted) by a few lines of our own.
"""

import collections

import rlp
from eth_keys import keys
from eth_utils import keccak

EMPTY = keccak(rlp.encode(b""))


def octets(text):
    return bytes.fromhex(text[2:])


def number(text):
    """As RLP wants it: big-endian without leading zeros."""
    value = int(text, 16)
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


HEADER = [
    ("parentHash", octets), ("sha3Uncles", octets), ("miner", octets), ("stateRoot", octets),
    ("transactionsRoot", octets), ("receiptsRoot", octets), ("logsBloom", octets), ("difficulty", number),
    ("number", number), ("gasLimit", number), ("gasUsed", number), ("timestamp", number), ("extraData", octets),
    ("mixHash", octets), ("nonce", octets), ("baseFeePerGas", number), ("withdrawalsRoot", octets),
    ("blobGasUsed", number), ("excessBlobGas", number), ("parentBeaconBlockRoot", octets), ("requestsHash", octets)]


def header_hash(block):
    return keccak(rlp.encode([encode(block[name]) for name, encode in HEADER]))


def payload(each):
    """The fields that a sender signs, and the type."""
    kind = int(each["type"], 16)
    to = octets(each["to"] or "0x")
    rest = [number(each["gas"]), to, number(each["value"]), octets(each["input"])]
    if kind == 0:
        return kind, [number(each["nonce"]), number(each["gasPrice"]), *rest]
    start, access = [number(each["chainId"]), number(each["nonce"])], [
        [octets(entry["address"]), [octets(key) for key in entry["storageKeys"]]] for entry in each["accessList"]]
    if kind == 1:
        return kind, [*start, number(each["gasPrice"]), *rest, access]
    fields = [*start, number(each["maxPriorityFeePerGas"]), number(each["maxFeePerGas"]), *rest, access]
    if kind == 3:
        fields += [number(each["maxFeePerBlobGas"]), [octets(hash) for hash in each["blobVersionedHashes"]]]
    if kind == 4:
        numbers = ("nonce", "yParity", "r", "s")
        fields.append([
            [number(one["chainId"]), octets(one["address"]), *(number(one[key]) for key in numbers)]
            for one in each["authorizationList"]])
    return kind, fields


def transaction_bytes(each):
    kind, fields = payload(each)
    encoded = rlp.encode([*fields, *(number(each[key]) for key in ("v", "r", "s"))])
    return bytes([kind]) + encoded if kind else encoded


def signer(each):
    kind, fields = payload(each)
    v = int(each["v"], 16)
    if kind:
        message, parity = bytes([kind]) + rlp.encode(fields), v
    elif v >= 35:
        message, parity = rlp.encode([*fields, number(hex((v - 35) // 2)), b"", b""]), (v - 35) % 2
    else:
        message, parity = rlp.encode(fields), v - 27
    signature = keys.Signature(vrs=(parity, int(each["r"], 16), int(each["s"], 16)))
    return signature.recover_public_key_from_msg_hash(keccak(message)).to_address()


def gas_price(each, base_fee):
    if int(each["type"], 16) < 2:
        return int(each["gasPrice"], 16)
    return min(base_fee + int(each["maxPriorityFeePerGas"], 16), int(each["maxFeePerGas"], 16))


def contract(each):
    """The address of what a transaction creates."""
    if each["to"] is not None:
        return None
    return "0x" + keccak(rlp.encode([octets(each["from"]), number(each["nonce"])]))[12:].hex()


def bloom(logs):
    """The 2048 bits of logs."""
    bits = 0
    for log in logs:
        for item in (log["address"], *log["topics"]):
            hash = keccak(octets(item))
            for place in (0, 2, 4):
                bits |= 1 << (int.from_bytes(hash[place:place + 2], "big") & 2047)
    return f"0x{bits:0512x}"


def receipt_bytes(each):
    logs = [[octets(log["address"]), [octets(topic) for topic in log["topics"]], octets(log["data"])]
            for log in each["logs"]]
    encoded = rlp.encode([
        number(each["status"]), number(each["cumulativeGasUsed"]), octets(each["logsBloom"]), logs])
    kind = int(each["type"], 16)
    return bytes([kind]) + encoded if kind else encoded


def withdrawal_bytes(each):
    return rlp.encode([
        number(each["index"]), number(each["validatorIndex"]), octets(each["address"]), number(each["amount"])])


def root(items):
    """Of the Merkle-Patricia trie that holds each item under its index."""
    pairs = sorted((nibbles(rlp.encode(index)), item) for index, item in enumerate(items))
    return keccak(rlp.encode(node(pairs, 0))) if pairs else EMPTY


def nibbles(key):
    return tuple(half for octet in key for half in (octet >> 4, octet & 15))


def node(pairs, depth):
    """Of these pairs, whose keys agree up to `depth`."""
    first, last = pairs[0][0], pairs[-1][0]
    if len(pairs) == 1:
        return [compact(first[depth:], 2), pairs[0][1]]
    common = depth
    while common < len(first) and first[common] == last[common]:
        common += 1
    if common > depth:
        return [compact(first[depth:common], 0), reference(node(pairs, common))]
    # No index is the beginning of another one, so that no value lies in a branch itself.
    slots = [[pair for pair in pairs if pair[0][depth] == digit] for digit in range(16)]
    return [reference(node(slot, depth + 1)) if slot else b"" for slot in slots] + [b""]


def reference(content):
    encoded = rlp.encode(content)
    return content if len(encoded) < 32 else keccak(encoded)


def compact(path, flag):
    odd = len(path) % 2
    path = (flag + 1, *path) if odd else (flag, 0, *path)
    return bytes(high << 4 | low for high, low in zip(path[::2], path[1::2]))


def check(block, receipts, traces):
    """Throws unless all of a block's parts belong to its hash and to each other."""
    height = int(block["number"], 16)

    def same(found, expected, what):
        assert found == expected, f"block {height}: {what}: {found!r} is not {expected!r}"

    transactions = block["transactions"]
    same(header_hash(block), octets(block["hash"]), "hash")
    same(root(map(transaction_bytes, transactions)), octets(block["transactionsRoot"]), "transactions")
    same(root(map(receipt_bytes, receipts)), octets(block["receiptsRoot"]), "receipts")
    same(root(map(withdrawal_bytes, block["withdrawals"])), octets(block["withdrawalsRoot"]), "withdrawals")
    same(bloom([log for each in receipts for log in each["logs"]]), block["logsBloom"], "bloom")
    same(receipts[-1]["cumulativeGasUsed"] if receipts else "0x0", block["gasUsed"], "gas")
    same([each["transactionHash"] for each in receipts], [each["hash"] for each in transactions], "order of receipts")
    same([each["txHash"] for each in traces], [each["hash"] for each in transactions], "order of traces")
    logs = [log for each in receipts for log in each["logs"]]
    same([int(log["logIndex"], 16) for log in logs], list(range(len(logs))), "log indexes")
    gas = 0
    for index, (each, receipt, trace) in enumerate(zip(transactions, receipts, traces)):
        same(keccak(transaction_bytes(each)), octets(each["hash"]), "hash of a transaction")
        same(signer(each), each["from"], "signer")
        same(bloom(receipt["logs"]), receipt["logsBloom"], "bloom of a receipt")
        gas += int(receipt["gasUsed"], 16)
        same(int(receipt["cumulativeGasUsed"], 16), gas, "gas of a receipt")
        same(int(receipt["effectiveGasPrice"], 16), gas_price(each, int(block["baseFeePerGas"], 16)), "price of gas")
        same(each["gasPrice"], receipt["effectiveGasPrice"], "price of gas")
        same(receipt["contractAddress"], contract(each), "contract")
        for key in ("from", "to", "type"):
            same(receipt[key], each[key], key)
        if "yParity" in each:
            same(each["yParity"], each["v"], "parity")
        same(trace["result"]["from"], each["from"], "sender of a trace")
        same(trace["result"]["value"], each["value"], "value of a trace")
        same("error" in trace["result"], receipt["status"] == "0x0", "failure of a trace")
        for part in (each, receipt, *receipt["logs"]):
            same((part["blockHash"], part["blockNumber"]), (block["hash"], block["number"]), "place")
            same(int(part["transactionIndex"], 16), index, "index")
        for log in receipt["logs"]:
            same(log["transactionHash"], each["hash"], "transaction of a log")
            same(log["removed"], False, "removal")
        for part in (each, *receipt["logs"]):
            same(part["blockTimestamp"], block["timestamp"], "time")


def movements(block, receipts, traces):
    """By how much a block changes each balance it touches: what calls move, fees and withdrawals."""
    changes = collections.Counter()

    def walk(frame):
        if "error" in frame:
            return
        if frame["type"] in ("CALL", "CREATE", "CREATE2", "SELFDESTRUCT"):
            value = int(frame["value"], 16)
            changes[frame["from"]] -= value
            changes[frame["to"]] += value
        for call in frame.get("calls", []):
            walk(call)

    base_fee = int(block["baseFeePerGas"], 16)
    for receipt, trace in zip(receipts, traces):
        walk(trace["result"])
        gas, price = int(receipt["gasUsed"], 16), int(receipt["effectiveGasPrice"], 16)
        changes[receipt["from"]] -= gas * price
        if "blobGasUsed" in receipt:
            changes[receipt["from"]] -= int(receipt["blobGasUsed"], 16) * int(receipt["blobGasPrice"], 16)
        changes[block["miner"]] += gas * (price - base_fee)
    for each in block["withdrawals"]:
        changes[each["address"]] += int(each["amount"], 16) * 10**9
    return changes
