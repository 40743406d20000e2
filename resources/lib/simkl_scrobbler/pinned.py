# SPDX-License-Identifier: MIT
"""The rewatch sessions that a person began here, and what they never want to be asked about.

They lie in the outbox's file; these are the parts of its transactions that concern them.
"""

from __future__ import annotations

import json
import sqlite3

from . import ledger
from .choice import applied, title_of, with_item
from .history import SENT
from .media import Act, Episode, Item, Order, Removal, Rewatch, Show, Title, Watch, encoded, written
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
    "DROP VIEW entries",
    # As `media.written` writes the item.
    """
    CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
    created_at, CASE
        WHEN item LIKE '{"removed"%' THEN 'removal'
        WHEN item LIKE '{"rewatched"%' THEN 'rewatch'
        WHEN item LIKE '{"ordered"%' THEN 'order'
        ELSE 'watch' END AS act
    FROM entry ORDER BY id
    """,
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
    return _session(title, *row) if row else None


def all_of(db: sqlite3.Connection, account: int, item: Item | Show) -> list[Session]:
    """All that is known of the title: of anime each season can have a session."""
    title = title_of(item)
    rows = db.execute(
        "SELECT season, rewatch_id, status, seen FROM session "
        "WHERE title = ? AND account = ? ORDER BY season",
        (encoded(title), account),
    )
    return [_session(title, *row) for row in rows]


def _session(title: Title, season: int, rewatch_id: int, status: str, seen: str) -> Session:
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


def hand_over(db: sqlite3.Connection) -> None:
    """Nothing of what is not sent is about the sessions of who was signed in before."""
    query = "SELECT id, item, watched_at, source FROM entry WHERE state <> ? AND account IS NULL"
    for number, *columns in db.execute(query, (SENT,)).fetchall():
        act = ledger.legible(*columns, "", "", None, None)
        if isinstance(act, Rewatch):
            watch = written(Watch(*act[:3]))
            db.execute("UPDATE OR REPLACE entry SET item = ? WHERE id = ?", (watch, number))
        elif isinstance(act, Order):
            db.execute("DELETE FROM entry WHERE id = ?", (number,))


def attempt(db: sqlite3.Connection, number: int, newest: str, moment: int) -> None:
    """Note that an entry is about to be sent for the first time, and with which moment."""
    db.execute("UPDATE entry SET attempted = ? WHERE id = ?", (newest, number))
    # The moment may be that of another entry already.
    db.execute("UPDATE OR IGNORE entry SET watched_at = ? WHERE id = ?", (moment, number))


def attempted(db: sqlite3.Connection, number: int) -> str | None:
    """Simkl's newest moment before an entry was first sent; None if it never was."""
    row = db.execute("SELECT attempted FROM entry WHERE id = ?", (number,)).fetchone()
    return row[0] if row else None


def near(db: sqlite3.Connection, item: Item, moment: int, seconds: int) -> bool:
    """Whether Simkl has another watch of the item, so many seconds around a moment."""
    query = (
        # The + keeps SQLite from the index of all that was ever sent.
        "SELECT 1 FROM entry WHERE item IN (?, ?) AND +state = ? "
        "AND abs(watched_at - ?) <= ? AND watched_at <> ? LIMIT 1"
    )
    values = (*_texts(Watch(item, 0, "")), SENT, moment, seconds, moment)
    return db.execute(query, values).fetchone() is not None


def last(db: sqlite3.Connection, item: Item, moment: int) -> int | None:
    """When the item was watched before a moment, as Simkl has it from us; None: never.

    What the person has removed since counts no more.
    """
    watch = with_item(Watch(item, 0, ""), applied(db, item))
    removal = written(with_item(Removal(item, 0, ""), watch.item))
    query = (
        "SELECT max(watched_at) FROM entry WHERE item IN (?, ?) AND +state = ? AND watched_at < ? "
        "AND +id > coalesce((SELECT max(id) FROM entry WHERE item = ?), 0)"
    )
    row = db.execute(query, (*_texts(watch), SENT, moment, removal)).fetchone()
    return row[0] if row else None


def _texts(watch: Act) -> tuple[str, str]:
    """As a watch is written, and as a rewatch."""
    return written(Watch(*watch[:3])), written(Rewatch(*watch[:3]))
