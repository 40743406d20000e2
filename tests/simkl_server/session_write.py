# SPDX-License-Identifier: MIT
"""One item of a flagged write going into the sessions of its title: sections 5.2 and 5.3."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .catalogue import Episode
from .clock import Clock
from .history_form import watch_time
from .library import Entry, Library
from .sessions import Session, too_close
from .switches import Switches


class SessionWrite:
    """Finds or starts the session an item means, and puts its watches in."""

    def __init__(
        self, library: Library, clock: Clock, switches: Switches, entry: Entry, item: dict[str, Any]
    ) -> None:
        self._library = library
        self._clock = clock
        self._switches = switches
        self._entry = entry
        self._item = item
        self._pinned = entry.sessions.find(item.get("rewatch_id"))
        self._session = self._pinned or self._unpinned()
        self._melted: Session | None = None
        self.stored = 0

    @property
    def lost(self) -> bool:
        """The item names a session that the title does not have; no source says what then."""
        named = self._item.get("rewatch_id") is not None
        return named and not self._pinned and self._switches.unknown_rewatch_id == "refused"

    @property
    def unpinned_into(self) -> Session | None:
        """The session that an item goes into without naming its id."""
        return None if self._pinned else self._session

    def _unpinned(self) -> Session | None:
        """Section 5.2: the active session, or a finished one by its last moment."""
        sessions = self._entry.sessions
        # Section 1.10: a repeated start of an empty session forks.
        if _starts_anew(self._item) and self._switches.empty_session_repeat == "forks":
            return None
        return sessions.active or sessions.ended_at(self._item.get("last_watched_at"))

    def store(self, episode: Episode | None, times: tuple[Any, ...]) -> None:
        """Put in one watch; a refused one is Simkl's no-op: rules 113, 118 and 123."""
        at = watch_time(self._clock, self._switches, *times)
        canonical = self._entry.time_of(episode)
        near = self._entry.sessions.near(episode, at)
        timeless = all(time is None for time in times)
        if timeless and self._switches.rewatch_without_time == "refused":
            near, canonical = None, at
        if too_close(canonical, at):
            self._library.repeat(self._entry, episode, at)
        elif near is not None:
            self._melt(near, episode, at)
        else:
            self._add(episode, at)

    def _melt(self, near: Session, episode: Episode | None, at: str) -> None:
        """Section 5.3: the count stays, the last moment follows."""
        near.put(episode, at)
        self._melted = near
        self._library.repeat(self._entry, episode, at)
        self._library.touch(self._entry)

    def _add(self, episode: Episode | None, at: str) -> None:
        session = self._session
        if session is None or self._seen_in(session, episode):
            session = self.start()
        if session is None:
            self._library.repeat(self._entry, episode, at)
            return
        session.put(episode, at)
        self.stored += 1
        self._library.rewatch(self._entry, session, episode, at)

    def _seen_in(self, session: Session, episode: Episode | None) -> bool:
        """Rule 123; of the same with an id no source speaks."""
        moved = session is self._pinned and self._switches.pinned_repeat == "moved"
        return not moved and session.time_of(episode) is not None

    def start(self) -> Session | None:
        """A new session, unless there are too many already: section 5.3."""
        sessions, limit = self._entry.sessions, self._switches.max_sessions
        if self._switches.session_cap == "enforced" and len(sessions.all) >= limit:
            return None
        self._session = sessions.start(self._clock.stamp())
        self._library.touch(self._entry)
        return self._session

    def finish(self, now: datetime) -> Session | None:
        """The session the item went into, in the state it is then in: rules 119 to 122."""
        session, asked = self._session, self._item.get("rewatch_status")
        if session is None:
            return self._melted
        before = session.status
        if self._covered(session, now):  # rule 122
            session.status = "completed"
        elif asked == "active" and before != "active":
            self._entry.sessions.activate(session)
        elif asked in ("closed", "completed") and before != "completed":  # rules 120 and 121
            session.status = "closed"
        if session.status != before:
            self._library.touch(self._entry)
        return session

    def _covered(self, session: Session, now: datetime) -> bool:
        """Rule 122: every aired regular episode; a film's session is complete at once."""
        if self._entry.title.is_film:
            return session.watched_at is not None
        aired = [episode for episode in self._entry.title.regular if episode.aired(now)]
        return bool(aired) and all(episode.key in session.episodes for episode in aired)


def _starts_anew(item: dict[str, Any]) -> bool:
    bare = not item.get("seasons") and not item.get("episodes")
    return bool(item.get("is_rewatch")) and bare and item.get("rewatch_status") in (None, "active")
