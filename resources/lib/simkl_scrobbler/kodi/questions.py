# SPDX-License-Identifier: MIT
"""What the person has to agree to before it is kept, asked when it disturbs nothing."""

from __future__ import annotations

import threading
from typing import Callable, List, NamedTuple, Sequence

from ..media import Act, Item, Watch
from . import menu, ui

Wording = Callable[[List[Item]], str]

_QUIET = 2.0
_LOOK_AGAIN = 30.0
_PATIENCE = 30


class Answer(NamedTuple):
    """What the person said to the question that was open."""

    agreed: bool


class Questions:
    """Asked one after another, each in a thread of its own: a dialog holds up who opens it.

    `put` takes the answer, which has to be handed back to `answered`; `due` is the monotonic
    moment at which to try `ask`, None while there is nothing to ask.
    """

    def __init__(self, put: Callable[[Answer], None]) -> None:
        self.due: float | None = None
        self._put = put
        self._open: list[Act] | None = None
        self._waiting: list[tuple[Wording, list[Act]]] = []

    def add(self, wording: Wording, acts: Sequence[Act], now: float) -> None:
        """To be asked when there is time."""
        self.overtaken(acts)
        self._waiting.append((wording, list(acts)))
        self.quiet(now)

    def overtaken(self, acts: Sequence[Act]) -> None:
        """What was done since counts: whatever is to be agreed to and says the opposite is off."""
        said = {(act.item, isinstance(act, Watch)) for act in acts}

        def standing(asked: list[Act]) -> list[Act]:
            return [act for act in asked if (act.item, not isinstance(act, Watch)) not in said]

        left = [(wording, standing(asked)) for wording, asked in self._waiting]
        self._waiting = [(wording, asked) for wording, asked in left if asked]
        self._open = None if self._open is None else standing(self._open)
        self.due = self.due if self._waiting else None

    def quiet(self, now: float) -> None:
        """The screen may have become free: try soon, if there is anything to ask."""
        self.due = now + _QUIET if self._waiting and self._open is None else None

    def answered(self, answer: Answer, now: float) -> list[Act]:
        """What the person agreed to; the dialog is closed and the next one may come."""
        acts, self._open = self._open or [], None
        self.quiet(now)
        return acts if answer.agreed else []

    def ask(self, now: float) -> None:
        """Ask the first one, unless something is disturbed, or somebody who is at something else
        would answer with a key that was meant for that.
        """
        self.due = now + _LOOK_AGAIN if self._waiting else None
        if self._waiting and not ui.disturbs() and not ui.occupied():
            (wording, self._open), self.due = self._waiting.pop(0), None
            message = wording([act.item for act in self._open])
            threading.Thread(target=self._ask, args=(message,), name="simkl-question").start()

    def _ask(self, message: str) -> None:
        agreed = False
        try:
            agreed = menu.agreed(message, _PATIENCE)
        finally:
            self._put(Answer(agreed))
