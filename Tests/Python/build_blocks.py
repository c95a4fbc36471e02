"""Prints blocks of the EVM's networks with every type of transaction that each has, and who is paid by them.

    build_blocks.py SEED COUNT

For each network and each of COUNT numbers a JSON object on a line: `chain` (its id), `block` and `receipts` as nodes
answer them, `types`, `raw` (the last transaction's bytes, on Polygon), and `transfers` as [transaction, locator, contract or null, recipient, amount]. Amounts, addresses
and what succeeds are made of the seed. Ethereum's types are signed and hashed by eth-account, which also says who the
signer is; those of rollups are put together here by their specifications (OP stack "Deposits"; Nitro's arb_types.go;
PIP-74). Tries are those of the package trie.
"""

import json
import random
import sys

import rlp
from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from eth_bloom import BloomFilter
from eth_utils import keccak, to_checksum_address
from hexbytes import HexBytes
from trie import HexaryTrie

TRANSFER = keccak(text="Transfer(address,address,uint256)")
CONTRACT = bytes.fromhex("7070" * 10)


def octets(text):
    return bytes.fromhex(text[2:])


def data(raw):
    return "0x" + bytes(raw).hex()


def big(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def root(items):
    trie = HexaryTrie({})
    for index, item in enumerate(items):
        trie[rlp.encode(index)] = item
    return trie.root_hash


class Builder:
    def __init__(self, chain, seed):
        self.chain, self.random = chain, random.Random(f"{chain}/{seed}")
        self.nonces = {}

    def address(self):
        return self.random.randbytes(20)

    def amount(self):
        return self.random.choice([0, 1, self.random.randrange(1, 10**18), self.random.randrange(1, 2**90)])

    # Transactions: (members as nodes write them, serialization)

    def signed(self, kind):
        """By eth-account."""
        key = self.random.randbytes(32)
        sender = Account.from_key(key).address
        creates = kind in (0, 1, 2) and self.random.random() < 0.2
        asked = {
            "nonce": self.random.randrange(1000), "gas": 21_000 + self.random.randrange(10**6),
            "to": "" if creates else to_checksum_address(self.address()), "value": self.amount(),
            "data": data(self.random.randbytes(self.random.randrange(40))), "chainId": self.chain}
        if kind in (0, 1):
            asked["gasPrice"] = self.random.randrange(1, 10**12)
        else:
            asked |= {"maxFeePerGas": 10**12, "maxPriorityFeePerGas": self.random.randrange(10**9)}
        if kind:
            asked |= {"type": kind, "accessList": [
                {"address": to_checksum_address(self.address()),
                 "storageKeys": [data(self.random.randbytes(32)) for _ in range(self.random.randrange(3))]}
                for _ in range(self.random.randrange(3))]}
        if kind == 3:
            asked |= {"maxFeePerBlobGas": 10**9, "blobVersionedHashes": [data(b"\x01" + self.random.randbytes(31))]}
        if kind == 4:
            other = Account.from_key(self.random.randbytes(32))
            asked["authorizationList"] = [other.sign_authorization(
                {"chainId": self.chain, "address": to_checksum_address(self.address()), "nonce": 3})]
        signature = Account.sign_transaction(asked, key)
        raw = bytes(signature.raw_transaction)
        assert Account.recover_transaction(raw) == sender
        if kind:
            again = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
            assert (again["type"], again["value"], again["nonce"]) == (kind, asked["value"], asked["nonce"])
        tell = {
            "type": hex(kind), "hash": data(signature.hash), "from": sender.lower(),
            "to": None if creates else asked["to"].lower(), "nonce": hex(asked["nonce"]), "gas": hex(asked["gas"]),
            "value": hex(asked["value"]), "input": asked["data"], "v": hex(signature.v), "r": hex(signature.r),
            "s": hex(signature.s)}
        for name in ("gasPrice", "chainId", "maxFeePerGas", "maxPriorityFeePerGas", "maxFeePerBlobGas"):
            if name in asked:
                tell[name] = hex(asked[name])
        for name in ("accessList", "blobVersionedHashes"):
            if name in asked:
                tell[name] = asked[name]
        if kind:
            tell |= {"yParity": hex(signature.v), "accessList": [
                {"address": each["address"].lower(), "storageKeys": each["storageKeys"]}
                for each in asked["accessList"]]}
        if kind == 4:
            tell["authorizationList"] = [
                {"chainId": hex(each.chain_id), "address": data(each.address), "nonce": hex(each.nonce),
                 "yParity": hex(each.y_parity), "r": hex(each.r), "s": hex(each.s)}
                for each in asked["authorizationList"]]
        return tell, raw

    def typed(self, kind, members, fields):
        """Of a rollup: its list after its type."""
        raw = bytes([kind]) + rlp.encode(fields)
        return {"type": hex(kind), "hash": data(keccak(raw)), "v": "0x0", "r": "0x0", "s": "0x0"} | members, raw

    def deposit(self):
        """OP stack: sourceHash, from, to, mint, value, gas, isSystemTx, data."""
        source, sender = self.random.randbytes(32), self.address()
        to = self.random.choice([b"", sender, self.address(), self.address()])
        mint, value = self.random.choice([None, self.amount()]), self.amount()
        gas, text = self.random.randrange(10**6), self.random.randbytes(5)
        members = {
            "sourceHash": data(source), "from": data(sender), "to": data(to) if to else None, "value": hex(value),
            "gas": hex(gas), "input": data(text), "nonce": hex(self.random.randrange(10**6)), "gasPrice": "0x0"}
        members |= {} if mint is None else {"mint": hex(mint)}
        members |= {"isSystemTx": False} if self.random.random() < 0.5 else {}
        return self.typed(
            0x7E, members, [source, sender, to, big(mint or 0), big(value), big(gas), b"", text])

    def arbitrum(self, kind):
        chain, sender, to, other = self.chain, self.address(), self.address(), self.address()
        request, value, gas, price = self.random.randbytes(32), self.amount(), 10**6, 10**8
        nonce, text = self.random.randrange(1000), self.random.randbytes(9)
        members = {
            "chainId": hex(chain), "from": data(sender), "to": data(to), "value": hex(value), "nonce": hex(nonce),
            "gas": hex(gas), "gasPrice": hex(price), "maxFeePerGas": hex(price), "input": data(text),
            "requestId": data(request)}
        call = [big(price), big(gas), to, big(value), text]
        if kind == 0x64:
            return self.typed(kind, members, [big(chain), request, sender, to, big(value)])
        if kind == 0x65:
            return self.typed(kind, members, [big(chain), sender, big(nonce), *call])
        if kind == 0x66:
            return self.typed(kind, members, [big(chain), request, sender, *call])
        if kind == 0x68:
            members |= {
                "ticketId": data(request), "refundTo": data(other), "maxRefund": "0x7b", "submissionFeeRefund": "0x7"}
            return self.typed(
                kind, members, [big(chain), big(nonce), sender, *call, request, other, big(0x7B), big(7)])
        if kind == 0x69:
            members |= {
                "l1BaseFee": "0x5", "depositValue": hex(10**17), "retryTo": data(to), "retryValue": hex(value),
                "beneficiary": data(other), "maxSubmissionFee": "0x9", "refundTo": data(sender),
                "retryData": data(text), "to": data(bytes.fromhex("6e" * 20)), "value": "0x0"}
            return self.typed(kind, members, [
                big(chain), request, sender, big(5), big(10**17), big(price), big(gas), to, big(value), other, big(9),
                sender, text])
        members |= {"from": "0x" + "0a4b05" * 6 + "0a4b", "value": "0x0"}
        return self.typed(0x6A, members, [big(chain), text])

    def state_sync(self):
        """Polygon: no fields that a node shows; its bytes are those of bor's state_sync_tx.go."""
        zero = "0x" + "00" * 20
        raw = bytes([0x7F]) + rlp.encode([[
            [big(self.random.randrange(10**7)), self.address(), self.random.randbytes(96), self.random.randbytes(32)]
            for _ in range(1 + self.random.randrange(3))]])
        return {
            "type": "0x7f", "hash": data(self.random.randbytes(32)), "from": zero, "to": zero, "value": "0x0",
            "nonce": "0x0", "gas": "0x0", "gasPrice": "0x0", "input": "0x", "v": "0x0", "r": "0x0", "s": "0x0"}, raw

    # Receipts

    def logs(self, hash):
        """Transfers of a token among others: [(place, recipient, amount)] and the logs."""
        tokens, logs = [], []
        for place in range(self.random.randrange(4)):
            recipient, amount = self.address(), self.amount()
            topics, text = [TRANSFER, bytes(12) + self.address(), bytes(12) + recipient], amount.to_bytes(32, "big")
            shape = self.random.randrange(4)
            if shape == 0:
                topics.append(text)  # ERC-721
            elif shape == 1:
                topics[0] = keccak(text="Approval(address,address,uint256)")
            elif amount:
                tokens.append((place, recipient, amount))
            logs.append((CONTRACT, topics, text))
        return tokens, logs

    def receipt(self, member, index, before, log_number):
        """(as nodes write it, its serialization, its bloom, whether it succeeded, its tokens)"""
        kind = int(member["type"], 16)
        success = self.random.random() < 0.8
        tokens, logs = self.logs(member["hash"]) if success else ([], [])
        used = before + 21_000 + self.random.randrange(10**5)
        bloom = BloomFilter()
        for address, topics, _ in logs:
            bloom.extend([address, *topics])
        bits = int(bloom).to_bytes(256, "big")
        fields = [big(int(success)), big(used), bits, [list(log) for log in logs]]
        place = {"transactionHash": member["hash"], "transactionIndex": hex(index)}
        told = place | {
            "type": member["type"], "status": hex(success), "cumulativeGasUsed": hex(used), "gasUsed": hex(used - before),
            "logsBloom": data(bits), "from": member["from"], "to": member["to"], "contractAddress": None,
            "effectiveGasPrice": "0x1", "logs": [
                place | {"address": data(address), "topics": [data(each) for each in topics], "data": data(text),
                         "logIndex": hex(log_number + number), "removed": False}
                for number, (address, topics, text) in enumerate(logs)]}
        if member["to"] is None:
            told["contractAddress"] = data(self.created(member))
        if kind == 0x7E:
            told |= {"depositNonce": member["nonce"], "depositReceiptVersion": "0x1"}
            fields += [big(int(member["nonce"], 16)), big(1)]
        encoded = rlp.encode(fields)
        return told, bytes([kind]) + encoded if kind else encoded, bloom, success, tokens, used

    @staticmethod
    def created(member):
        return keccak(rlp.encode([octets(member["from"]), big(int(member["nonce"], 16))]))[12:]

    def payments(self, member, success, tokens):
        kind, hash, value = int(member["type"], 16), member["hash"], int(member["value"], 16)
        mint = int(member.get("mint", "0x0"), 16)
        if mint:
            yield hash, "mint", None, member["from"], str(mint)
        if not success:
            return
        to = member["to"] or data(self.created(member))
        if value and kind not in (0x69, 0x6A) and not (kind == 0x7E and to == member["from"]):
            yield hash, "call", None, to, str(value)
        for place, recipient, amount in tokens:
            yield hash, f"log:{place}", data(CONTRACT), data(recipient), str(amount)

    # The block

    def kinds(self):
        makers = [lambda kind=kind: self.signed(kind) for kind in range(5)]
        if self.chain in (10, 8_453):
            makers += [self.deposit] * 4
        if self.chain == 42_161:
            makers += [lambda kind=kind: self.arbitrum(kind) for kind in (0x64, 0x65, 0x66, 0x68, 0x69, 0x6A)]
        makers *= 2
        self.random.shuffle(makers)
        return makers + ([self.state_sync] if self.chain == 137 else [])

    def block(self):
        transactions = [make() for make in self.kinds()]
        told, encoded, transfers, union, used, number = [], [], [], BloomFilter(), 0, 0
        for index, (member, _) in enumerate(transactions):
            receipt, raw, bloom, success, tokens, used = self.receipt(member, index, used, number)
            number += len(receipt["logs"])
            told.append(receipt)
            encoded.append(raw)
            union |= bloom
            transfers += self.payments(member, success, tokens)
        withdrawals = [
            (index, 7, self.address(), 1 + self.random.randrange(10**9)) for index in range(3)
        ] if self.chain in (1, 100) else []
        header = {
            "parentHash": self.random.randbytes(32), "sha3Uncles": keccak(rlp.encode([])), "miner": self.address(),
            "stateRoot": self.random.randbytes(32), "transactionsRoot": root([raw for _, raw in transactions]),
            "receiptsRoot": root(encoded), "logsBloom": int(union).to_bytes(256, "big"),
            "difficulty": 0, "number": 1 + self.random.randrange(10**9), "gasLimit": 10**8, "gasUsed": used,
            "timestamp": 1_760_000_000, "extraData": self.random.randbytes(9), "mixHash": self.random.randbytes(32),
            "nonce": bytes(8)}
        later = {
            "baseFeePerGas": 7, "withdrawalsRoot": root([
                rlp.encode([index, validator, address, amount]) for index, validator, address, amount in withdrawals]),
            "blobGasUsed": 131_072, "excessBlobGas": 0, "parentBeaconBlockRoot": self.random.randbytes(32),
            "requestsHash": self.random.randbytes(32)}
        if self.chain in (10, 8_453):
            # Since Isthmus that of the contract which messages to Ethereum go through.
            later["withdrawalsRoot"] = self.random.randbytes(32)
        elif self.chain == 42_161:
            later = {"baseFeePerGas": 7}
        elif self.chain == 43_114:
            later = {
                "extDataHash": self.random.randbytes(32), "baseFeePerGas": 7, "extDataGasUsed": 0, "blockGasCost": 9,
                "blobGasUsed": 0, "excessBlobGas": 0, "parentBeaconBlockRoot": self.random.randbytes(32)}
        header |= later
        hash = keccak(rlp.encode([big(each) if isinstance(each, int) else each for each in header.values()]))
        place = {"blockHash": data(hash), "blockNumber": hex(header["number"])}
        answer = {name: hex(each) if isinstance(each, int) else data(each) for name, each in header.items()}
        answer |= {"hash": data(hash), "size": "0x1", "uncles": [], "transactions": [
            member | place | {"transactionIndex": hex(index)} for index, (member, _) in enumerate(transactions)]}
        if "withdrawalsRoot" in header:
            answer["withdrawals"] = [
                {"index": hex(index), "validatorIndex": hex(validator), "address": data(address), "amount": hex(amount)}
                for index, validator, address, amount in withdrawals]
        for receipt in told:
            receipt |= place
            for log in receipt["logs"]:
                log |= place
        if self.chain == 1:
            transfers += [
                (data(hash), f"withdrawal:{index}", None, data(address), str(amount * 10**9))
                for index, _, address, amount in withdrawals]
        return ({"raw": data(transactions[-1][1])} if self.chain == 137 else {}) | {
            "chain": self.chain, "block": answer, "receipts": told, "transfers": transfers,
            "types": sorted({member["type"] for member, _ in transactions})}


seed, count = sys.argv[1], int(sys.argv[2])
for chain in (1, 56, 137, 42_161, 10, 8_453, 43_114, 100):
    for number in range(count):
        print(json.dumps(Builder(chain, f"{seed}/{number}").block()))
