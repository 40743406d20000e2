# SPDX-License-Identifier: MIT
"""The rewatch sessions that a person began here, and what they never want to be asked about.

They lie in the outbox's file; these are the parts of its transactions that concern them.
"""

from __future__ import annotations

import json
import sqlite3

from .choice import title_of
from .history import SENT
from .media import Episode, Item, Rewatch, Show, Watch, encoded, written
from .rewatch import WHOLE, Session

SCHEMA = (
    """
    CREATE TABLE session (
        title TEXT NOT NULL,
        season INTEGER NOT NULL,
        account INTEGER NOT NULL,
        rewatch_id INTEGER NOT NULL,
        status TEXT NOT NULL,
        seen TEXT NOT NULL,
        PRIMARY KEY (title, season, account)
    )
    """,
    # Simkl's newest moment before an entry was first sent that must not be sent twice.
    "ALTER TABLE entry ADD COLUMN attempted TEXT",
)


def pin(db: sqlite3.Connection, account: int, session: Session) -> None:
    """Remember a session in the place of the one that was known of its title."""
    title = encoded(title_of(session.title))
    seen = json.dumps(session.seen)
    db.execute(
        "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)",
        (title, session.season, account, session.rewatch_id, session.status, seen),
    )


def of(db: sqlite3.Connection, account: int, item: Item | Show) -> Session | None:
    """What is known of the title: for its season if there is such, else for all of it."""
    title = title_of(item)
    season = item.season if isinstance(item, Episode) else WHOLE
    row = db.execute(
        "SELECT season, rewatch_id, status, seen FROM session "
        "WHERE title = ? AND account = ? AND season IN (?, ?) ORDER BY season DESC",
        (encoded(title), account, season, WHOLE),
    ).fetchone()
    if row is None:
        return None
    season, rewatch_id, status, seen = row
    return Session(title, season, rewatch_id, status, tuple(json.loads(seen)))


def begin(db: sqlite3.Connection, account: int, session: Session) -> None:
    """Forget what was known of the title and pin this."""
    db.execute(
        "DELETE FROM session WHERE title = ? AND account = ?",
        (encoded(title_of(session.title)), account),
    )
    pin(db, account, session)


def unseen(db: sqlite3.Connection, item: Item) -> None:
    """An episode that leaves the history cannot stand for its session: to name it marks it."""
    if isinstance(item, Episode):
        seen = f"[{item.season}, {item.number}, %"
        db.execute(
            "UPDATE session SET seen = '[]' WHERE title = ? AND seen LIKE ?",
            (encoded(title_of(item)), seen),
        )


def attempt(db: sqlite3.Connection, number: int, newest: str) -> None:
    """Note that an entry is about to be sent for the first time."""
    db.execute("UPDATE entry SET attempted = ? WHERE id = ?", (newest, number))


def attempted(db: sqlite3.Connection, number: int) -> str | None:
    """Simkl's newest moment before an entry was first sent; None if it never was."""
    row = db.execute("SELECT attempted FROM entry WHERE id = ?", (number,)).fetchone()
    return row[0] if row else None


def near(db: sqlite3.Connection, item: Item, moment: int, seconds: int) -> bool:
    """Whether Simkl has another watch of the item, so many seconds around a moment."""
    watch, rewatch = Watch(item, 0, ""), Rewatch(item, 0, "")
    query = (
        "SELECT 1 FROM entry WHERE item IN (?, ?) AND state = ? "
        "AND abs(watched_at - ?) <= ? AND watched_at <> ? LIMIT 1"
    )
    texts = (written(watch), written(rewatch))
    return db.execute(query, (*texts, SENT, moment, seconds, moment)).fetchone() is not None
