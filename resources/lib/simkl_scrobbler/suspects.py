# SPDX-License-Identifier: MIT
"""Entries on which the server itself fails, while it takes others. Pure."""

from __future__ import annotations

from .choice import title_of
from .history import Entry
from .media import Act, Episode, Title, Watch

# So often the server may fail before the entries are thought of; and so often others have to go
# well after it failed on one alone, before the next time says that it is that one.
_ERRORS, _COMPARED = 3, 2


class Suspects:
    """Finds the one on which each request fails that it is in: by halving, and by comparing.

    While the server fails on everything, nothing is said against any of them.
    """

    def __init__(self) -> None:
        self._errors = 0
        self._aside: set[int] = set()
        self._compared: dict[int, int] = {}

    def others(self, entries: list[Entry]) -> list[Entry]:
        """What can go before those that were set aside, without overtaking what it depends on."""
        if not self._aside:
            return entries
        held: dict[Title, list[Act]] = {}
        others = []
        for entry in entries:
            before = held.setdefault(title_of(entry.act.item), [])
            if entry.id in self._aside or not all(_apart(act, entry.act) for act in before):
                before.append(entry.act)
            else:
                others.append(entry)
        if not others:
            # There is nothing left to compare with: nothing is said against any of them.
            self._aside.clear()
        return others or entries

    def sent(self) -> None:
        """The server has taken something: what was set aside is tried again."""
        for number in self._aside:
            self._compared[number] = self._compared.get(number, 0) + 1
        self._errors = _ERRORS - 1 if self._aside else 0
        self._aside.clear()

    def failed(self, entries: list[Entry]) -> bool:
        """The server has failed on these; whether they should be fewer the next time."""
        self._errors += 1
        if self._errors < _ERRORS:
            return False
        if len(entries) == 1:
            self._aside.add(entries[0].id)
        return True

    def found(self, entries: list[Entry]) -> bool:
        """Whether it is this one."""
        return len(entries) == 1 and self._compared.get(entries[0].id, 0) >= _COMPARED


def _apart(one: Act, other: Act) -> bool:
    """Whether two acts on one title come to the same in any order: two episodes were watched."""
    episodes = isinstance(one.item, Episode) and isinstance(other.item, Episode)
    # What comes after the show is the season and the number.
    return type(one) is type(other) is Watch and episodes and one.item[1:3] != other.item[1:3]
