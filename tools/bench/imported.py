# SPDX-License-Identifier: MIT
"""Imports the service as Kodi does, without Kodi: run by `imports`, with the folder of the package.

Prints milliseconds of CPU.
"""

import os  # noqa: F401 -- Kodi has it before its first line of ours
import sys
import time
import types


class _Module(types.ModuleType):
    """Has whatever is asked for; what is derived from is a class."""

    Player = Monitor = object

    def __getattr__(self, name: str) -> int:
        return 0


for _name in ("xbmc", "xbmcaddon", "xbmcgui", "xbmcvfs"):
    sys.modules[_name] = _Module(_name)
sys.path.insert(0, sys.argv[1])

_begun = time.thread_time()
__import__("simkl_scrobbler.kodi.service")
print((time.thread_time() - _begun) * 1000)
