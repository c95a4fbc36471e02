"""How an Ethereum node writes things as JSON, and what it says when it can't."""

import re


class Refused(Exception):
    """An error answer: a JSON-RPC code, a message and, for a reverted call, its data."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.body = {"code": code, "message": message} | ({} if data is None else {"data": data})


def quantity(number):
    return hex(number)


def data(octets):
    return "0x" + bytes(octets).hex()


def word(number):
    return f"0x{number:064x}"


def bloom(number):
    return f"0x{number:0512x}"


def parse_data(text, length=None, default=None):
    """The bytes that hexadecimal digits stand for, of that length if one is given."""
    if text is None and default is not None:
        return default
    if not isinstance(text, str) or not re.fullmatch("0x([0-9a-fA-F]{2})*", text):
        raise Refused(-32602, f"invalid argument: not hexadecimal data: {text!r}")
    octets = bytes.fromhex(text[2:])
    if length is not None and len(octets) != length:
        raise Refused(-32602, f"invalid argument: {len(octets)} bytes instead of {length}: {text!r}")
    return octets


def parse_quantity(value, default=None):
    """A number as nodes write it, or for convenience a JSON number."""
    if value is None and default is not None:
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not re.fullmatch("0x[0-9a-fA-F]+", value):
        raise Refused(-32602, f"invalid argument: not a quantity: {value!r}")
    return int(value, 16)
