# SPDX-License-Identifier: MIT
"""What Simkl took files for by their names: each is asked for once, a miss again after a week.

This lies in the outbox's file; these are the parts of its transactions that concern it.
"""

from __future__ import annotations

import sqlite3

from .media import Item, Watch, encoded, read

SCHEMA = ("CREATE TABLE file (name TEXT PRIMARY KEY, item TEXT, asked_at INTEGER NOT NULL)",)

_MISS = 7 * 86400


def remember(db: sqlite3.Connection, name: str, item: Item | None, now: int) -> None:
    """What Simkl said; None: it knows no such file."""
    text = encoded(item) if item else None
    db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (name, text, now))


def recall(db: sqlite3.Connection, name: str, now: int) -> tuple[bool, Item | None]:
    """Whether Simkl need not be asked, and what it said."""
    row = db.execute("SELECT item, asked_at FROM file WHERE name = ?", (name,)).fetchone()
    if row is None:
        return False, None
    text, asked_at = row
    if text is None:
        return now - asked_at < _MISS, None
    act = read(text, 0, "")
    return True, act.item if isinstance(act, Watch) else None
