"""One write per user at a time: rules 20 to 24."""

from __future__ import annotations

import threading
from collections import Counter

from .errors import refuse
from .switches import Switches

# Everything that takes the lock, the endpoints of later issues included.
WRITES = frozenset({
    "/sync/history", "/sync/history/remove", "/sync/add-to-list",
    "/sync/ratings", "/sync/ratings/remove", "/sync/watched",
})  # fmt: skip


def is_write(method: str, path: str) -> bool:
    """Whether a request takes the write lock; reads do not: rule 24."""
    path = path.rstrip("/")
    return method == "POST" and (path in WRITES or path.startswith("/scrobble/"))


class WriteLocks:
    """The locks of all users; they really wait, up to `lock_seconds`."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._writing: set[str] = set()
        self._waiting: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._stopped = False

    def acquire(self, user: str, path: str) -> None:
        """Wait for the user's running write: rule 20; another user's is no matter: rule 22."""
        with self._changed:
            self._waiting[user] += 1
            self._changed.notify_all()
            free = self._changed.wait_for(
                lambda: user not in self._writing or self._stopped, self._switches.lock_seconds
            )
            self._waiting[user] -= 1
            if free and not self._stopped:
                self._writing.add(user)
                self._changed.notify_all()
                return
        self._refuse(path)

    def _refuse(self, path: str) -> None:
        # Rule 21: the pages disagree about the word, so its case depends on the path.
        upper = path.startswith("/scrobble/")
        if self._switches.lock_word != "by_path":
            upper = self._switches.lock_word == "upper"
        refuse("RATE_LIMIT" if upper else "rate_limit", "Another write is running", status=400)

    def wait_for_writer(self, user: str, timeout: float, waiting: int = 0) -> bool:
        """For tests: wait until a write of the user runs and so many more wait for it."""
        with self._changed:
            return self._changed.wait_for(
                lambda: user in self._writing and self._waiting[user] >= waiting, timeout
            )

    def release(self, user: str) -> None:
        """The write has ended, and so does the lock: rule 23."""
        with self._changed:
            self._writing.discard(user)
            self._changed.notify_all()

    def stop(self, stopped: bool = True) -> None:
        """Let everyone go who waits, because the server stops; or begin again."""
        with self._changed:
            self._stopped = stopped
            self._changed.notify_all()
