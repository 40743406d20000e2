# SPDX-License-Identifier: MIT
"""Where a name says season and episodes, and whether its numbers can be meant."""

from __future__ import annotations

import re
from typing import NamedTuple

YEAR = r"(?:18[89][0-9]|19[0-9]{2}|20[0-3][0-9])"
SEASON = r"(?:season|series|staffel|saison|temporada|stagione|seizoen|sezon|s[äæe]song?|kausi)"
EPISODE = r"(?:[ée]pisode|ep|e|folge|cap[ií]tulo|episodio|aflevering|odcinek|avsnitt)"
_LAST_EPISODE, _MOST_EPISODES = 5000, 8
_MARKS = re.compile(
    rf"""(?<![0-9a-z])(?:
    s(?P<s>[0-9]{{1,2}}|{YEAR})[ -]{{0,3}}e(?:p(?:isode)?)?[ ]?(?P<e>[0-9]{{1,4}})
    |(?P<xs>[0-9]{{1,2}})x(?P<xe>[0-9]{{2}})
    |{SEASON}[ ]?(?P<ws>[0-9]{{1,2}})[ ,-]{{0,3}}{EPISODE}[ ]?(?P<we>[0-9]{{1,4}})
    )(?P<more>(?:
    [ ]?[-–&+,]?[ ]?(?:s[0-9]{{1,4}}[ ]?)?ep?[0-9]{{1,4}}
    |[-–+x](?:[0-9]{{1,2}}x)?[0-9]{{1,4}}(?![0-9a-z])
    )*)(?P<rest>[0-9a-z]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_MORE = re.compile(r"[ x]*([-–]?)[ &+,x]*(?:s([0-9]+) ?|([0-9]+)x)?(ep?)?([0-9]+)", re.IGNORECASE)
_VERSION = re.compile(r"(?:v[0-9])?", re.IGNORECASE)


class Mark(NamedTuple):
    """Where in a name season and episodes stand; `firm` ones can hardly mean anything else."""

    start: int
    end: int
    season: int
    numbers: tuple[int, ...]
    firm: bool


def several(first: int, last: int) -> tuple[int, ...]:
    """The episodes from one number to another."""
    return clear(list(range(first, min(last, first + _MOST_EPISODES) + 1)))


def clear(numbers: list[int]) -> tuple[int, ...]:
    """The numbers of episodes in one file; () if they can't be that."""
    rising = all(one < other for one, other in zip(numbers, numbers[1:]))
    fine = rising and 0 < len(numbers) <= _MOST_EPISODES and numbers[0] > 0
    return tuple(numbers) if fine and numbers[-1] <= _LAST_EPISODE else ()


def marks(text: str) -> list[Mark]:
    """What looks like season and episodes in a name; without numbers, if it isn't clear."""
    return [_mark(found) for found in _MARKS.finditer(text)]


def _mark(found: re.Match[str]) -> Mark:
    season = int(found["s"] or found["xs"] or found["ws"])
    first = found["e"] or found["xe"] or found["we"]
    numbers = [int(first)] if _VERSION.fullmatch(found["rest"]) else []
    for to, s, xs, e, number in _MORE.findall(found["more"]):
        sure = e or xs or len(number) == len(first)
        if (
            not sure
            or int(s or xs or season) != season
            or int(number) - int(first) > _MOST_EPISODES
        ):
            numbers = []
        if numbers:
            numbers += range(numbers[-1] + 1, int(number)) if to else ()
            numbers.append(int(number))
    return Mark(found.start(), found.end(), season, clear(numbers), not found["xs"])
