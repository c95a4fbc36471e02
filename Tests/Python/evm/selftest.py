"""Has a node do all it can, and checks each block it served against the block's hash.

    selftest.py [URL]      without an address it starts a node of its own
"""

import json
import pathlib
import subprocess
import sys
import urllib.request

import verify
from eth_abi import encode
from eth_utils import keccak

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
        verify.check(block, node("eth_getBlockReceipts", hash), traces)


def canonical(node):
    return [node("eth_getBlockByNumber", hex(height), False)["hash"] for height in range(node.height() + 1)]


def tokens(node):
    token = node.deploy("token", ["uint256"], [10**30])
    receipt = node.send(to=token, data=call_data("transfer(address,uint256)", receiver(1), 5))
    assert [log["topics"][0] for log in receipt["logs"]] == [TRANSFER], receipt


def tags(node):
    node("evm_mine", 10)
    head = node.height()
    for tag, height in (("latest", head), ("safe", head - 4), ("finalized", head - 8), ("earliest", 0)):
        assert int(node("eth_getBlockByNumber", tag, False)["number"], 16) == height, tag
    node.refuses(-32000, "eth_getBlockByNumber", "pending", False)
    for height in (head - 2, head - 5):
        node("confirmd_setTags", {"finalized": height})
        assert int(node("eth_getBlockByNumber", "finalized", False)["number"], 16) == height
    node("confirmd_setTags", {"finalized": {"behind": 8}})


def main(url):
    node = Node(url)
    for part in (tokens, tags):
        part(node)
        print(part.__name__, "as it should be")
    check_blocks(node, canonical(node))
    print(node.height(), "blocks verified")


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    with subprocess.Popen([sys.executable, HERE, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            main(process.stdout.readline().split()[2])
        finally:
            process.terminate()
