"""A block with all that its execution left, as JSON. A block never changes, so each part is made once."""

import functools

import rlp
import transactions
from eth_utils import keccak
from traces import flat
from wire import bloom, data, quantity, word


class Block:
    def __init__(self, sealed, receipts, trees, chain_id, order=0):
        """`trees`: of each transaction, as callTracer answers. `order`: its number among all blocks built."""
        self.sealed, self.receipts, self.trees, self.chain_id, self.order = sealed, receipts, trees, chain_id, order
        self.header, self.number = sealed.header, sealed.header.block_number
        self.hash = data(sealed.hash)
        self.place = {"blockHash": self.hash, "blockNumber": quantity(self.number)}

    @property
    def size(self):
        """Of its RLP, in which a transaction of a type is a string and one of none a list."""
        items = [each.encode() if transactions.kind(each) else rlp.decode(each.encode())
                 for each in self.sealed.transactions]
        return len(rlp.encode([self.header, items, [], list(self.sealed.withdrawals)]))

    @functools.cached_property
    def whole(self):
        """eth_getBlockByHash with whole transactions."""
        header = self.header
        answer = {
            "number": quantity(self.number), "hash": self.hash, "parentHash": data(header.parent_hash),
            "sha3Uncles": data(header.uncles_hash), "miner": data(header.coinbase),
            "stateRoot": data(header.state_root), "transactionsRoot": data(header.transaction_root),
            "receiptsRoot": data(header.receipt_root), "logsBloom": bloom(header.bloom),
            "difficulty": quantity(header.difficulty), "gasLimit": quantity(header.gas_limit),
            "gasUsed": quantity(header.gas_used), "timestamp": quantity(header.timestamp),
            "extraData": data(header.extra_data), "mixHash": data(header.mix_hash), "nonce": data(header.nonce),
            "baseFeePerGas": quantity(header.base_fee_per_gas), "withdrawalsRoot": data(header.withdrawals_root),
            "blobGasUsed": quantity(header.blob_gas_used), "excessBlobGas": quantity(header.excess_blob_gas),
            "parentBeaconBlockRoot": data(header.parent_beacon_block_root),
            "requestsHash": data(header.requests_hash), "size": quantity(self.size), "uncles": []}
        answer["transactions"] = [
            {**self.place, "transactionIndex": quantity(index), "blockTimestamp": quantity(header.timestamp)}
            | transactions.describe(transaction, self.chain_id, header.base_fee_per_gas)
            for index, transaction in enumerate(self.sealed.transactions)]
        answer["withdrawals"] = [
            {"index": quantity(each.index), "validatorIndex": quantity(each.validator_index),
             "address": data(each.address), "amount": quantity(each.amount)} for each in self.sealed.withdrawals]
        return answer

    @functools.cached_property
    def brief(self):
        """The same with the hashes of the transactions."""
        return self.whole | {"transactions": [data(each.hash) for each in self.sealed.transactions]}

    @functools.cached_property
    def receipt_list(self):
        """eth_getBlockReceipts"""
        answer, before, logs = [], 0, 0
        base_fee = self.header.base_fee_per_gas
        for index, (transaction, receipt) in enumerate(zip(self.sealed.transactions, self.receipts)):
            place = {
                **self.place, "transactionHash": data(transaction.hash), "transactionIndex": quantity(index)}
            creates = not transaction.to
            created = keccak(rlp.encode([transaction.sender, transaction.nonce]))[12:] if creates else None
            entry = {
                **place, "type": quantity(transactions.kind(transaction)), "from": data(transaction.sender),
                "to": None if creates else data(transaction.to),
                "contractAddress": data(created) if creates else None,
                "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
                "cumulativeGasUsed": quantity(receipt.gas_used), "gasUsed": quantity(receipt.gas_used - before),
                "effectiveGasPrice": quantity(transactions.price(transaction, base_fee)),
                "logsBloom": bloom(receipt.bloom), "logs": [
                    {**place, "address": data(log.address), "topics": [word(topic) for topic in log.topics],
                     "data": data(log.data), "logIndex": quantity(logs + number), "removed": False,
                     "blockTimestamp": quantity(self.header.timestamp)}
                    for number, log in enumerate(receipt.logs)]}
            if transactions.kind(transaction) == 3:
                entry |= {
                    "blobGasUsed": quantity(131_072 * len(transaction.blob_versioned_hashes)), "blobGasPrice": "0x1"}
            answer.append(entry)
            before, logs = receipt.gas_used, logs + len(receipt.logs)
        return answer

    @functools.cached_property
    def traces(self):
        """debug_traceBlockByHash with callTracer"""
        return [{"txHash": data(transaction.hash), "result": tree}
                for transaction, tree in zip(self.sealed.transactions, self.trees)]

    @functools.cached_property
    def flat_traces(self):
        """trace_block"""
        return [entry for index, trace in enumerate(self.traces) for entry in flat(trace["result"], {
            "blockHash": self.hash, "blockNumber": self.number, "transactionHash": trace["txHash"],
            "transactionPosition": index})]
