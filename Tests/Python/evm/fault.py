"""What a test has a node do wrong. A fault is a JSON object:

    method   which calls it is about: a name, or a pattern such as eth_*; all of them without it
    params   the first parameters of those calls, to be about one block, say
    times    for how many of them it is; for all without it

and one thing of:

    error    {"code": …, "message": …} instead of the result
    status   an HTTP status for the whole request, with retryAfter in seconds if given
    delay    milliseconds to wait before the answer
    hang     true: the connection is closed without an answer
    path     where in the result something is wrong, e.g. [0, "logs", 1, "topics", 2], with a value, or remove: true
"""

import copy
import fnmatch
import itertools

from wire import Refused

EFFECTS = ("error", "status", "delay", "hang", "path")


class Fault:
    numbers = itertools.count(1)

    def __init__(self, description):
        self.description, self.number = description, next(self.numbers)
        self.left = description.get("times")
        if sum(effect in description for effect in EFFECTS) != 1:
            raise Refused(-32602, f"a fault has exactly one of {', '.join(EFFECTS)}")

    def __contains__(self, effect):
        return effect in self.description

    def __getitem__(self, key):
        return self.description.get(key)

    def is_about(self, method, params):
        wanted = self["params"] or []
        return (self.left != 0 and fnmatch.fnmatchcase(method, self["method"] or "*")
                and list(params)[:len(wanted)] == wanted)

    def happens(self):
        if self.left is not None:
            self.left -= 1

    def alter(self, result):
        """The result with one thing wrong; when it doesn't have that thing, the test should know."""
        *outer, last = [0] + self["path"]
        holder = root = [copy.deepcopy(result)]
        try:
            for key in outer:
                holder = holder[key]
            if self["remove"]:
                del holder[last]
            elif isinstance(holder, list) and last == len(holder):
                holder.append(self["value"])
            else:
                holder[last] = self["value"]
        except (KeyError, IndexError, TypeError) as error:
            raise Refused(-32603, f"there is no {self['path']} to be wrong in: {error!r}") from None
        return root[0] if root else None
