"""A user's lists, watches and activity stamps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .catalogue import Episode, Title
from .clock import Clock
from .sessions import Session, Sessions

BLOCKS = {"movie": "movies", "tv": "tv_shows", "anime": "anime"}


@dataclass
class Entry:
    """One title in a user's library."""

    title: Title
    added_at: str
    changed_at: str
    moved_at: str
    status: str = ""
    watched_at: str | None = None
    episodes: dict[tuple[int, int], str] = field(default_factory=dict)
    rating: int | None = None
    rated_at: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    sessions: Sessions = field(default_factory=Sessions)

    def time_of(self, episode: Episode | None) -> str | None:
        """When the film, or that episode, was first watched."""
        return self.watched_at if episode is None else self.episodes.get(episode.key)

    @property
    def last_watched_at(self) -> str | None:
        """The newest watch of the title."""
        return max([*self.episodes.values(), *filter(None, [self.watched_at])], default=None)

    @property
    def complete(self) -> bool:
        """An ended title with every regular episode watched: rules 76 and 86."""
        if self.title.is_film:
            return self.watched_at is not None
        regular = self.title.regular
        seen = all(episode.key in self.episodes for episode in regular)
        return self.title.status == "ended" and bool(regular) and seen


class Library:
    """What one user has listed and watched."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: dict[int, Entry] = {}
        self.stamps: dict[tuple[str, str], str] = {}
        self.watches: list[dict[str, Any]] = []
        self.repeats: list[dict[str, Any]] = []
        self.removals: list[dict[str, Any]] = []
        self.rewatches: list[dict[str, Any]] = []
        self._kept: dict[int, Entry] = {}

    def status_of(self, title: Title) -> str | None:
        """The list the title is in."""
        entry = self.entries.get(title.simkl)
        return entry.status if entry else None

    def enlist(self, title: Title) -> tuple[Entry, bool]:
        """The entry of a title, and whether it is new."""
        if title.simkl in self.entries:
            return self.entries[title.simkl], False
        now = self._clock.stamp()
        entry = Entry(title, added_at=now, changed_at=now, moved_at=now)
        kept = self._kept.pop(title.simkl, entry)
        entry.episodes, entry.sessions = kept.episodes, kept.sessions
        self.entries[title.simkl] = entry
        return entry, True

    def stamp(self, title: Title, key: str) -> None:
        """Move an activity stamp: rule 162."""
        if key:
            self.stamps[(BLOCKS[title.type], key)] = self._clock.stamp()

    def move(self, entry: Entry, status: str) -> None:
        """Put an entry into a list; both lists' stamps move."""
        if entry.status == status:
            return
        self.stamp(entry.title, entry.status)
        entry.status = status
        entry.moved_at = self._clock.stamp()
        self.touch(entry)

    def touch(self, entry: Entry) -> None:
        """The entry changed within its list."""
        entry.changed_at = self._clock.stamp()
        self.stamp(entry.title, entry.status)

    def watch(
        self, entry: Entry, episode: Episode | None, at: str, *, filled: bool, replace: bool = False
    ) -> bool:
        """Store a watch; False, and no change, when it was watched already: rules 61 and 66."""
        event = self._event(entry.title, episode, at, filled)
        if entry.time_of(episode) is not None:
            self.repeats.append(event)
            if replace:
                self._set(entry, episode, at)
            return False
        self.watches.append(event)
        self._set(entry, episode, at)
        return True

    def repeat(self, entry: Entry, episode: Episode | None, at: str) -> None:
        """Write down a watch that changes nothing."""
        self.repeats.append(self._event(entry.title, episode, at, False))

    def rewatch(self, entry: Entry, session: Session, episode: Episode | None, at: str) -> None:
        """Write down a watch that went into a session."""
        event = self._event(entry.title, episode, at, False)
        self.rewatches.append({**event, "rewatch_id": session.rewatch_id})
        self.touch(entry)

    def _set(self, entry: Entry, episode: Episode | None, at: str) -> None:
        if episode is None:
            entry.watched_at = at
        else:
            entry.episodes[episode.key] = at
        self.touch(entry)

    def _event(
        self, title: Title, episode: Episode | None, at: str, filled: bool
    ) -> dict[str, Any]:
        return {
            "type": "movie" if episode is None else "episode",
            **_names(title, episode),
            "watched_at": at,
            "filled": filled,
            "stored_at": self._clock.stamp(),
        }

    def unmark(self, entry: Entry, episode: Episode) -> bool:
        """Forget the watch of an episode; False when there was none: rules 105 and 107."""
        if episode.key not in entry.episodes:
            return False
        at = entry.episodes.pop(episode.key)
        self._removed("episode", entry.title, episode, at)
        self.touch(entry)
        return True

    def remove(self, entry: Entry, *, keep: bool) -> None:
        """Rules 103 and 104: all of the title goes; rule 110: its episodes may come back."""
        title = entry.title
        del self.entries[title.simkl]
        if keep:
            self._kept[title.simkl] = entry
        kind = "movie" if title.is_film else "show"
        self._removed(kind, title, None, entry.last_watched_at)
        for key in (entry.status, "removed_from_list", "rated_at" if entry.rating else ""):
            self.stamp(title, key)

    def _removed(self, kind: str, title: Title, episode: Episode | None, at: str | None) -> None:
        self.removals.append({
            "type": kind,
            **_names(title, episode),
            "watched_at": at,
            "stored_at": self._clock.stamp(),
        })  # fmt: skip

    def rate(self, entry: Entry, rating: int) -> None:
        """Rule 93."""
        entry.rating, entry.rated_at = rating, self._clock.stamp()
        self.stamp(entry.title, "rated_at")

    def elsewhere(
        self, order: str, simkl: int, rewatch_id: int | None = None, prefilled: bool = False
    ) -> int:
        """Start, close or resume a session on simkl.com; the latter two take the newest one.

        Section 5.4: sessions begun there can be filled with what was seen before.
        """
        entry = self.entries[simkl]
        if order == "start":
            session = entry.sessions.start(self._clock.stamp(), "site")
            session.episodes.update(entry.episodes if prefilled else {})
        else:
            session = entry.sessions.chosen(rewatch_id)
            entry.sessions.order(order, session)
        self.touch(entry)
        return session.rewatch_id

    @property
    def watched(self) -> list[dict[str, Any]]:
        """What stands as watched now, title by title, in the order of the episodes."""
        rows = []
        for entry in self.entries.values():
            if entry.watched_at is not None:
                rows.append({**_names(entry.title, None), "watched_at": entry.watched_at})
            for episode in entry.title.episodes:
                if episode.key in entry.episodes:
                    at = entry.episodes[episode.key]
                    rows.append({**_names(entry.title, episode), "watched_at": at})
        return rows

    @property
    def sessions(self) -> list[dict[str, Any]]:
        """Every rewatch session, title by title, the oldest first."""
        return [
            {
                "simkl": entry.title.simkl,
                "title": entry.title.title,
                "simkl_type": entry.title.type,
                **session.as_dict(),
            }
            for entry in self.entries.values()
            for session in entry.sessions.all
        ]

    def as_dict(self) -> dict[str, Any]:
        """The library for the state answer."""
        rows = []
        for entry in self.entries.values():
            row = asdict(entry)
            row["title"] = {"simkl": entry.title.simkl, "title": entry.title.title}
            row["episodes"] = [
                {"season": season, "episode": number, "watched_at": at}
                for (season, number), at in sorted(entry.episodes.items())
            ]
            row["sessions"] = [session.as_dict() for session in entry.sessions.all]
            rows.append(row)
        stamps = {f"{block}.{key}": at for (block, key), at in sorted(self.stamps.items())}
        return {"entries": rows, "stamps": stamps}


def _names(title: Title, episode: Episode | None) -> dict[str, Any]:
    return {
        "title": title.title,
        "year": title.year,
        "season": episode.season if episode else None,
        "episode": episode.number if episode else None,
        "simkl": title.simkl,
        "simkl_type": title.type,
        "tvdb_season": episode.tvdb_season if episode else None,
        "tvdb_episode": episode.tvdb_number if episode else None,
    }
