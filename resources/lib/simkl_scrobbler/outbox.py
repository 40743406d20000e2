# SPDX-License-Identifier: MIT
"""The outbox: every act on disk from before it is sent until Simkl has said what became of it."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from typing import Any, Callable, Iterable, Iterator, Tuple

from . import anime, choice, files, ledger, pinned
from .database import Database, Row
from .history import ANIME, ANIME_SPECIAL, PARKED, WAITING, Entry, Outcome
from .ledger import Stored
from .log import LOG
from .media import Act, Episode, Item, Movie, Removal, Show, Watch, label, read, written
from .rewatch import Session
from .schema import SCHEMA

_KEPT = 90 * 86400
"""Sent entries stay this long for display, in seconds."""

_NEW = "item, kind, title, season, episode, watched_at, source, created_at, account, attempted"
_PLACES = ", ".join("?" for _ in _NEW.split(", "))
# An act that is repeated after its opposite counts anew; else its moment would make it the old one.
_OVERTAKEN = """
    DELETE FROM entry WHERE item = ? AND watched_at = ?
    AND id < (SELECT max(id) FROM entry WHERE item = ?)
"""
_DOUBT = (
    "UPDATE entry SET state = ?, reason = ?, settled_at = ? "
    "WHERE item = ? AND watched_at = ? AND state = ?"
)
_BY_NUMBER = "by number"
_RETRY = (
    "UPDATE entry SET state = ?, reason = CASE reason WHEN ? THEN ? ELSE '' END, "
    "settled_at = NULL WHERE id = ? AND state = ?"
)

_Unsaved = Tuple[Act, int, str]
"""An act, when it was kept (UTC epoch seconds), and the doubt about it."""


class Outbox:
    """The acts of one profile, in one file that all threads and scripts share.

    `on_damage` is called with the name under which a damaged file was set aside.
    """

    def __init__(
        self,
        path: str,
        on_damage: Callable[[str], None] = lambda name: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = Database(path, SCHEMA, _rescue, _insert, on_damage, clock)
        self._clock = clock
        self._unsaved: deque[_Unsaved] = deque()

    @property
    def unsaved(self) -> int:
        """How many acts are in memory only because the disk would not take them."""
        return len(self._unsaved)

    def hurry(self) -> None:
        """Wait no longer for others that use the file: Kodi ends; from any thread."""
        self._database.hurry()

    def add(self, *acts: Act, doubt: str = "") -> None:
        """Commit acts together; they are kept in memory, too, until that has succeeded.

        With a `doubt` they are parked for that reason, unless the person has chosen before which
        title it is. Raises `Unwritable` when they could not be committed: `flush` tries again.
        """
        now = int(self._clock())
        self._unsaved.extend((act, now, doubt) for act in acts)
        self.flush()

    def flush(self) -> None:
        """Write what the disk did not take before. Raises `Unwritable` when it still does not."""
        new = list(self._unsaved)
        if new:
            self._database.run(lambda db: _add(db, new))
            for _ in new:
                self._unsaved.popleft()

    def due(self, account: int = 0, most: int = 500) -> list[Entry]:
        """The entries that wait to be sent as this account, oldest first. Raises `Unwritable`."""
        return self._database.run(lambda db: _due(db, account, most))

    def keep(self, account: int) -> None:
        """What waits now is sent as this account only. Raises `Unwritable`."""
        update = "UPDATE entry SET account = ? WHERE state = ? AND account IS NULL"
        self._database.run(lambda db: db.execute(update, (account, WAITING)))

    def discard(self) -> None:
        """What waits now is never sent, save what is kept for an account. Raises `Unwritable`."""
        delete = "DELETE FROM entry WHERE state = ? AND account IS NULL"
        self._database.run(lambda db: db.execute(delete, (WAITING,)))

    def hand_over(self) -> None:
        """What waits now may be another's: for them nothing of it is about a rewatch.

        Save what is kept for an account. Raises `Unwritable`.
        """
        self._database.run(pinned.hand_over)

    def waiting(self) -> int:
        """How much waits and is kept for no account. Raises `Unwritable`."""
        count = "SELECT count(*) FROM entry WHERE state = ? AND account IS NULL"
        return int(self._database.run(lambda db: db.execute(count, (WAITING,)).fetchone())[0])

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Store what became of entries, all of it or nothing. Raises `Unwritable`."""
        now, known = int(self._clock()), list(outcomes)
        rows = [
            (
                outcome.state,
                outcome.reason,
                now,
                outcome.item and written(choice.with_item(outcome.entry.act, outcome.item)),
                outcome.entry.id,
            )
            for outcome in known
        ]
        are_anime = [each.entry.act.item for each in known if each.reason.startswith(ANIME)]
        self._database.run(lambda db: _settle(db, rows, are_anime, now))

    def counts(self) -> dict[str, int]:
        """How many entries are WAITING, SENT and PARKED. Raises `Unwritable`."""
        return self._database.run(ledger.counts)

    def reasons(self) -> dict[str, int]:
        """How many entries are parked for which reason. Raises `Unwritable`."""
        return self._database.run(ledger.reasons)

    def newest(self, state: str, most: int) -> list[Stored]:
        """The entries of a state, what was settled last first. Raises `Unwritable`."""
        return self._database.run(lambda db: ledger.newest(db, state, most))

    def retry(self, number: int) -> None:
        """Let a parked entry wait again; a special of an anime goes by its number then.

        Raises `Unwritable`.
        """
        values = (WAITING, ANIME_SPECIAL, _BY_NUMBER, number, PARKED)
        self._database.run(lambda db: db.execute(_RETRY, values))

    def forget(self, number: int) -> None:
        """Remove an entry, as the person wants it. Raises `Unwritable`."""
        self._database.run(lambda db: db.execute("DELETE FROM entry WHERE id = ?", (number,)))

    def choose(self, item: Item | Show, simkl: int) -> None:
        """The film or the show of `item` is the one with that Simkl id, as the person says.

        What is not sent of it waits again under that id, and so will what is added. Raises
        `Unwritable`.
        """
        self._database.run(lambda db: choice.choose(db, item, simkl))

    def chosen(self, item: Item | Show) -> int:
        """The Simkl id that was chosen for its title, 0 if none was. Raises `Unwritable`."""
        return self._database.run(lambda db: choice.chosen(db, item))

    def is_anime(self, item: Item | Show) -> bool:
        """Whether its show is known to be an anime. Raises `Unwritable`."""
        return self._database.run(lambda db: anime.known(db, item))

    def remember_anime(self, item: Item | Show) -> None:
        """Simkl has its show as an anime. Raises `Unwritable`."""
        self._database.run(lambda db: anime.remember(db, item))

    def remember_file(self, name: str, item: Item | None) -> None:
        """What Simkl took a file for, None: for nothing. Raises `Unwritable`."""
        now = int(self._clock())
        self._database.run(lambda db: files.remember(db, name, item, now))

    def recall_file(self, name: str) -> tuple[bool, Item | None]:
        """Whether Simkl need not be asked what a file is, and what it said. Raises `Unwritable`."""
        now = int(self._clock())
        return self._database.run(lambda db: files.recall(db, name, now))

    def session(self, account: int, item: Item | Show) -> Session | None:
        """What is known of rewatches of the film or the show. Raises `Unwritable`."""
        return self._database.run(lambda db: pinned.of(db, account, item))

    def sessions(self, account: int, item: Item | Show) -> list[Session]:
        """All of them, of anime one for each season. Raises `Unwritable`."""
        return self._database.run(lambda db: pinned.all_of(db, account, item))

    def pin(self, account: int, session: Session, begins: bool = False) -> None:
        """Remember a session; one that `begins` is all there is of its title.

        Raises `Unwritable`.
        """
        pin = pinned.begin if begins else pinned.pin
        self._database.run(lambda db: pin(db, account, session))

    def attempt(self, number: int, newest: str, moment: int) -> None:
        """Note Simkl's newest moment before an entry is first sent, and the entry's own.

        Raises `Unwritable`.
        """
        self._database.run(lambda db: pinned.attempt(db, number, newest, moment))

    def attempted(self, number: int) -> str | None:
        """What was noted then; None of an entry that was never sent. Raises `Unwritable`."""
        return self._database.run(lambda db: pinned.attempted(db, number))

    def watched_near(self, item: Item, moment: int, seconds: int) -> bool:
        """Whether another watch of it was sent that lies so near. Raises `Unwritable`."""
        return self._database.run(lambda db: pinned.near(db, item, moment, seconds))

    def last_watched(self, item: Item, moment: int) -> int | None:
        """The last moment before this at which we know it to be watched. Raises `Unwritable`."""
        return self._database.run(lambda db: pinned.last(db, item, moment))


def _rescue(db: sqlite3.Connection) -> Iterator[Row]:
    """What waits in a damaged file; a column that its schema did not have yet is empty."""
    db.row_factory = sqlite3.Row
    # The + keeps SQLite from the index, which may be what is damaged.
    for row in db.execute("SELECT * FROM entry WHERE +state = ?", (WAITING,)):
        known = dict(row)
        yield tuple(known.get(name) for name in _NEW.split(", "))


def _add(db: sqlite3.Connection, acts: list[_Unsaved]) -> None:
    for act, created_at, doubt in acts:
        chosen = choice.with_item(act, choice.applied(db, act.item))
        if isinstance(chosen, Watch):
            _overtake(db, chosen, Removal(*chosen))
        elif isinstance(chosen, Removal):
            _overtake(db, chosen, Watch(*chosen))
            pinned.unseen(db, chosen.item)
        row = _row(chosen, created_at)
        _insert(db, [row])
        if doubt and chosen.item == act.item:
            db.execute(_DOUBT, (PARKED, doubt, created_at, row[0], chosen[1], WAITING))


def _overtake(db: sqlite3.Connection, act: Watch | Removal, opposite: Act) -> None:
    db.execute(_OVERTAKEN, (written(act), act[1], written(opposite)))


def _insert(db: sqlite3.Connection, rows: list[Row]) -> None:
    db.executemany(f"INSERT OR IGNORE INTO entry ({_NEW}) VALUES ({_PLACES})", rows)


def _row(act: Act, created_at: int) -> tuple[Any, ...]:
    item, moment, source = act[:3]
    return (written(act), *_columns(item), moment, source, created_at, None, None)


def _columns(item: Item | Show) -> tuple[Any, ...]:
    """Kind, title, season and episode."""
    if isinstance(item, Episode):
        return ("episode", item.show.title, item.season, item.number)
    return ("movie" if isinstance(item, Movie) else "show", item.title, None, None)


def _due(db: sqlite3.Connection, account: int, most: int) -> list[Entry]:
    entries = []
    query = (
        "SELECT id, reason, item, watched_at, source FROM entry WHERE state = ? "
        "AND (account IS NULL OR account = ?) ORDER BY id LIMIT ?"
    )
    rows = db.execute(query, (WAITING, account, most)).fetchall()
    for number, reason, text, moment, source in rows:
        try:
            act = read(text, int(moment), source)
            # What has no name or cannot be compared would fail later, in one batch with the others.
            _ = label(act.item), hash(act)
            entries.append(Entry(number, act, reason == _BY_NUMBER))
        except (ValueError, TypeError, KeyError, AttributeError):
            # Not ours, or from a newer version: it must not hold up the others.
            LOG.error("entry %d cannot be read, parked", number)
            db.execute(
                "UPDATE entry SET state = ?, reason = 'unreadable' WHERE id = ?", (PARKED, number)
            )
    return entries


def _settle(
    db: sqlite3.Connection, rows: list[tuple[Any, ...]], are_anime: list[Item | Show], now: int
) -> None:
    for item in are_anime:
        anime.remember(db, item)
    # OR REPLACE: a corrected item can turn out to be one that is there already.
    db.executemany(
        "UPDATE OR REPLACE entry SET state = ?, reason = ?, settled_at = ?, "
        "item = coalesce(?, item) WHERE id = ?",
        rows,
    )
    ledger.tidy(db, now - _KEPT)
