# SPDX-License-Identifier: MIT
"""What the person has to agree to before it is kept, asked when it disturbs nothing."""

from __future__ import annotations

import threading
from typing import Callable, List, NamedTuple, Sequence, Union

from ..choice import title_of
from ..media import Act, Item, Removal, Rewatch, Watch
from . import menu, ui

Asked = Union[Watch, Removal, Rewatch]
Wording = Callable[[List[Item]], str]

_QUIET = 2.0
_LOOK_AGAIN = 30.0
_PATIENCE = 30


class Answer(NamedTuple):
    """What the person said to the question that was open: one of menu.NO, YES and OTHER."""

    said: int


class _Question(NamedTuple):
    """`labels` are those of `menu.answer`; `disturbs` says whether it is no time to ask."""

    wording: Wording
    acts: list[Asked]
    disturbs: Callable[[], bool]
    labels: Sequence[str] = ()


class Questions:
    """Asked one after another, each in a thread of its own: a dialog holds up who opens it.

    `put` takes the answer, which has to be handed back to `answered`; `due` is the monotonic
    moment at which to try `ask`, None while there is nothing to ask.
    """

    def __init__(self, put: Callable[[Answer], None]) -> None:
        self.due: float | None = None
        self._put = put
        self._open: _Question | None = None
        self._waiting: list[_Question] = []

    def add(self, wording: Wording, acts: Sequence[Asked], now: float) -> None:
        """To be asked when no video is covered."""
        self.overtaken(acts)
        self._waiting.append(_Question(wording, list(acts), ui.disturbs))
        self.quiet(now)

    def add_rewatch(self, rewatch: Rewatch, now: float) -> None:
        """To be asked when nothing plays any more; once for all of a title that were seen."""
        wording, labels = ui.seen_before, ui.rewatch_answers(rewatch.item)
        for question in self._waiting:
            same = title_of(question.acts[0].item) == title_of(rewatch.item)
            if same and question.wording is wording:
                question.acts.append(rewatch)
                return
        self._waiting.append(_Question(wording, [rewatch], ui.plays, labels))
        self.quiet(now)

    def overtaken(self, acts: Sequence[Act]) -> None:
        """What was done since counts: whatever is to be agreed to and says the opposite is off."""
        said = {(act.item, isinstance(act, Removal)) for act in acts}

        def standing(question: _Question) -> _Question:
            left = [
                act for act in question.acts if (act.item, not isinstance(act, Removal)) not in said
            ]
            return question._replace(acts=left)

        self._waiting = [left for left in map(standing, self._waiting) if left.acts]
        self._open = self._open and standing(self._open)
        self.due = self.due if self._waiting else None

    def quiet(self, now: float) -> None:
        """The screen may have become free: try soon, if there is anything to ask."""
        self.due = now + _QUIET if self._waiting and self._open is None else None

    def answered(self, now: float) -> list[Asked]:
        """What was asked about; the dialog is closed and the next one may come."""
        question, self._open = self._open, None
        self.quiet(now)
        return question.acts if question else []

    def ask(self, now: float) -> None:
        """Ask the first one that disturbs nothing, unless somebody who is at something else would
        answer with a key that was meant for that.
        """
        self.due = now + _LOOK_AGAIN if self._waiting else None
        free = not ui.occupied()
        for question in self._waiting:
            if free and not question.disturbs():
                self._waiting.remove(question)
                self._open, self.due = question, None
                message = question.wording([act.item for act in question.acts])
                arguments = (message, question.labels)
                threading.Thread(target=self._ask, args=arguments, name="simkl-question").start()
                return

    def _ask(self, message: str, labels: Sequence[str]) -> None:
        said = menu.NO
        try:
            said = menu.answer(message, _PATIENCE, labels)
        finally:
            self._put(Answer(said))
