# SPDX-License-Identifier: MIT
"""What has no ids gets that of the one title on Simkl that it can be, or waits for the person.

Simkl would take a title for another of the same name where it has none of that year.
"""

from __future__ import annotations

import logging

from .account import Account
from .choice import title_of
from .history import PARKED, WHICH_ONE, Entry, Outcome
from .media import Movie, Title
from .outbox import Outbox
from .simkl import Found, Simkl

LOG = logging.getLogger(__name__)


def find(simkl: Simkl, account: Account, outbox: Outbox, entry: Entry) -> Outcome | None:
    """Search for the title of an entry; None when it has an id now, as all others of it have.

    Raises `SimklError` and `Unwritable`.
    """
    title = title_of(entry.act.item)
    kinds = ("movie",) if isinstance(title, Movie) else ("tv", "anime")
    found = [row for kind in kinds for row in simkl.search(kind, title.title, account.access_token)]
    same = [row for row in found if _is(row, title)]
    if len(same) != 1:
        LOG.info("a title without ids is one of %d", len(same))
        return Outcome(entry, PARKED, WHICH_ONE, told=WHICH_ONE)
    outbox.choose(entry.act.item, same[0].simkl)
    return None


def _is(found: Found, title: Title) -> bool:
    """A film needs a year that agrees; of a show season and number speak, too."""
    year = found.year == title.year if isinstance(title, Movie) or title.year else True
    return year and _letters(found.title) == _letters(title.title) != ""


def _letters(title: str) -> str:
    """Only letters and digits count."""
    return "".join(filter(str.isalnum, title.casefold()))
