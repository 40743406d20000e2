# SPDX-License-Identifier: MIT
"""Why everything waits, told by the service to our scripts: in a property of the home window.

Only the service knows, and it lives in another interpreter; a property is gone with Kodi, as the
trouble is.
"""

from __future__ import annotations

import json
import time

import xbmcgui

from ..pauses import Trouble

_HOME = 10000
_PROPERTY = "service.simkl.trouble"


def tell(trouble: Trouble | None) -> None:
    """What there is now, or that there is none."""
    text = json.dumps(trouble._asdict()) if trouble else ""
    xbmcgui.Window(_HOME).setProperty(_PROPERTY, text)


def told() -> Trouble | None:
    """What the service said last; None while everything works."""
    text = xbmcgui.Window(_HOME).getProperty(_PROPERTY)
    if not text:
        return None
    try:
        said = json.loads(text)
        return Trouble(str(said["kind"]), *(_moment(said[name]) for name in ("since", "until")))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        # Anybody can write there.
        return None


def _moment(value: object) -> float:
    """Raises ValueError, TypeError and OverflowError for what no clock can show."""
    moment = float(value)  # type: ignore[arg-type]
    time.localtime(moment)
    return moment
