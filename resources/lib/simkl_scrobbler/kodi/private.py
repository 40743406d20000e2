# SPDX-License-Identifier: MIT
"""Private mode, as the person begins and ends it."""

from __future__ import annotations

import re
import time
from typing import Callable

from ..chosen import ChosenFile
from ..exclusions import DAY, private
from ..log import LOG
from . import menu, moment, ui
from .menu import Option
from .texts import Text
from .ui import text

_HOUR, _MINUTE = 3600, 60
_MORNING = 6


class PrivateMode:
    """Kept in a file, so that it lasts through a restart; `changed` tells the service."""

    def __init__(self, file: ChosenFile, changed: Callable[[], None]) -> None:
        self._file = file
        self._changed = changed

    def by_script(self, minutes: str) -> None:
        """Begin it for `"120"`, end it with `"0"`; what is wrong is logged."""
        if not re.fullmatch(r"\d{1,4}", minutes, re.ASCII) or int(minutes) * _MINUTE > DAY:
            LOG.error("private: minutes are 0 to %d, not %r", DAY // _MINUTE, minutes)
        elif int(minutes):
            self._begin(time.time() + int(minutes) * _MINUTE)
        else:
            self.end()

    def ask(self) -> None:
        """Let the person say how long."""
        lines = [self._for(hours) for hours in (1, 2, 4)]
        lines.append(self._line(text(Text.UNTIL_MORNING), _morning(time.time())))
        if self._until():
            lines.append(Option(text(Text.END_PRIVATE), text(Text.END_PRIVATE_HELP), self.end))
        chosen = menu.ask(text(Text.HOW_LONG_PRIVATE), lines)
        if chosen >= 0:
            lines[chosen].act()

    def lines(self) -> list[Option]:
        """That it is on, for the status; choosing the line ends it."""
        until = self._until()
        if not until:
            return []
        label = text(Text.PRIVATE_NOW, until=moment.shown(until))
        return [Option(label, text(Text.PRIVATE_NOW_HELP), self.end, "DefaultIconWarning.png")]

    def end(self) -> None:
        if self._keep(0):
            ui.tell(Text.PRIVATE_OVER)

    def _until(self) -> int:
        """0 while it is off."""
        exclusions = self._file.load()
        return exclusions.private_until if private(exclusions, time.time()) else 0

    def _for(self, hours: int) -> Option:
        label = text(Text.ONE_HOUR) if hours == 1 else text(Text.HOURS, number=hours)
        return self._line(label, time.time() + hours * _HOUR)

    def _line(self, label: str, until: float) -> Option:
        detail = text(Text.UNTIL, until=moment.shown(until))
        return Option(label, detail, lambda: self._begin(until))

    def _begin(self, until: float) -> None:
        if self._keep(int(until)):
            ui.tell(Text.PRIVATE_NOW, until=moment.shown(until))

    def _keep(self, until: int) -> bool:
        try:
            self._file.save(private_until=until)
        except OSError as error:
            LOG.error("exclusions.json cannot be written: %s", type(error).__name__)
            ui.warn(Text.CHOICE_UNWRITABLE)
            return False
        self._changed()
        return True


def _morning(now: float) -> float:
    """The next one on the person's clock."""
    at = time.localtime(now)
    day = at.tm_mday + (at.tm_hour >= _MORNING)
    return min(time.mktime((at.tm_year, at.tm_mon, day, _MORNING, 0, 0, 0, 0, -1)), now + DAY)
