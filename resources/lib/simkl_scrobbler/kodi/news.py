# SPDX-License-Identifier: MIT
"""What the person should hear, kept until a toast disturbs nothing."""

from __future__ import annotations

from .. import rewatch
from ..history import PARKED, SENT, WHICH_ONE
from ..media import Item, Show
from ..sender import REMOVED
from . import ui
from .texts import Text

_TOASTS = {SENT: ui.sent, REMOVED: ui.removed, PARKED: ui.parked}
_EACH_ITS_OWN = {
    WHICH_ONE: Text.WHICH_ONE_TOAST,
    rewatch.REWATCHED: Text.REWATCHED,
    rewatch.NOT_REWATCHED: Text.NOT_REWATCHED,
    rewatch.TOO_SOON: Text.TOO_SOON,
    rewatch.STARTED: Text.STARTED,
    rewatch.WILL_START: Text.WILL_START,
    rewatch.RESUMED: Text.RESUMED,
    rewatch.STOPPED: Text.STOPPED,
    rewatch.FINISHED: Text.FINISHED,
    rewatch.ENDED_ELSEWHERE: Text.ENDED_ELSEWHERE,
    rewatch.NOT_KEPT: Text.NOT_FOR_THIS_PLAN,
    rewatch.NOT_TRACKED: Text.NOT_TRACKED,
}
# Between two videos of a playlist the screen is empty for a moment: no toast there.
_QUIET = 2.0
_LOOK_AGAIN = 30.0
# A toast that comes while the last one fades out, five to six seconds after it came, can get stuck
# in Kodi 20, and with it every later one of whatever add-on.
_APART = 8.0
# Toasts that come together are shown one after another, each so long.
_EACH = 6.0


class News:
    """Collects; `due` is the monotonic moment at which to try `tell`, None while there is none."""

    def __init__(self) -> None:
        self.due: float | None = None
        self._told_at = -_APART
        self._items: dict[str, list[Item | Show]] = {}
        self._warnings: list[int] = []

    def add(self, state: str, items: list[Item | Show], now: float) -> None:
        """Items of which `Report` tells; all that come together make one toast of each state."""
        self._items.setdefault(state, []).extend(items)
        self.due = now + _QUIET

    def warn(self, text: int, now: float) -> None:
        """A text of `Text` about the add-on itself."""
        if text not in self._warnings:
            self._warnings.append(text)
        self.due = now + _QUIET

    def quiet(self, now: float) -> None:
        """The screen may have become free: try soon, if there is anything to tell."""
        if self.due is not None:
            self.due = now + _QUIET

    def tell(self, now: float) -> None:
        """Show what there is, unless a video would be covered."""
        self.due = now + _LOOK_AGAIN
        if ui.disturbs():
            return
        if now < self._told_at + _APART:
            self.due = self._told_at + _APART
            return
        told, warnings = self._items, self._warnings
        # When the last of them comes.
        self._told_at = now + _EACH * (len(told) + len(warnings) - 1)
        self._items, self._warnings, self.due = {}, [], None
        for state, items in told.items():
            if state in _EACH_ITS_OWN:
                ui.each(_EACH_ITS_OWN[state], items)
            else:
                _TOASTS[state](items)
        for text in warnings:
            ui.warn(text)
