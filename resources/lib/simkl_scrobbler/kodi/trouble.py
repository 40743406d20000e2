# SPDX-License-Identifier: MIT
"""Why everything waits, told by the service to our scripts: in a property of the home window.

Only the service knows, and it lives in another interpreter; a property is gone with Kodi, as the
trouble is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import xbmcgui

if TYPE_CHECKING:
    from ..pauses import Trouble

_HOME = 10000
# The year 2100, in epoch seconds: what lies beyond is no moment.
_END = 4102444800
_PROPERTY = "service.simkl.trouble"


def tell(trouble: Trouble | None) -> None:
    """What there is now, or that there is none."""
    text = " ".join(map(str, trouble)) if trouble else ""
    xbmcgui.Window(_HOME).setProperty(_PROPERTY, text)


def told() -> Trouble | None:
    """What the service said last; None while everything works."""
    text = xbmcgui.Window(_HOME).getProperty(_PROPERTY)
    if not text:
        return None
    from ..pauses import Trouble  # noqa: PLC0415 -- the service only tells

    try:
        kind, since, until = text.split(" ")
        trouble = Trouble(kind, float(since), float(until))
    except ValueError:
        # Anybody can write there.
        return None
    return trouble if all(0 <= moment < _END for moment in trouble[1:]) else None
