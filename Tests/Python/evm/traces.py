"""What was called inside a transaction: geth's callTracer form, and Parity's flat one made from it.

py-evm keeps the computations but not by which instruction each was made, and nothing at all of a SELFDESTRUCT.
`trace` makes a class of computations that does.
"""

from eth.exceptions import Halt, Revert
from wire import data, quantity

NAMES = {0xF0: "CREATE", 0xF1: "CALL", 0xF2: "CALLCODE", 0xF4: "DELEGATECALL", 0xF5: "CREATE2", 0xFA: "STATICCALL"}
SELFDESTRUCT = 0xFF


def trace(computation_class):
    """A subclass whose computations have `name`, and in `inner` their children and self-destructions in order."""
    plain = computation_class.opcodes[SELFDESTRUCT]

    def selfdestruct(computation):
        beneficiary = computation._stack.values[-1] if len(computation._stack) else b""
        source = computation.msg.storage_address
        balance = computation.state.get_balance(source)
        try:
            plain(computation=computation)
        except Halt:
            computation.inner.append({
                "type": "SELFDESTRUCT", "from": data(source), "to": address(beneficiary), "value": quantity(balance),
                "gas": "0x0", "gasUsed": "0x0", "input": "0x"})
            raise

    class Traced(computation_class):
        opcodes = {**computation_class.opcodes, SELFDESTRUCT: selfdestruct}
        name = None

        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.inner = []

        def add_child_computation(self, child):
            super().add_child_computation(child)
            child.name = NAMES[self.code[self.code.program_counter - 1]]
            self.inner.append(child)

    return Traced


def address(item):
    """An address on py-evm's stack: a number or bytes."""
    octets = item if isinstance(item, bytes) else item.to_bytes(32, "big")
    return data(octets.rjust(32, b"\0")[12:])


def call_tree(computation):
    """A computation and all in it, as callTracer answers."""
    message = computation.msg
    creates = message.is_create
    name = computation.name or ("CREATE" if creates else "CALL")
    frame = {
        "type": name, "from": data(message.sender), "to": data(message.storage_address),
        "gas": quantity(message.gas), "gasUsed": quantity(computation.get_gas_used()),
        "input": data(message.code if creates else message.data)}
    if name in ("DELEGATECALL", "CALLCODE"):
        frame |= {"from": data(message.storage_address), "to": data(message.code_address)}
    if name != "STATICCALL":
        frame["value"] = quantity(message.value)
    if computation.is_error:
        error = computation.error
        frame["error"] = "execution reverted" if isinstance(error, Revert) else str(error) or type(error).__name__
        if computation.output:
            frame["output"] = data(computation.output)
        if creates:
            del frame["to"]
    else:
        frame["output"] = data(computation.output)
    if computation.inner:
        frame["calls"] = [inner if isinstance(inner, dict) else call_tree(inner) for inner in computation.inner]
    return frame


def transaction_tree(transaction, receipt_gas, computation):
    """The whole transaction: its gas is what its sender allowed and paid for."""
    return call_tree(computation) | {"gas": quantity(transaction.gas), "gasUsed": quantity(receipt_gas)}


def flat(frame, place, path=()):
    """The frames of a tree as trace_block lists them: each before what is in it."""
    calls = frame.get("calls", [])
    kind = frame["type"]
    entry = {**place, "subtraces": len(calls), "traceAddress": list(path)}
    if kind == "SELFDESTRUCT":
        entry |= {"type": "suicide", "result": None, "action": {
            "address": frame["from"], "refundAddress": frame["to"], "balance": frame["value"]}}
    elif kind.startswith("CREATE"):
        entry |= {"type": "create", "action": {
            "from": frame["from"], "gas": frame["gas"], "init": frame["input"], "value": frame["value"]}}
        if "error" not in frame:
            entry["result"] = {"address": frame["to"], "code": frame["output"], "gasUsed": frame["gasUsed"]}
    else:
        entry |= {"type": "call", "action": {
            "callType": kind.lower(), "from": frame["from"], "to": frame["to"], "gas": frame["gas"],
            "input": frame["input"], "value": frame.get("value", "0x0")}}
        if "error" not in frame:
            entry["result"] = {"gasUsed": frame["gasUsed"], "output": frame["output"]}
    if "error" in frame:
        entry["error"] = "Reverted" if frame["error"] == "execution reverted" else frame["error"]
    yield entry
    for index, call in enumerate(calls):
        yield from flat(call, place, (*path, index))
