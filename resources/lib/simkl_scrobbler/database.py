# SPDX-License-Identifier: MIT
"""One SQLite file that several threads and processes use, and that may be damaged or locked."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from typing import Any, Callable, Iterable, Iterator, Sequence, TypeVar

from .log import LOG

T = TypeVar("T")
Row = Sequence[Any]

# For so many seconds others may keep us from the file; after each of the short ones we look whether
# Kodi ends.
_PATIENCE, _AT_A_TIME = 3.0, 0.25


class Unwritable(Exception):
    """The disk is full, read-only or busy; what was to be written is still with the caller."""


class Database:
    """Transactions in the file at `path`, which is opened anew for each of them.

    Whoever else uses, replaces or deletes it is seen at once, and no connection is bound to a
    thread. `schema` holds the statements that lead from version n to n + 1; they only ever add, so
    that an older add-on can work with a newer file. Of a damaged file `rescue` reads what matters,
    `restore` writes it into a new one, and `on_damage` is called with the name under which the
    damaged one was set aside.
    """

    def __init__(
        self,
        path: str,
        schema: Sequence[Sequence[str]],
        rescue: Callable[[sqlite3.Connection], Iterable[Row]],
        restore: Callable[[sqlite3.Connection, list[Row]], None],
        on_damage: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._path = path
        self._fresh = path + ".new"
        self._schema = schema
        self._rescue = rescue
        self._restore = restore
        self._on_damage = on_damage
        self._clock = clock
        self._lock = threading.Lock()
        self._checked = False
        self._hurried = False

    def hurry(self) -> None:
        """Wait no longer for others that use the file: Kodi ends; from any thread."""
        self._hurried = True

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction; begin a new file if this one turns out to be damaged.

        Raises `Unwritable`.
        """
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
            self._migrate(db)
            return work(db)

    def _begin_anew(self) -> None:
        """Set the damaged file aside under a dated name; carry over what waits and is legible.

        The damaged file stays in its place until the new one is complete: what a full disk or a
        kill interrupts is begun again.
        """
        self._checked = False
        found = _state(self._path)
        rows = _salvage(self._path, self._rescue)
        _remove(self._fresh)
        with _transaction(self._fresh) as db:
            self._migrate(db)
            self._restore(db, rows)
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

    def _migrate(self, db: sqlite3.Connection) -> None:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        for statements in self._schema[version:]:
            for statement in statements:
                db.execute(statement)
        if version < len(self._schema):
            db.execute(f"PRAGMA user_version = {len(self._schema)}")


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


def _salvage(path: str, rescue: Callable[[sqlite3.Connection], Iterable[Row]]) -> list[Row]:
    rows: list[Row] = []
    try:
        with closing(sqlite3.connect(path, timeout=_AT_A_TIME)) as db:
            for row in rescue(db):
                rows.append(row)
    except sqlite3.DatabaseError as error:
        if _is_busy(error):
            raise
        LOG.debug("salvage ended after %d entries: %s", len(rows), error)
    return rows
