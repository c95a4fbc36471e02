"""The methods of Ethereum nodes: each takes the view and the call's parameters."""

import transactions
from wire import Refused, data, parse_data, quantity


def part(block, name):
    return None if block is None else getattr(block, name)


def whole_or_brief(block, full=False):
    return part(block, "whole" if full else "brief")


def count(block):
    return None if block is None else quantity(len(block.sealed.transactions))


def transaction(view, hash):
    found = view.transaction(hash)
    if found:
        block, index = found
        return block.whole["transactions"][index]
    waiting = view.chain.pooled(hash.lower())
    return waiting and transactions.describe(waiting, view.chain.chain_id) | {
        "blockHash": None, "blockNumber": None, "transactionIndex": None}


def receipt(view, hash):
    found = view.transaction(hash)
    return found and found[0].receipt_list[found[1]]


def logs(view, wanted):
    if "blockHash" in wanted:
        blocks = [view.with_hash(wanted["blockHash"])]
        if blocks[0] is None:
            raise Refused(-32000, "unknown block")
    else:
        first, last = view.height(wanted.get("fromBlock")), view.height(wanted.get("toBlock"))
        if first > last:
            raise Refused(-32000, "invalid block range params")
        blocks = [view.at_height(height) for height in range(first, min(last, view.head.number) + 1)]
    addresses = wanted.get("address") or []
    addresses = {each.lower() for each in ([addresses] if isinstance(addresses, str) else addresses)}
    topics = [{each.lower()} if isinstance(each, str) else {one.lower() for one in each or []}
              for each in wanted.get("topics") or []]

    def is_wanted(log):
        return ((not addresses or log["address"] in addresses) and len(log["topics"]) >= len(topics)
                and all(not any_of or topic in any_of for any_of, topic in zip(topics, log["topics"])))

    return [log for block in blocks for receipt in block.receipt_list for log in receipt["logs"] if is_wanted(log)]


def traces(block, options=None, form="traces"):
    if options and options.get("tracer") != "callTracer":
        raise Refused(-32602, "the node has no tracer but callTracer")
    if block is None:
        raise Refused(-32000, "block not found")
    if block.number == 0:
        raise Refused(-32000, "genesis is not traceable")
    return getattr(block, form)


def send_raw(view, raw):
    builder = view.chain.rules.get_vm_class_for_block_number(0).get_transaction_builder()
    return view.chain.accept(transactions.decode(parse_data(raw), builder))


TABLE = {
    "web3_clientVersion": lambda view: "confirmd-evm/py-evm",
    "net_version": lambda view: str(view.chain.chain_id),
    "eth_chainId": lambda view: quantity(view.chain.chain_id),
    "eth_syncing": lambda view: view.syncing,
    "eth_accounts": lambda view: [data(each) for each in transactions.ACCOUNTS],
    "eth_gasPrice": lambda view: quantity(view.head.header.base_fee_per_gas + transactions.GWEI),
    "eth_blockNumber": lambda view: quantity(view.head.number),
    "eth_getBlockByNumber": lambda view, tag, full=False: whole_or_brief(view.at_height(tag), full),
    "eth_getBlockByHash": lambda view, hash, full=False: whole_or_brief(view.with_hash(hash), full),
    "eth_getBlockTransactionCountByNumber": lambda view, tag: count(view.at_height(tag)),
    "eth_getBlockTransactionCountByHash": lambda view, hash: count(view.with_hash(hash)),
    "eth_getBlockReceipts": lambda view, reference: part(view.block(reference), "receipt_list"),
    "eth_getTransactionByHash": transaction,
    "eth_getTransactionReceipt": receipt,
    "eth_getLogs": logs,
    "eth_getBalance": lambda view, address, reference="latest": quantity(
        view.state(reference).get_balance(parse_data(address, 20))),
    "eth_getTransactionCount": lambda view, address, reference="latest": quantity(
        view.state(reference).get_nonce(parse_data(address, 20))),
    "eth_getCode": lambda view, address, reference="latest": data(
        view.state(reference).get_code(parse_data(address, 20))),
    "eth_call": lambda view, request, reference="latest": data(
        view.chain.call(request, view.block(reference) or view.head)),
    "eth_sendTransaction": lambda view, request: view.chain.send(request),
    "eth_sendRawTransaction": send_raw,
    "debug_traceBlockByNumber": lambda view, tag, options=None: traces(view.at_height(tag), options),
    "debug_traceBlockByHash": lambda view, hash, options=None: traces(view.with_hash(hash), options),
    "trace_block": lambda view, reference: traces(view.block(reference), form="flat_traces"),
}
