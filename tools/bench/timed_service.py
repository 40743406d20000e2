# SPDX-License-Identifier: MIT
"""Takes the place of service.py in a copy of the add-on: logs how long each callback took."""

import functools
import os
import sys
import time
from typing import Any, Callable

import xbmc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "resources", "lib"))

from simkl_scrobbler.kodi import service  # noqa: E402 -- as in service.py


def _timed(name: str, callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def timed(*arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return callback(*arguments)
        finally:
            xbmc.log(f"callback {name} took {time.perf_counter() - begun:.6f} s", xbmc.LOGINFO)

    return timed


for _kind in (service.Player, service.Monitor):
    for _name, _callback in list(vars(_kind).items()):
        if _name.startswith("on"):
            setattr(_kind, _name, _timed(_name, _callback))

service.run()
