"""A user's lists, watches and activity stamps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .catalogue import Episode, Title
from .clock import Clock

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
        known = entry.watched_at if episode is None else entry.episodes.get(episode.key)
        if known is not None:
            self.repeats.append(event)
            if replace:
                self._set(entry, episode, at)
            return False
        self.watches.append(event)
        self._set(entry, episode, at)
        return True

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
            "title": title.title,
            "year": title.year,
            "season": episode.season if episode else None,
            "episode": episode.number if episode else None,
            "watched_at": at,
            "simkl": title.simkl,
            "simkl_type": title.type,
            "tvdb_season": episode.tvdb_season if episode else None,
            "tvdb_episode": episode.tvdb_number if episode else None,
            "filled": filled,
            "stored_at": self._clock.stamp(),
        }

    def rate(self, entry: Entry, rating: int) -> None:
        """Rule 93."""
        entry.rating, entry.rated_at = rating, self._clock.stamp()
        self.stamp(entry.title, "rated_at")

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
            rows.append(row)
        stamps = {f"{block}.{key}": at for (block, key), at in sorted(self.stamps.items())}
        return {"entries": rows, "stamps": stamps}
