"""Import this before py-evm, and it starts in half the time.

The precompiles of BLS12-381 compute tables as they are imported, and hardly any contract calls them: here that waits for
the first call.
"""

import importlib
import sys
import types

NAME = "eth.precompiles.bls12_381"


class Later(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def precompile(computation):
            if sys.modules[NAME] is self:
                del sys.modules[NAME]
            return getattr(importlib.import_module(NAME), name)(computation)

        return precompile


sys.modules[NAME] = Later(NAME)
