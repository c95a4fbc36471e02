"""Has a node do all it can, and checks each block it served against the block's hash.

    selftest.py [URL]      without an address it starts a node of its own
"""

import http.client
import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

import verify
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak, to_checksum_address

HERE = pathlib.Path(__file__).parent
CONTRACTS = json.loads((HERE / "contracts.json").read_text())
TRANSFER = "0x" + keccak(text="Transfer(address,address,uint256)").hex()


class Node:
    def __init__(self, url):
        self.url = url

    def post(self, body):
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def __call__(self, method, *params):
        answer = self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def refuses(self, code, method, *params):
        error = self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).get("error")
        assert error and error["code"] == code, f"{method}{params}: {error} instead of {code}"

    def send(self, **fields):
        """Mined at once: the receipt."""
        return self("eth_getTransactionReceipt", self("eth_sendTransaction", fields))

    def deploy(self, name, types=(), values=()):
        return self.send(data=CONTRACTS[name]["bytecode"] + encode(types, values).hex())["contractAddress"]

    def height(self):
        return int(self("eth_blockNumber"), 16)

    def balance(self, address, block="latest"):
        return int(self("eth_getBalance", address, block), 16)


def call_data(signature, *values):
    types = signature[signature.index("(") + 1:-1]
    return "0x" + (keccak(text=signature)[:4] + encode(types.split(",") if types else [], values)).hex()


def receiver(number):
    return "0x" + keccak(text=f"receiver {number}")[12:].hex()


def check_blocks(node, hashes):
    for hash in hashes:
        block = node("eth_getBlockByHash", hash, True)
        traces = node("debug_traceBlockByHash", hash, {"tracer": "callTracer"}) if block["number"] != "0x0" else []
        receipts = node("eth_getBlockReceipts", hash)
        verify.check(block, receipts, traces)
        for address, change in verify.movements(block, receipts, traces).items():
            before, after = (node.balance(address, {"blockHash": each}) for each in (block["parentHash"], hash))
            assert after - before == change, f"{address} has {after - before} more after block {hash}, not {change}"


def canonical(node):
    return [node("eth_getBlockByNumber", hex(height), False)["hash"] for height in range(node.height() + 1)]


def amounts(receipt):
    """Of the plain Transfer logs: (receiver, amount)."""
    return [("0x" + log["topics"][2][-40:], int(log["data"], 16)) for log in receipt["logs"]
            if log["topics"][0] == TRANSFER and len(log["topics"]) == 3]


def tree(node, receipt):
    traces = node("debug_traceBlockByHash", receipt["blockHash"], {"tracer": "callTracer"})
    return traces[int(receipt["transactionIndex"], 16)]["result"]


def paths(frame, path=()):
    """(path, type, receiver, value, whether it failed) of a frame and all in it."""
    yield path, frame["type"], frame.get("to"), int(frame.get("value", "0x0"), 16), "error" in frame
    for index, call in enumerate(frame.get("calls", [])):
        yield from paths(call, (*path, index))


def tokens(node):
    transfer = "transfer(address,uint256)"
    token, tether, refusing, unindexed = (
        node.deploy(name, ["uint256"], [10**30]) for name in ("token", "tether_like", "refusing", "unindexed"))
    assert amounts(node.send(to=token, data=call_data(transfer, receiver(1), 5))) == [(receiver(1), 5)]
    many = [receiver(number) for number in range(100, 200)]
    receipt = node.send(to=token, data=call_data("batch(address[],uint256)", many, 9))
    assert amounts(receipt) == [(each, 9) for each in many]

    nothing, much = call_data(transfer, receiver(1), 0), call_data(transfer, receiver(1), 6)
    assert int(node("eth_call", {"to": token, "data": nothing}, "latest"), 16) == 1
    assert node("eth_call", {"to": tether, "data": nothing}, "latest") == "0x"
    node.refuses(3, "eth_call", {"to": token, "from": receiver(0), "data": much}, "latest")
    assert amounts(node.send(to=tether, data=call_data(transfer, receiver(2), 7))) == [(receiver(2), 7)]
    node.send(to=tether, data=call_data("setParams(uint256)", 10))
    receipt = node.send(to=tether, data=call_data(transfer, receiver(2), 1_000_000))
    assert [amount for _, amount in amounts(receipt)] == [1_000, 999_000], "first the fee, then the rest"

    receipt = node.send(to=refusing, data=call_data(transfer, receiver(3), 5))
    assert receipt["status"] == "0x1" and receipt["logs"] == []
    log, = node.send(to=unindexed, data=call_data(transfer, receiver(3), 5))["logs"]
    assert log["topics"] == [TRANSFER] and len(log["data"]) == 2 + 192
    log, = node.send(to=node.deploy("collectible"), data=call_data("mint(address,uint256)", receiver(3), 5))["logs"]
    assert len(log["topics"]) == 4 and log["data"] == "0x"

    poisoner = node.deploy("poisoner")
    receipt = node.send(to=poisoner, data=call_data(
        "poison(address,address,address[])", token, receiver(1), [receiver(4), receiver(5)]))
    assert amounts(receipt) == [(receiver(4), 0), (receiver(5), 0)] and receipt["logs"][0]["address"] == token
    receipt = node.send(to=poisoner, data=call_data("forge(address,address,uint256)", receiver(1), receiver(4), 10**18))
    assert amounts(receipt) == [(receiver(4), 10**18)] and receipt["logs"][0]["address"] == poisoner


def ether(node):
    one, other = node.deploy("forwarder"), node.deploy("forwarder")

    def pays(signature, *values, to=one, amount=1000, **fields):
        receipt = node.send(to=to, value=hex(amount), data=call_data(signature, *values), **fields)
        return receipt, list(paths(tree(node, receipt)))

    receipt, frames = pays("forward(address)", receiver(20))
    assert receipt["logs"] == [] and frames == [
        ((), "CALL", one, 1000, False), ((0,), "CALL", receiver(20), 1000, False)]
    receipt, frames = pays("split(address[])", [receiver(21), receiver(22)])
    assert frames[1:] == [((0,), "CALL", receiver(21), 500, False), ((1,), "CALL", receiver(22), 500, False)]
    receipt, frames = pays("relay(address,address)", other, receiver(23))
    assert frames[2] == ((0, 0), "CALL", receiver(23), 1000, False)
    receipt, frames = pays("delegate(address,address)", other, receiver(24))
    assert frames[1:] == [((0,), "DELEGATECALL", other, 1000, False), ((0, 0), "CALL", receiver(24), 1000, False)]
    receipt, frames = pays("swallow(address)", receiver(25), gas="0x30d40")
    assert receipt["status"] == "0x0" and frames[0][4] and not frames[1][4]
    receipt, frames = pays("attempt(address)", receiver(26))
    assert receipt["status"] == "0x1" and frames[1:] == [
        ((0,), "CALL", one, 1000, True), ((0, 0), "CALL", receiver(26), 1000, False)]
    assert [node.balance(receiver(number)) for number in range(20, 27)] == [1000, 500, 500, 1000, 1000, 0, 0]

    mortal = node.deploy("mortal", ["address"], ["0x" + "0" * 40])
    node.send(to=mortal, value="0x7")
    receipt, frames = pays("destroy(address)", receiver(27), to=mortal)
    assert frames[1:] == [((0,), "SELFDESTRUCT", receiver(27), 1007, False)] and node.balance(receiver(27)) == 1007
    code = CONTRACTS["mortal"]["bytecode"] + encode(["address"], [receiver(28)]).hex()
    frames = list(paths(tree(node, node.send(data=code, value="0x9"))))
    assert [(kind, amount) for _, kind, _, amount, _ in frames] == [("CREATE", 9), ("SELFDESTRUCT", 9)]
    assert node.balance(receiver(28)) == 9
    flat = node("trace_block", receipt["blockHash"])
    assert [(each["type"], each["traceAddress"]) for each in flat] == [("call", []), ("suicide", [0])]
    assert flat[1]["action"] == {"address": mortal, "refundAddress": receiver(27), "balance": hex(1007)}


def kinds(node):
    """One transaction of each type in one block."""
    accounts, other = node("eth_accounts"), Account.from_key((99).to_bytes(32, "big"))
    authorization = other.sign_authorization({"chainId": 1337, "address": accounts[1], "nonce": 0})
    set_code = Account.sign_transaction({
        "chainId": 1337, "nonce": int(node("eth_getTransactionCount", accounts[2], "latest"), 16), "gas": 100_000,
        "to": to_checksum_address(receiver(34)), "value": 4, "data": b"", "accessList": [], "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 10**9, "authorizationList": [authorization]}, (3).to_bytes(32, "big"))
    hash = node("confirmd_mineBlock", [
        {"to": receiver(30), "value": "0x1", "gasPrice": hex(10**11)},
        {"to": receiver(31), "value": "0x2", "gasPrice": hex(10**11), "accessList": [
            {"address": receiver(31), "storageKeys": ["0x" + "01" * 32]}]},
        {"to": receiver(32), "value": "0x3"},
        {"to": receiver(33), "type": "0x3", "blobVersionedHashes": ["0x01" + "22" * 31]},
        "0x" + set_code.raw_transaction.hex().removeprefix("0x")])
    block = node("eth_getBlockByHash", hash, True)
    assert [each["type"] for each in block["transactions"]] == ["0x0", "0x1", "0x2", "0x3", "0x4"]
    assert block["blobGasUsed"] == hex(131_072)
    assert node("eth_getCode", other.address, "latest") == "0xef0100" + accounts[1][2:]


def withdrawals(node):
    hash = node("confirmd_mineBlock", {"withdrawals": [{"address": receiver(40), "amount": 3}]})
    block = node("eth_getBlockByHash", hash, False)
    assert [(each["address"], each["amount"]) for each in block["withdrawals"]] == [(receiver(40), "0x3")]
    assert node.balance(receiver(40)) == 3 * 10**9 and node.balance(receiver(40), block["parentHash"]) == 0


def reorganizations(node):
    """Depth 1, 2 and 10: one transaction again at another place, one left out, one replaced."""
    token = node.deploy("token", ["uint256"], [10**30])
    accounts = node("eth_accounts")
    for account in accounts[1:4]:
        node.send(to=token, data=call_data("transfer(address,uint256)", account, 10**6))
    for depth in (1, 2, 10):
        pay = lambda account, number, amount: {
            "from": accounts[account], "to": token,
            "data": call_data("transfer(address,uint256)", receiver(depth * 100 + number), amount)}
        old = node("confirmd_mineBlock", [pay(1, 50, 5), pay(2, 51, 6), pay(3, 52, 7)])
        again, left_out, replaced = node("eth_getBlockByHash", old, False)["transactions"]
        nonce = node("eth_getTransactionByHash", replaced)["nonce"]
        node("evm_mine", depth - 1)
        tip = node.height()
        before = node("eth_getTransactionReceipt", again)
        node("confirmd_reorganize", depth, [[]] * (depth - 1) + [
            [pay(0, 53, 8), again, pay(3, 54, 9) | {"nonce": nonce}], []])
        assert node.height() == tip + 1
        after = node("eth_getTransactionReceipt", again)
        assert after["status"] == "0x1" and after["blockHash"] != before["blockHash"]
        assert (before["logs"][0]["logIndex"], after["logs"][0]["logIndex"]) == ("0x0", "0x1")
        assert node("eth_getTransactionReceipt", left_out) is None is node("eth_getTransactionReceipt", replaced)
        assert len(node("eth_getBlockReceipts", {"blockHash": old})) == 3, "by its hash the old one is still there"
        node.refuses(-32000, "eth_getBlockReceipts", {"blockHash": old, "requireCanonical": True})
        check_blocks(node, [old])

    node("evm_setAutomine", False)
    snapshot, tip = node("evm_snapshot"), node("eth_getBlockByNumber", "latest", False)["hash"]
    waiting = node("eth_sendTransaction", {"to": receiver(60), "value": "0x5"})
    assert node("eth_getTransactionByHash", waiting)["blockHash"] is None
    paid = node("evm_mine", 1)
    assert node("evm_revert", snapshot)
    assert node("eth_getBlockByNumber", "latest", False)["hash"] == tip
    assert node.balance(receiver(60), {"blockHash": paid}) == 5 and node.balance(receiver(60)) == 0
    assert node("eth_getTransactionByHash", waiting) is None
    node("evm_setAutomine", True)


def tags(node):
    node("evm_mine", 10)
    head = node.height()
    for tag, height in (("latest", head), ("safe", head - 4), ("finalized", head - 8), ("earliest", 0)):
        assert int(node("eth_getBlockByNumber", tag, False)["number"], 16) == height, tag
    node.refuses(-32000, "eth_getBlockByNumber", "pending", False)
    for height in (head - 2, head - 5):
        node("confirmd_setTags", {"finalized": height})
        assert int(node("eth_getBlockByNumber", "finalized", False)["number"], 16) == height
    node("confirmd_setTags", {"finalized": None})
    node.refuses(-32000, "eth_getBlockByNumber", "finalized", False)
    node("confirmd_setTags", {"finalized": {"behind": 8}})
    assert node("eth_getBlockByNumber", hex(head + 1), False) is None is node("eth_getBlockReceipts", hex(head + 1))

    node("evm_setAutomine", False)
    node("evm_setIntervalMining", 20)
    sent, deadline = node("eth_sendTransaction", {"to": receiver(65), "value": "0x5"}), time.monotonic() + 30
    while not node("eth_getTransactionReceipt", sent) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert node.balance(receiver(65)) == 5
    node("evm_setIntervalMining", 0)
    node("evm_setAutomine", True)

    head = node.height()
    node("evm_setBlockTimestampInterval", 12)
    node("evm_mine", 2)
    node("evm_setBlockTimestampInterval", None)
    times = [int(node("eth_getBlockByNumber", hex(height), False)["timestamp"], 16) for height in range(head, head + 3)]
    assert times[1] - times[0] == times[2] - times[1] == 12


def views(node):
    """Another path is another node of the same chain."""
    other = Node(node.url + "/other")
    head = node.height()
    other("confirmd_setLag", 3)
    tip = node("eth_getBlockByNumber", "latest", False)["hash"]
    assert other.height() == head - 3 and node.height() == head and other("eth_getBlockByHash", tip, False) is None
    other("confirmd_setLag", 0)
    other("confirmd_hold", True)
    node("confirmd_reorganize", 2, [[], [], []])
    assert other.height() == head and other("eth_getBlockByNumber", hex(head), False)["hash"] == tip
    assert other("eth_getBlockByHash", node("eth_getBlockByNumber", hex(head), False)["hash"], False) is None
    assert node("eth_getBlockByNumber", hex(head), False)["hash"] != tip
    other("confirmd_hold", False)
    assert other.height() == node.height()
    other("confirmd_setSyncing", {"currentBlock": "0x1", "highestBlock": "0x9"})
    assert other("eth_syncing")["currentBlock"] == "0x1" and node("eth_syncing") is False


def faults(node):
    hash = node("confirmd_mineBlock", [{"to": receiver(70), "value": "0x5"}])
    truth = node("eth_getBlockByHash", hash, True)

    def lying(method, path, *params, **fault):
        number = node("confirmd_fault", {"method": method, "params": [hash], "path": path} | fault)
        answer = node(method, hash, *params)
        node("confirmd_clearFaults", number)
        return answer

    block = lying("eth_getBlockByHash", ["transactions", 0, "value"], True, value="0x6")
    assert block["transactions"][0]["value"] == "0x6"
    receipts = lying("eth_getBlockReceipts", [0, "gasUsed"], value="0x1")
    traces = lying("debug_traceBlockByHash", [0, "result", "value"], {"tracer": "callTracer"}, value="0x6")
    for parts in ((block, node("eth_getBlockReceipts", hash), []), (truth, receipts, []), (truth, [], traces)):
        try:
            verify.check(*parts)
        except AssertionError:
            continue
        raise AssertionError("a lie was believed")
    assert lying("eth_getBlockReceipts", [-1], remove=True) == []
    assert lying("eth_getBlockReceipts", [], value=None) is None
    assert node("eth_getBlockByHash", hash, True) == truth

    node("confirmd_fault", {"method": "eth_getBlockReceipts", "error": {"code": -32601, "message": "no such method"}})
    node.refuses(-32601, "eth_getBlockReceipts", hash)
    node("confirmd_clearFaults")
    node("confirmd_fault", {"times": 1, "error": {"code": -32005, "message": "limit exceeded"}})
    node.refuses(-32005, "eth_blockNumber")
    node("confirmd_fault", {"times": 2, "status": 429, "retryAfter": 3})
    for _ in range(2):
        try:
            node("eth_blockNumber")
        except urllib.error.HTTPError as error:
            assert error.code == 429 and error.headers["Retry-After"] == "3"
        else:
            raise AssertionError("not limited")
    node("confirmd_fault", {"times": 1, "delay": 200})
    begin = time.monotonic()
    node("eth_blockNumber")
    assert time.monotonic() - begin >= 0.2
    node("confirmd_fault", {"times": 1, "hang": True})
    try:
        node("eth_blockNumber")
    except (ConnectionError, http.client.HTTPException):
        pass
    else:
        raise AssertionError("answered")
    node.refuses(-32601, "eth_newFilter", {})
    node.refuses(-32602, "eth_getBalance", "0x12", "latest")

    calls = [{"jsonrpc": "2.0", "id": number, "method": "eth_chainId"} for number in range(5)]
    assert [each["id"] for each in node.post(calls)] == list(range(5))
    node("confirmd_setBatchLimit", 4)
    assert node.post(calls)["error"]["code"] == -32600
    node("confirmd_setBatchLimit", None)


def altered(value, path=()):
    """Copies of JSON with one thing in it changed, and the path to that."""
    if isinstance(value, dict):
        for key, member in value.items():
            for place, other in altered(member, (*path, key)):
                yield place, {**value, key: other}
    elif isinstance(value, list):
        for index, element in enumerate(value):
            for place, other in altered(element, (*path, index)):
                yield place, [*value[:index], other, *value[index + 1:]]
        yield path, [*value, value[-1] if value else "0x1"]
        yield path, value[:-1] or ["0x1"]
    elif isinstance(value, str) and len(value) > 2:
        yield path, value[:-1] + ("1" if value[-1] == "0" else "0")
    elif isinstance(value, (str, type(None))):
        yield path, "0x12"


def verification(node):
    """Whatever is changed in a block or its receipts is found: otherwise verifying would prove little."""
    token = node.deploy("token", ["uint256"], [10**30])
    hash = node("confirmd_mineBlock", {
        "withdrawals": [{"address": receiver(75), "amount": 3}], "transactions": [
            {"to": token, "data": call_data("transfer(address,uint256)", receiver(75), 5)},
            {"to": receiver(76), "value": "0x1", "gasPrice": hex(10**11)},
            {"data": CONTRACTS["forwarder"]["bytecode"]}]})
    block, receipts = node("eth_getBlockByHash", hash, True), node("eth_getBlockReceipts", hash)
    traces = node("debug_traceBlockByHash", hash, {"tracer": "callTracer"})
    verify.check(block, receipts, traces)
    wrong = [(path, each, receipts) for path, each in altered(block)]
    wrong += [(path, block, each) for path, each in altered(receipts)]
    assert len(wrong) > 100
    for path, block, receipts in wrong:
        try:
            verify.check(block, receipts, traces)
        except Exception:
            continue
        # Nothing that a hash covers.
        assert path[-1] in {"size", "uncles", "chainId"}, path


def another_reader(node):
    """web3 reads the same, and finds nothing wrong in it."""
    from web3 import HTTPProvider, Web3

    web3 = Web3(HTTPProvider(node.url))
    assert web3.is_connected() and web3.eth.chain_id == int(node("eth_chainId"), 16)
    token = node.deploy("token", ["uint256"], [10**30])
    contract = web3.eth.contract(Web3.to_checksum_address(token), abi=CONTRACTS["token"]["abi"])
    hash = contract.functions.transfer(Web3.to_checksum_address(receiver(80)), 77).transact(
        {"from": web3.eth.accounts[0], "gas": 100_000})
    receipt = web3.eth.wait_for_transaction_receipt(hash)
    transfer, = contract.events.Transfer().process_receipt(receipt)
    assert transfer["args"]["value"] == 77 and transfer["args"]["receiver"].lower() == receiver(80)
    assert contract.functions.balanceOf(Web3.to_checksum_address(receiver(80))).call() == 77
    assert contract.events.Transfer().get_logs(from_block=receipt["blockNumber"])[0]["args"] == transfer["args"]


def main(url):
    node = Node(url)
    for part in (tokens, ether, kinds, withdrawals, reorganizations, tags, views, faults, verification, another_reader):
        part(node)
        print(part.__name__, "as it should be")
    check_blocks(node, canonical(node))
    print(node.height() + 1, "blocks verified")


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    with subprocess.Popen([sys.executable, HERE, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            main(process.stdout.readline().split()[2])
        finally:
            process.terminate()
