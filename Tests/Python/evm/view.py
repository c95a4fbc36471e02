"""One node as its callers see it: the chain, with tags, faults and limits of its own.

Every path of the server is such a view, so that one process is several nodes of one network: they share the chain, but
one can lag behind, hold on to a branch that the others left, or lie.
"""

import collections

import controls
import methods
from fault import Fault
from wire import Refused, parse_quantity


class View:
    def __init__(self, chain):
        self.chain = chain
        self.faults, self.calls = [], collections.Counter()
        self.lag, self.syncing, self.batch_limit, self.batch_refusal = 0, False, None, None
        # The chain that it stays with, and how many blocks there were then.
        self.held, self.heard = None, 0
        # Of the tags: how far behind the head each is, and the exact height that replaces this.
        self.distances, self.exact = {"safe": 4, "finalized": 8}, {}

    def answer(self, method, params):
        """The result of a call. Control methods go by all faults."""
        if method in controls.TABLE:
            return controls.TABLE[method](self, *params)
        self.calls[method] += 1
        for fault in self.faults_about("error", method, params):
            raise Refused(**fault["error"])
        if method not in methods.TABLE:
            raise Refused(-32601, f"the method {method} does not exist/is not available")
        result = methods.TABLE[method](self, *params)
        for fault in self.faults_about("path", method, params):
            result = fault.alter(result)
        return result

    def faults_about(self, effect, method, params):
        """Those that now happen."""
        for fault in self.faults:
            if effect in fault and fault.is_about(method, params):
                fault.happens()
                yield fault

    def interruption(self, effect, calls):
        """A fault of the whole request that holds these (method, parameters), or nothing."""
        for method, params in calls:
            if method not in controls.TABLE:
                for fault in self.faults_about(effect, method, params):
                    return fault
        return None

    def add(self, description):
        fault = Fault(description)
        self.faults.append(fault)
        return fault.number

    # The chain as seen from here

    @property
    def canonical(self):
        known = self.chain.canonical if self.held is None else self.held
        return known[:max(1, len(known) - self.lag)] if self.lag else known

    @property
    def head(self):
        return self.chain.blocks[self.canonical[-1]]

    def height(self, tag):
        if tag in (None, "latest"):
            return self.head.number
        if tag == "earliest":
            return 0
        if tag in ("safe", "finalized"):
            height = self.exact.get(tag, max(0, self.head.number - self.distances[tag]))
            if height is None:
                raise Refused(-32000, f"{tag} block not found")
            return height
        if tag == "pending":
            raise Refused(-32000, "pending block is not available")
        return parse_quantity(tag)

    def at_height(self, tag):
        """The block, or nothing above the head."""
        height, canonical = self.height(tag), self.canonical
        return self.chain.blocks[canonical[height]] if height < len(canonical) else None

    def with_hash(self, hash):
        """The block of that hash, on whichever branch, if this node can have heard of it."""
        block = self.chain.blocks.get(hash.lower()) if isinstance(hash, str) else None
        if block is None or self.lag and block.number > self.head.number:
            return None
        return None if self.held is not None and block.order > self.heard else block

    def block(self, reference):
        """By number, tag, hash, or {blockNumber} or {blockHash, requireCanonical} (EIP-1898)."""
        if isinstance(reference, dict):
            if "blockHash" in reference:
                block = self.with_hash(reference["blockHash"])
                if block and reference.get("requireCanonical") and not self.is_canonical(block):
                    raise Refused(-32000, "hash is not currently canonical")
                return block
            return self.at_height(reference.get("blockNumber"))
        if isinstance(reference, str) and len(reference) == 66:
            return self.with_hash(reference)
        return self.at_height(reference)

    def is_canonical(self, block):
        canonical = self.canonical
        return block.number < len(canonical) and canonical[block.number] == block.hash

    def state(self, reference):
        block = self.block(reference)
        if block is None:
            raise Refused(-32000, "header not found")
        return self.chain.state(block)

    def transaction(self, hash):
        """(block, index) of a transaction that is on the chain, or nothing."""
        return self.chain.place(hash.lower(), self.canonical) if isinstance(hash, str) else None
