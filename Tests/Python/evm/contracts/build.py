"""Compiles the contracts beside it into ../contracts.json: ABI, creation code and
selectors of each, by its name.

    pip install vyper==0.4.3 && build.py
"""

import json
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).parent


def compiled(source):
    command = ["vyper", "-f", "abi,bytecode,method_identifiers", source]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    # vyper leaves out leading zeros.
    selectors = {signature: f"0x{int(selector, 16):08x}" for signature, selector in json.loads(lines[2]).items()}
    return {"abi": json.loads(lines[0]), "bytecode": lines[1], "selectors": selectors}


contracts = {source.stem: compiled(source) for source in sorted(FOLDER.glob("*.vy"))}
rows = [f"{json.dumps(name)}: {json.dumps(contract, separators=(',', ':'))}" for name, contract in contracts.items()]
(FOLDER.parent / "contracts.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")
