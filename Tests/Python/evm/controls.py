"""The methods by which tests move the chain (evm_…) and what one node makes of it (confirmd_…)."""

from wire import Refused, parse_quantity, quantity


def mine(view, count=1):
    view.chain.mine(parse_quantity(count))
    return view.chain.canonical[-1]


def mine_block(view, specification):
    view.chain.mine_block(specification)
    return view.chain.canonical[-1]


def reorganize(view, depth, specifications):
    view.chain.reorganize(depth, specifications)
    return view.chain.canonical[-1]


def snapshot(view):
    view.chain.snapshots.append((list(view.chain.canonical), list(view.chain.pool)))
    return quantity(len(view.chain.snapshots) - 1)


def revert(view, number):
    """Back to what was; a snapshot can be gone back to any number of times."""
    number = parse_quantity(number)
    if number >= len(view.chain.snapshots):
        return False
    canonical, pool = view.chain.snapshots[number]
    view.chain.canonical, view.chain.pool = list(canonical), list(pool)
    return True


def set_tags(view, tags):
    """Each of safe and finalized: a height; null for none; {"behind": n} for so far behind the head."""
    for tag, place in tags.items():
        if tag not in view.distances:
            raise Refused(-32602, f"{tag} can't be set")
        if isinstance(place, dict):
            view.distances[tag] = place["behind"]
            view.exact.pop(tag, None)
        else:
            view.exact[tag] = place
    return True


def setting(name, of=lambda view: view, check=lambda value: value):
    """A method that sets an attribute."""
    def set_it(view, value=None):
        setattr(of(view), name, check(value))
        return True
    return set_it


def clear(view, number=None):
    view.faults = [each for each in view.faults if number is not None and each.number != number]
    return True


def hold(view, held=True):
    view.held, view.heard = (list(view.canonical), view.chain.built) if held else (None, 0)
    return True


def chain(view):
    return view.chain


TABLE = {
    "evm_mine": mine,
    "evm_snapshot": snapshot,
    "evm_revert": revert,
    # Whether a transaction is mined at once. And a block in every so many milliseconds; 0 for none.
    "evm_setAutomine": setting("automine", chain, bool),
    "evm_setIntervalMining": setting("period", chain, lambda value: (value or 0) / 1000),
    # The time of the next block, in seconds; how much later each further block is, null for the clock's time.
    "evm_setNextBlockTimestamp": setting("next_time", chain),
    "evm_setBlockTimestampInterval": setting("interval", chain),
    "confirmd_mineBlock": mine_block,
    "confirmd_reorganize": reorganize,
    "confirmd_setTags": set_tags,
    "confirmd_setSyncing": setting("syncing"),
    # How many blocks behind the head this node pretends to be.
    "confirmd_setLag": setting("lag", check=lambda value: value or 0),
    # Whether it stays with the chain of this moment, whatever the others do.
    "confirmd_hold": hold,
    "confirmd_setBatchLimit": setting("batch_limit"),
    # An HTTP status and a body with which larger batches are refused, instead of geth's words.
    "confirmd_setBatchRefusal": setting("batch_refusal"),
    "confirmd_fault": lambda view, description: view.add(description),
    "confirmd_clearFaults": clear,
    # How often each method was called.
    "confirmd_calls": lambda view: dict(view.calls),
}
