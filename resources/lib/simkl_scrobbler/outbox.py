# SPDX-License-Identifier: MIT
"""The outbox: every watch on disk from before it is sent until Simkl has said what became of it."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from collections import deque
from contextlib import closing
from typing import Any, Callable, Iterable, TypeVar

from . import choice, ledger
from .history import PARKED, SENT, WAITING, Entry, Outcome
from .ledger import Stored
from .media import Episode, Item, Watch, encoded, from_json

LOG = logging.getLogger(__name__)
T = TypeVar("T")

_KEPT = 90 * 86400
"""Sent entries stay this long for display, in seconds."""

# The statements that lead from schema n to n + 1. They only ever add: an older add-on can work
# with a newer file.
_SCHEMA = (
    (
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            item TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            season INTEGER,
            episode INTEGER,
            watched_at INTEGER NOT NULL,
            source TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked')),
            reason TEXT NOT NULL DEFAULT '',
            settled_at INTEGER,
            UNIQUE (item, watched_at)
        )
        """,
        "CREATE INDEX entry_by_state ON entry (state, id)",
        """
        CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
        created_at FROM entry ORDER BY id
        """,
    ),
    choice.SCHEMA,
)
_NEW = "item, kind, title, season, episode, watched_at, source, created_at"
_RETRY = "UPDATE entry SET state = ?, reason = '', settled_at = NULL WHERE id = ? AND state = ?"


class Unwritable(Exception):
    """The disk is full, read-only or busy; what was to be written is still with the caller."""


class Outbox:
    """The watches of one profile in one SQLite file, shared by all threads and by scripts.

    Every call opens the file anew: whoever else uses, replaces or deletes it is seen at once, and
    no connection is bound to a thread. `on_damage` is called with the name under which a damaged
    file was set aside.
    """

    def __init__(
        self,
        path: str,
        on_damage: Callable[[str], None] = lambda name: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._on_damage = on_damage
        self._clock = clock
        self._checked = False
        self._unsaved: deque[tuple[Watch, int]] = deque()

    @property
    def unsaved(self) -> int:
        """How many watches are in memory only because the disk would not take them."""
        return len(self._unsaved)

    def add(self, watch: Watch) -> None:
        """Commit a watch; it is kept in memory, too, until that has succeeded.

        Raises `Unwritable` when it could not be: `flush` tries again.
        """
        self._unsaved.append((watch, int(self._clock())))
        self.flush()

    def flush(self) -> None:
        """Write what the disk did not take before. Raises `Unwritable` when it still does not."""
        new = list(self._unsaved)
        if new:
            self._run(lambda db: _add(db, new))
            for _ in new:
                self._unsaved.popleft()

    def due(self, most: int = 500) -> list[Entry]:
        """The entries that wait to be sent, oldest first. Raises `Unwritable`."""
        return self._run(lambda db: _due(db, most))

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Store what became of entries, all of it or nothing. Raises `Unwritable`."""
        now = int(self._clock())
        rows = [
            (
                outcome.state,
                outcome.reason,
                now,
                outcome.item and encoded(outcome.item),
                outcome.entry.id,
            )
            for outcome in outcomes
        ]
        self._run(lambda db: _settle(db, rows, now))

    def counts(self) -> dict[str, int]:
        """How many entries are WAITING, SENT and PARKED. Raises `Unwritable`."""
        return self._run(ledger.counts)

    def reasons(self) -> dict[str, int]:
        """How many entries are parked for which reason. Raises `Unwritable`."""
        return self._run(ledger.reasons)

    def newest(self, state: str, most: int) -> list[Stored]:
        """The entries of a state, what was settled last first. Raises `Unwritable`."""
        return self._run(lambda db: ledger.newest(db, state, most))

    def retry(self, number: int) -> None:
        """Let a parked entry wait again. Raises `Unwritable`."""
        self._run(lambda db: db.execute(_RETRY, (WAITING, number, PARKED)))

    def forget(self, number: int) -> None:
        """Remove an entry, as the person wants it. Raises `Unwritable`."""
        self._run(lambda db: db.execute("DELETE FROM entry WHERE id = ?", (number,)))

    def choose(self, item: Item, simkl: int) -> None:
        """The film or the show of `item` is the one with that Simkl id, as the person says.

        What is not sent of it waits again under that id, and so will what is added. Raises
        `Unwritable`.
        """
        self._run(lambda db: choice.choose(db, item, simkl))

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction; begin a new file if this one turns out to be damaged."""
        try:
            try:
                return self._transact(work)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                LOG.error("the outbox is damaged: %s", error)
            self._begin_anew()
            return self._transact(work)
        except (sqlite3.OperationalError, OSError) as error:
            raise Unwritable(str(error)) from error

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with closing(sqlite3.connect(self._path, timeout=3, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            with db:
                if not self._checked:
                    _check(db)
                    self._checked = True
                _migrate(db)
                return work(db)

    def _begin_anew(self) -> None:
        """Set the damaged file aside under a dated name; carry over what waits and is legible."""
        name = self._path + time.strftime(".damaged-%Y%m%d-%H%M%S", time.gmtime(self._clock()))
        for suffix in ("-journal", ""):
            if os.path.exists(self._path + suffix):
                os.replace(self._path + suffix, name + suffix)
        self._checked = False
        rows = _salvage(name)
        self._transact(lambda db: _insert(db, rows))
        LOG.warning(
            "set it aside as %s, carried over %d entries", os.path.basename(name), len(rows)
        )
        self._on_damage(os.path.basename(name))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Malformed and foreign files raise the base class itself, other tables an OperationalError."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith("no such ")


def _check(db: sqlite3.Connection) -> None:
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _migrate(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for statements in _SCHEMA[version:]:
        for statement in statements:
            db.execute(statement)
    if version < len(_SCHEMA):
        db.execute(f"PRAGMA user_version = {len(_SCHEMA)}")


def _salvage(path: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    try:
        with closing(sqlite3.connect(path)) as db:
            for row in db.execute(f"SELECT {_NEW} FROM entry WHERE +state = ?", (WAITING,)):
                rows.append(row)
    except sqlite3.DatabaseError as error:
        LOG.debug("salvage ended after %d entries: %s", len(rows), error)
    return rows


def _add(db: sqlite3.Connection, watches: list[tuple[Watch, int]]) -> None:
    for watch, created_at in watches:
        chosen = watch._replace(item=choice.applied(db, watch.item))
        _insert(db, [_row(chosen, created_at)])


def _insert(db: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    db.executemany(f"INSERT OR IGNORE INTO entry ({_NEW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _row(watch: Watch, created_at: int) -> tuple[Any, ...]:
    named = _columns(watch.item)
    return (encoded(watch.item), *named, watch.watched_at, watch.source, created_at)


def _columns(item: Item) -> tuple[Any, ...]:
    """Kind, title, season and episode."""
    if isinstance(item, Episode):
        return ("episode", item.show.title, item.season, item.number)
    return ("movie", item.title, None, None)


def _due(db: sqlite3.Connection, most: int) -> list[Entry]:
    entries = []
    query = "SELECT id, item, watched_at, source FROM entry WHERE state = ? ORDER BY id LIMIT ?"
    for number, item, watched_at, source in db.execute(query, (WAITING, most)).fetchall():
        try:
            entries.append(Entry(number, Watch(from_json(json.loads(item)), watched_at, source)))
        except (ValueError, TypeError, KeyError, AttributeError):
            # Not ours, or from a newer version: it must not hold up the others.
            LOG.error("entry %d cannot be read, parked", number)
            db.execute(
                "UPDATE entry SET state = ?, reason = 'unreadable' WHERE id = ?", (PARKED, number)
            )
    return entries


def _settle(db: sqlite3.Connection, rows: list[tuple[Any, ...]], now: int) -> None:
    # OR REPLACE: a corrected item can turn out to be one that is there already.
    db.executemany(
        "UPDATE OR REPLACE entry SET state = ?, reason = ?, settled_at = ?, "
        "item = coalesce(?, item) WHERE id = ?",
        rows,
    )
    db.execute("DELETE FROM entry WHERE state = ? AND settled_at < ?", (SENT, now - _KEPT))
