"""Import this before py-evm, and it starts in half the time.

The precompiles of BLS12-381 compute tables as they are imported, and hardly any contract calls them: here that waits
for the first call. And pydantic is imported for a class that py-evm doesn't use.
"""

import importlib
import sys
import types


class Later(types.ModuleType):
    """A module of precompiles that is imported when one of them is first called."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def precompile(computation):
            if sys.modules[self.__name__] is self:
                del sys.modules[self.__name__]
            return getattr(importlib.import_module(self.__name__), name)(computation)

        return precompile


curve = Later("eth.precompiles.bls12_381")
unused = types.ModuleType("eth_utils.pydantic")
unused.CamelModel = object
sys.modules |= {each.__name__: each for each in (curve, unused)}
