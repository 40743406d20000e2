# SPDX-License-Identifier: MIT
"""What has no ids gets that of the one title on Simkl that it can be, or waits for the person.

Simkl would take a title for another of the same name where it has none of that year.
"""

from __future__ import annotations

from .account import Account
from .choice import title_of
from .history import ANIME, PARKED, WAITING, WHICH_ONE, Entry, Outcome
from .log import LOG
from .media import NAME_ONLY, Episode, Ids, Item, Movie, Show, Title
from .outbox import Outbox
from .simkl import FileFound, Found, Simkl


def find(simkl: Simkl, account: Account, outbox: Outbox, entry: Entry) -> Outcome | None:
    """Search for the title of an entry; None when it has an id now, as all others of it have.

    What only a file's name tells of, and Simkl knows nothing of, is nobody's business: it is gone.
    Raises `SimklError` and `Unwritable`.
    """
    title = title_of(entry.act.item)
    if title.year == NAME_ONLY:
        return _find_file(simkl, account, outbox, entry, title.title)
    kinds = ("movie",) if isinstance(title, Movie) else ("tv", "anime")
    found = [row for kind in kinds for row in simkl.search(kind, title.title, account.access_token)]
    same = [row for row in found if _is(row, title)]
    if len(same) != 1:
        LOG.info("a title without ids is one of %d", len(same))
        return Outcome(entry, PARKED, WHICH_ONE, told=WHICH_ONE)
    outbox.choose(entry.act.item, same[0].simkl)
    if same[0].kind == ANIME:
        outbox.remember_anime(title)
    return None


def _find_file(
    simkl: Simkl, account: Account, outbox: Outbox, entry: Entry, name: str
) -> Outcome | None:
    known, item = outbox.recall_file(name)
    if not known:
        found = simkl.search_file(account.access_token, name, 1)
        item = _item(found) if found else None
        outbox.remember_file(name, item)
    if item:
        return Outcome(entry, WAITING, item=item)
    LOG.info("a file that Simkl does not know either: left alone")
    outbox.forget(entry.id)
    return None


def _item(found: FileFound) -> Item | None:
    """Of a cour of an anime Simkl counts in another way than it is told: that would be a guess."""
    ids = Ids(simkl=found.simkl)
    if found.kind == "movie":
        return Movie(found.title, found.year, ids)
    if found.kind == ANIME or found.season < 0 or not found.number:
        return None
    return Episode(Show(found.title, found.year, ids), found.season, found.number)


def _is(found: Found, title: Title) -> bool:
    """A film needs a year that agrees; of a show season and number speak, too."""
    year = found.year == title.year if isinstance(title, Movie) or title.year else True
    return year and _letters(found.title) == _letters(title.title) != ""


def _letters(title: str) -> str:
    """Only letters and digits count."""
    return "".join(filter(str.isalnum, title.casefold()))
