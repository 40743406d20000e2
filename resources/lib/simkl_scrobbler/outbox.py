# SPDX-License-Identifier: MIT
"""The outbox: every act on disk from before it is sent until Simkl has said what became of it."""

from __future__ import annotations

import time
from collections import deque
from typing import Callable, Iterable

from . import anime, choice, entries, files, ledger, pinned, times
from .clock import Start, started
from .database import Database
from .history import WAITING, Entry, Outcome
from .ledger import Stored
from .media import Act, Item, Show
from .rewatch import Session
from .schema import SCHEMA


class Outbox:
    """The acts of one profile, in one file that all threads and scripts share.

    `on_damage` is called with the name under which a damaged file was set aside.
    """

    def __init__(
        self,
        path: str,
        on_damage: Callable[[str], None] = lambda name: None,
        clock: Callable[[], float] = time.time,
        start: Callable[[Callable[[], float]], Start] = started,
    ) -> None:
        self._database = Database(path, SCHEMA, entries.rescue, entries.insert, on_damage, clock)
        self._clock = clock
        self._start = start
        self._unsaved: deque[entries.Unsaved] = deque()

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
        now = times.Kept(int(self._clock()), self.start())
        self._unsaved.extend((act, now, doubt) for act in acts)
        self.flush()

    def flush(self) -> None:
        """Write what the disk did not take before. Raises `Unwritable` when it still does not."""
        new = list(self._unsaved)
        if new:
            self._database.run(lambda db: entries.add(db, new))
            for _ in new:
                self._unsaved.popleft()

    def now(self) -> float:
        """The UTC epoch second, as the clock of this device says."""
        return self._clock()

    def start(self) -> Start:
        """When this device was started, as its clock says now."""
        return self._start(self._clock)

    def latest(self) -> int:
        """The latest moment that the clock said here before, 0 if none. Raises `Unwritable`."""
        return self._database.run(times.latest)

    def set_right(self) -> int:
        """Let moments that the clock told before it was set be what it would have told.

        How many it were. Raises `Unwritable`.
        """
        start = self.start()
        return self._database.run(lambda db: times.set_right(db, start))

    def due(self, account: int = 0, most: int = 500) -> list[Entry]:
        """The entries that wait to be sent as this account, oldest first. Raises `Unwritable`."""
        return self._database.run(lambda db: entries.due(db, account, most))

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
        self._database.run(lambda db: entries.settle(db, known, now))

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
        self._database.run(lambda db: entries.retry(db, number))

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
