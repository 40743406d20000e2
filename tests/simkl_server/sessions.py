# SPDX-License-Identifier: MIT
"""The rewatch sessions of one title: section 5.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .catalogue import Episode
from .clock import parse_utc

GAP = timedelta(hours=48)
# Every title counts from here: the reference keys sessions by title and id, so must a client.
FIRST_ID = 31_007


@dataclass
class Session:
    """One rewatch of a title; a film's holds a moment, a show's its episodes."""

    rewatch_id: int
    started_at: str
    status: str = "active"
    origin: str = "api"  # or "site": begun by a person on another device
    watched_at: str | None = None
    episodes: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def last_watched_at(self) -> str | None:
        """The last event of the session."""
        return max([*self.episodes.values(), *filter(None, [self.watched_at])], default=None)

    def time_of(self, episode: Episode | None) -> str | None:
        """When the session has the film, or that episode."""
        return self.watched_at if episode is None else self.episodes.get(episode.key)

    def put(self, episode: Episode | None, at: str) -> None:
        """Hold a watch of the film or of an episode; a known one gets the new moment."""
        if episode is None:
            self.watched_at = at
        else:
            self.episodes[episode.key] = at

    def as_dict(self) -> dict[str, Any]:
        """The session for the state answer."""
        return {
            "rewatch_id": self.rewatch_id,
            "rewatch_status": self.status,
            "origin": self.origin,
            "started_at": self.started_at,
            "last_watched_at": self.last_watched_at,
            "watched_at": self.watched_at,
            "episodes": [
                {"season": season, "episode": number, "watched_at": at}
                for (season, number), at in sorted(self.episodes.items())
            ],
        }


class Sessions:
    """All sessions of a title, the oldest first; at most one is active."""

    def __init__(self) -> None:
        self.all: list[Session] = []

    @property
    def active(self) -> Session | None:
        """The running session."""
        return next((one for one in self.all if one.status == "active"), None)

    def find(self, rewatch_id: Any) -> Session | None:
        """The session of that id."""
        return next((one for one in self.all if one.rewatch_id == rewatch_id), None)

    def chosen(self, rewatch_id: int | None) -> Session:
        """The session of that id, the newest without one; KeyError when there is none."""
        found = self.find(rewatch_id) if rewatch_id is not None else next(reversed(self.all), None)
        if found is None:
            raise KeyError(rewatch_id)
        return found

    def order(self, order: str, session: Session) -> None:
        """A person closes or resumes a session."""
        if order == "resume":
            self.activate(session)
        elif order == "close" and session.status != "completed":
            session.status = "closed"
        elif order != "close":
            raise ValueError(f"nobody can {order} a rewatch")

    def ended_at(self, last_watched_at: str | None) -> Session | None:
        """The session whose last event is of that moment: the only way to a finished one."""
        if last_watched_at is None:
            return None
        return next((one for one in self.all if one.last_watched_at == last_watched_at), None)

    def near(self, episode: Episode | None, at: str) -> Session | None:
        """The newest session that has the film or episode within 48 h of that moment."""
        return next((o for o in reversed(self.all) if too_close(o.time_of(episode), at)), None)

    def start(self, at: str, origin: str = "api") -> Session:
        """A new active session; the former one is closed and keeps what it has: rule 119."""
        session = Session(FIRST_ID + len(self.all), started_at=at, origin=origin)
        self.all.append(session)
        self.activate(session)
        return session

    def activate(self, session: Session) -> None:
        """Start or resume; there is never a second active session: rule 119."""
        if self.active is not None:
            self.active.status = "closed"
        session.status = "active"


def too_close(one: str | None, other: str) -> bool:
    """Section 5.3: whether two watches are not more than 48 h apart, whichever is the earlier."""
    return one is not None and abs(parse_utc(one) - parse_utc(other)) <= GAP
