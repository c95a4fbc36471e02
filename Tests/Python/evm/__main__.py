"""A private Ethereum node for tests: py-evm behind JSON-RPC, on 127.0.0.1.

    python Tests/Python/evm --port 18545 [--chain-id 1337] [--blocks 0] [--genesis-time SECONDS] [--seed TEXT]
                            [--block-time SECONDS]

Blocks, receipts, logs and traces are those of a chain that was really executed, with real hashes, roots and signatures.
Ten accounts of a million ether each are signed for; their private keys are 1 to 10. The chain begins two hours ago, so
that blocks mined in a burst needn't be ahead of the clock. With the same seed, genesis time and calls, two nodes have
the same hashes if their blocks' times are set. See methods.py for what it answers, controls.py and fault.py for what
tests can have it do. Standard output has one line once it listens.
"""

import argparse
import os

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--port", type=int, default=18545, help="0 for any that is free")
parser.add_argument("--chain-id", type=int, default=1337)
parser.add_argument("--blocks", type=int, default=0, help="how many to mine at once")
parser.add_argument("--gas-limit", type=int, default=60_000_000, help="of each block")
parser.add_argument("--genesis-time", type=int, help="of block 0, in seconds since 1970")
parser.add_argument("--block-time", type=float, help="mines in this rhythm, not as transactions come")
parser.add_argument("--seed", default="", help="what makes the hashes differ from another node's")
parser.add_argument("--address-file", help="is written once it listens: the address, http://127.0.0.1:PORT")
arguments = parser.parse_args()

# Only now: this takes a moment.
from chain import Chain
from server import Server

chain = Chain(arguments.chain_id, arguments.genesis_time, arguments.gas_limit, arguments.seed)
chain.mine(arguments.blocks)
chain.period, chain.automine = arguments.block_time, not arguments.block_time
with Server(("127.0.0.1", arguments.port), chain) as server:
    address = f"http://127.0.0.1:{server.server_address[1]}"
    if path := arguments.address_file:
        with open(f"{path}.new", "w") as file:
            file.write(address)
        os.rename(f"{path}.new", path)
    print(f"listens on {address} with chain id {arguments.chain_id}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
