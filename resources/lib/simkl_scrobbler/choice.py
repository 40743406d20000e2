# SPDX-License-Identifier: MIT
"""Which title of Simkl the person chose for a film or a show that Simkl took for another or none.

Choices lie in the outbox's file; these are the parts of its transactions that concern them.
"""

from __future__ import annotations

import sqlite3

from .history import SENT, WAITING
from .ledger import ACT, legible
from .media import Act, Episode, Item, Show, Title, encoded, written

SCHEMA = ("CREATE TABLE choice (title TEXT PRIMARY KEY, simkl INTEGER NOT NULL)",)


def choose(db: sqlite3.Connection, item: Item | Show, simkl: int) -> None:
    """From now on the film or the show of `item` is the one with that Simkl id.

    Whatever is not sent of it waits again, under that id.
    """
    title = title_of(item)
    db.execute("INSERT OR REPLACE INTO choice VALUES (?, ?)", (encoded(title), simkl))
    rows = db.execute(
        f"SELECT id, {ACT} FROM entry WHERE state <> ? AND title = ?",
        (SENT, title.title),
    )
    for number, *columns in rows.fetchall():
        act = legible(*columns)
        if title_of(act.item) == title and type(title_of(act.item)) is type(title):
            _wait_as(db, number, with_item(act, with_simkl(act.item, simkl)))


def _wait_as(db: sqlite3.Connection, number: int, act: Act) -> None:
    # OR REPLACE: it can turn out to be one that is there already.
    db.execute(
        "UPDATE OR REPLACE entry SET state = ?, reason = '', settled_at = NULL, item = ? "
        "WHERE id = ?",
        (WAITING, written(act), number),
    )


def applied(db: sqlite3.Connection, item: Item | Show) -> Item | Show:
    """The item with the Simkl id that was chosen for it, unchanged where none was."""
    simkl = chosen(db, item)
    return with_simkl(item, simkl) if simkl else item


def chosen(db: sqlite3.Connection, item: Item | Show) -> int:
    """The Simkl id that was chosen for the film or the show, 0 if none was."""
    key = (encoded(title_of(item)),)
    found = db.execute("SELECT simkl FROM choice WHERE title = ?", key).fetchone()
    return int(found[0]) if found else 0


def title_of(item: Item | Show) -> Title:
    """The film or the show as the library has it, whatever was chosen for it before."""
    title = item.show if isinstance(item, Episode) else item
    return title._replace(ids=title.ids._replace(simkl=0))


def with_item(act: Act, item: Item | Show) -> Act:
    """The same act on another item, which is of the same kind."""
    return act._replace(item=item)  # type: ignore[arg-type]


def with_simkl(item: Item | Show, simkl: int) -> Item | Show:
    """The item with another Simkl id; that of an episode is its show's."""
    if isinstance(item, Episode):
        show = item.show
        return item._replace(show=show._replace(ids=show.ids._replace(simkl=simkl)))
    # Only a film that was known by nothing but a file's name has a year below 0; it is one then.
    return item._replace(year=max(0, item.year), ids=item.ids._replace(simkl=simkl))
