# SPDX-License-Identifier: MIT
"""The outbox: every watch on disk from before it is sent until Simkl has said what became of it."""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
import threading
import time
from collections import deque
from contextlib import closing, contextmanager
from typing import Any, Callable, Iterable, Iterator, TypeVar

from .history import PARKED, SENT, WAITING, Entry, Outcome
from .media import Episode, Item, Watch, from_json, label

LOG = logging.getLogger(__name__)
T = TypeVar("T")

_KEPT = 90 * 86400
"""Sent entries stay this long for display, in seconds."""
# For so many seconds others may keep us from the file; after each of the short ones we look whether
# Kodi ends.
_PATIENCE, _AT_A_TIME = 3.0, 0.25

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
        # Each file counts from somewhere else: an outcome that was waited for while the file was
        # begun anew must not fall on the entry that has got the old one's number.
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', abs(random() % 1000000000000))",
        "CREATE INDEX entry_by_state ON entry (state, id)",
        """
        CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
        created_at FROM entry ORDER BY id
        """,
    ),
    # The only account that an entry may be sent as; NULL: whoever is signed in.
    ("ALTER TABLE entry ADD COLUMN account INTEGER",),
)
_NEW = "item, kind, title, season, episode, watched_at, source, created_at, account"


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
        self._fresh = path + ".new"
        self._on_damage = on_damage
        self._clock = clock
        self._lock = threading.Lock()
        self._checked = False
        self._hurried = False
        self._unsaved: deque[tuple[Watch, int]] = deque()

    @property
    def unsaved(self) -> int:
        """How many watches are in memory only because the disk would not take them."""
        return len(self._unsaved)

    def hurry(self) -> None:
        """Wait no longer for others that use the file: Kodi ends; from any thread."""
        self._hurried = True

    def add(self, watch: Watch) -> None:
        """Commit a watch; it is kept in memory, too, until that has succeeded.

        Raises `Unwritable` when it could not be: `flush` tries again.
        """
        self._unsaved.append((watch, int(self._clock())))
        self.flush()

    def flush(self) -> None:
        """Write what the disk did not take before. Raises `Unwritable` when it still does not."""
        rows = [_row(watch, created_at) for watch, created_at in self._unsaved]
        if rows:
            self._run(lambda db: _insert(db, rows))
            for _ in rows:
                self._unsaved.popleft()

    def due(self, account: int = 0, most: int = 500) -> list[Entry]:
        """The entries that wait to be sent as this account, oldest first. Raises `Unwritable`."""
        return self._run(lambda db: _due(db, account, most))

    def keep(self, account: int) -> None:
        """What waits now is sent as this account only. Raises `Unwritable`."""
        update = "UPDATE entry SET account = ? WHERE state = ? AND account IS NULL"
        self._run(lambda db: db.execute(update, (account, WAITING)))

    def discard(self) -> None:
        """What waits now is never sent, save what is kept for an account. Raises `Unwritable`."""
        delete = "DELETE FROM entry WHERE state = ? AND account IS NULL"
        self._run(lambda db: db.execute(delete, (WAITING,)))

    def waiting(self) -> int:
        """How much waits and is kept for no account. Raises `Unwritable`."""
        count = "SELECT count(*) FROM entry WHERE state = ? AND account IS NULL"
        return int(self._run(lambda db: db.execute(count, (WAITING,)).fetchone())[0])

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Store what became of entries, all of it or nothing. Raises `Unwritable`."""
        now = int(self._clock())
        rows = [
            (
                outcome.state,
                outcome.reason,
                now,
                outcome.item and _encode(outcome.item),
                outcome.entry.id,
            )
            for outcome in outcomes
        ]
        self._run(lambda db: _settle(db, rows, now))

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction; begin a new file if this one turns out to be damaged."""
        try:
            # A thread that found the file damaged, too, would begin anew what was just begun.
            with self._lock:
                try:
                    return self._transact(work)
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    LOG.error("the outbox is damaged: %s", error)
                self._begin_anew()
                return self._transact(work)
        except (sqlite3.Error, OSError) as error:
            raise Unwritable(str(error)) from error

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._try(work)
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or self._hurried or time.monotonic() > until:
                    raise

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if not self._checked and not os.path.exists(self._path) and os.path.exists(self._fresh):
            # Kodi was killed when the damaged file had made room for the new one.
            os.replace(self._fresh, self._path)
        with _transaction(self._path) as db:
            if not self._checked:
                _check(db)
                self._checked = True
            _migrate(db)
            return work(db)

    def _begin_anew(self) -> None:
        """Set the damaged file aside under a dated name; carry over what waits and is legible.

        The damaged file stays in its place until the new one is complete: what a full disk or a
        kill interrupts is begun again.
        """
        self._checked = False
        found = _state(self._path)
        rows = _salvage(self._path)
        _remove(self._fresh)
        with _transaction(self._fresh) as db:
            _migrate(db)
            _insert(db, rows)
        if _state(self._path) != found:
            # Another process was quicker, or has still written to it: see again what is there.
            return
        name = self._path + time.strftime(".damaged-%Y%m%d-%H%M%S", time.gmtime(self._clock()))
        # The journal first: left behind, it would be taken for one of the new file.
        for suffix in ("-journal", ""):
            if os.path.exists(self._path + suffix):
                os.replace(self._path + suffix, name + suffix)
        os.replace(self._fresh, self._path)
        LOG.warning(
            "set it aside as %s, carried over %d entries", os.path.basename(name), len(rows)
        )
        self._on_damage(os.path.basename(name))


@contextmanager
def _transaction(path: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=_AT_A_TIME, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with db:
            yield db


def _state(path: str) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _remove(path: str) -> None:
    for name in (path + "-journal", path):
        if os.path.exists(name):
            os.remove(name)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Malformed and foreign files raise the base class itself, other tables an OperationalError."""
    foreign = re.match("no such |table .* already exists", str(error))
    return type(error) is sqlite3.DatabaseError or foreign is not None


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return str(error).startswith("database is locked")


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
        with closing(sqlite3.connect(path, timeout=_AT_A_TIME)) as db:
            db.row_factory = sqlite3.Row
            for row in db.execute("SELECT * FROM entry WHERE +state = ?", (WAITING,)):
                known = dict(row)
                # A column that the schema of that file did not have yet is empty.
                rows.append(tuple(known.get(name) for name in _NEW.split(", ")))
    except sqlite3.DatabaseError as error:
        if _is_busy(error):
            raise
        LOG.debug("salvage ended after %d entries: %s", len(rows), error)
    return rows


def _insert(db: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    db.executemany(f"INSERT OR IGNORE INTO entry ({_NEW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _row(watch: Watch, created_at: int) -> tuple[Any, ...]:
    item = watch.item
    if isinstance(item, Episode):
        named: tuple[Any, ...] = ("episode", item.show.title, item.season, item.number)
    else:
        named = ("movie", item.title, None, None)
    return (_encode(item), *named, watch.watched_at, watch.source, created_at, None)


def _encode(item: Item) -> str:
    import simplejson  # noqa: PLC0415 -- costs more than the rest of this module; nothing is encoded at start

    encoded: str = simplejson.dumps(item, sort_keys=True)
    return encoded


def _due(db: sqlite3.Connection, account: int, most: int) -> list[Entry]:
    entries = []
    query = (
        "SELECT id, item, watched_at, source FROM entry WHERE state = ? "
        "AND (account IS NULL OR account = ?) ORDER BY id LIMIT ?"
    )
    for number, item, watched_at, source in db.execute(query, (WAITING, account, most)).fetchall():
        try:
            watch = Watch(from_json(json.loads(item)), int(watched_at), source)
            # What has no name or cannot be compared would fail later, in one batch with the others.
            _ = label(watch.item), hash(watch)
            entries.append(Entry(number, watch))
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
