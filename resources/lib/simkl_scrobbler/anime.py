# SPDX-License-Identifier: MIT
"""Which shows are anime, as far as their ids or Simkl's earlier answers say.

This lies in the outbox's file; these are the parts of its transactions that concern it.
"""

from __future__ import annotations

import sqlite3

from .choice import title_of
from .history import anime_ids
from .media import Item, Show, encoded

SCHEMA = ("CREATE TABLE anime (title TEXT PRIMARY KEY)",)


def remember(db: sqlite3.Connection, item: Item | Show) -> None:
    """Simkl took the show of an episode for an anime."""
    title = title_of(item)
    if isinstance(title, Show):
        db.execute("INSERT OR IGNORE INTO anime VALUES (?)", (encoded(title),))


def known(db: sqlite3.Connection, item: Item | Show) -> bool:
    """Whether its show is known to be one; of others nothing is said."""
    title = title_of(item)
    query = "SELECT 1 FROM anime WHERE title = ?"
    return anime_ids(title.ids) or db.execute(query, (encoded(title),)).fetchone() is not None
