# SPDX-License-Identifier: MIT
"""Which title of Simkl the person chose for a film or a show that Simkl took for another or none.

Choices lie in the outbox's file; these are the parts of its transactions that concern them.
"""

from __future__ import annotations

import sqlite3

from .history import SENT, WAITING
from .ledger import legible
from .media import Episode, Item, Movie, Show, encoded

SCHEMA = ("CREATE TABLE choice (title TEXT PRIMARY KEY, simkl INTEGER NOT NULL)",)


def choose(db: sqlite3.Connection, item: Item, simkl: int) -> None:
    """From now on the film or the show of `item` is the one with that Simkl id.

    Whatever is not sent of it waits again, under that id.
    """
    title = title_of(item)
    db.execute("INSERT OR REPLACE INTO choice VALUES (?, ?)", (encoded(title), simkl))
    rows = db.execute(
        "SELECT id, item, kind, title, season, episode FROM entry WHERE state <> ? AND title = ?",
        (SENT, title.title),
    )
    for number, *columns in rows.fetchall():
        other = legible(*columns)
        if title_of(other) == title and type(other) is type(item):
            _wait_as(db, number, with_simkl(other, simkl))


def _wait_as(db: sqlite3.Connection, number: int, item: Item) -> None:
    # OR REPLACE: it can turn out to be one that is there already.
    db.execute(
        "UPDATE OR REPLACE entry SET state = ?, reason = '', settled_at = NULL, item = ? "
        "WHERE id = ?",
        (WAITING, encoded(item), number),
    )


def applied(db: sqlite3.Connection, item: Item) -> Item:
    """The item with the Simkl id that was chosen for it, unchanged where none was."""
    key = (encoded(title_of(item)),)
    found = db.execute("SELECT simkl FROM choice WHERE title = ?", key).fetchone()
    return with_simkl(item, found[0]) if found else item


def title_of(item: Item) -> Movie | Show:
    """The film or the show as the library has it, whatever was chosen for it before."""
    title = item.show if isinstance(item, Episode) else item
    return title._replace(ids=title.ids._replace(simkl=0))


def with_simkl(item: Item, simkl: int) -> Item:
    """The item with another Simkl id; that of an episode is its show's."""
    if isinstance(item, Episode):
        show = item.show
        return item._replace(show=show._replace(ids=show.ids._replace(simkl=simkl)))
    return item._replace(ids=item.ids._replace(simkl=simkl))
