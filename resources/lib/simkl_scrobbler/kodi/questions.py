# SPDX-License-Identifier: MIT
"""What the person has to agree to before it is kept, asked when no video is covered."""

from __future__ import annotations

import threading
from typing import Callable, NamedTuple

from ..media import Act
from . import menu, ui

_QUIET = 2.0
_LOOK_AGAIN = 30.0
_PATIENCE = 30


class Answer(NamedTuple):
    """The acts that the person agreed to, none of them if they did not."""

    acts: list[Act]


class Questions:
    """Asked one after another, each in a thread of its own: a dialog holds up who opens it.

    `put` takes the answer, which has to be handed back to `answered`; `due` is the monotonic
    moment at which to try `ask`, None while there is nothing to ask.
    """

    def __init__(self, put: Callable[[Answer], None]) -> None:
        self.due: float | None = None
        self._put = put
        self._open = False
        self._waiting: list[tuple[str, list[Act]]] = []

    def add(self, message: str, acts: list[Act], now: float) -> None:
        """To be asked when there is time."""
        self._waiting.append((message, acts))
        self.quiet(now)

    def quiet(self, now: float) -> None:
        """The screen may have become free: try soon, if there is anything to ask."""
        self.due = now + _QUIET if self._waiting and not self._open else None

    def answered(self, now: float) -> None:
        """The dialog is closed: the next one may come."""
        self._open = False
        self.quiet(now)

    def ask(self, now: float) -> None:
        """Ask the first one, unless something is disturbed."""
        self.due = now + _LOOK_AGAIN
        if not ui.disturbs():
            self._open, self.due = True, None
            asked = self._waiting.pop(0)
            threading.Thread(target=self._ask, args=asked, name="simkl-question").start()

    def _ask(self, message: str, acts: list[Act]) -> None:
        agreed = False
        try:
            agreed = menu.agreed(message, _PATIENCE)
        finally:
            self._put(Answer(acts if agreed else []))
