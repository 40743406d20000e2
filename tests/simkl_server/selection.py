"""Which episodes an item of a request names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from .catalogue import Catalogue, Episode, Title
from .switches import Switches


class Pick(NamedTuple):
    """An episode to mark, with the `watched_at` texts that may hold, nearest first."""

    title: Title
    episode: Episode
    times: tuple[Any, ...]


@dataclass
class Selection:
    """What the item names, and the part of it that matched nothing."""

    picks: list[Pick] = field(default_factory=list)
    missing: dict[str, Any] = field(default_factory=dict)


class Selector:
    """Finds the episodes of one show item: rules 67, 68, 75, 80, 85 to 90."""

    def __init__(
        self, catalogue: Catalogue, title: Title, item: dict[str, Any], now: datetime
    ) -> None:
        self._title = title
        self._franchise = catalogue.franchise(title)
        self._item = item
        self._now = now
        # Rule 89: the flag has no effect on what is no anime.
        self._by_tvdb = bool(item.get("use_tvdb_anime_seasons")) and title.type == "anime"
        self._selection = Selection()

    def select(self) -> Selection:
        """Walk through the item's seasons, then its own episodes: rule 68, season 1."""
        missing = self._selection.missing
        for season in self._item.get("seasons") or ():
            lost = self._of_season(season)
            if lost is not None:
                missing.setdefault("seasons", []).append(lost)
        for episode in self._item.get("episodes") or ():
            if not self._pick(int(episode.get("season", 1)), episode, ()):
                missing.setdefault("episodes", []).append(episode)
        return self._selection

    def _of_season(self, season: dict[str, Any]) -> dict[str, Any] | None:
        number, time = int(season["number"]), season.get("watched_at")
        episodes = season.get("episodes")
        if not episodes:
            return None if self._whole_season(number, time) else season
        lost = [one for one in episodes if not self._pick(number, one, (time,))]
        return {**season, "episodes": lost} if lost else None

    def _whole_season(self, number: int, time: Any) -> bool:
        """Rule 67, and rule 75 for the empty list; what has not aired cannot be watched."""
        found = [
            (title, episode) for title, episode in self._all() if self._at(episode)[0] == number
        ]
        times = (time, self._item.get("watched_at"))
        self._selection.picks += [
            Pick(title, episode, times) for title, episode in found if episode.aired(self._now)
        ]
        return bool(found)

    def _pick(self, season: int, named: dict[str, Any], times: tuple[Any, ...]) -> bool:
        found = self._by_ids(named.get("ids") or {})  # rule 85: ids win over the number
        if found is None and "number" in named:
            found = self._by_number(season, int(named["number"]))
        if found is None:
            return False
        times = (named.get("watched_at"), *times, self._item.get("watched_at"))
        self._selection.picks.append(Pick(*found, times))
        return True

    def _by_ids(self, ids: dict[str, Any]) -> tuple[Title, Episode] | None:
        for name in ("tvdb", "anidb"):
            for title in self._franchise:
                for episode in title.episodes:
                    if name in ids and episode.ids.get(name) == str(ids[name]):
                        return title, episode
        return None

    def _by_number(self, season: int, number: int) -> tuple[Title, Episode] | None:
        return next(
            (found for found in self._all() if self._at(found[1]) == (season, number)), None
        )

    def _all(self) -> list[tuple[Title, Episode]]:
        """The flag opens all cours, rule 87; without it a cour stands alone, rule 88."""
        titles = self._franchise if self._by_tvdb else [self._title]
        return [(title, episode) for title in titles for episode in title.episodes]

    def _at(self, episode: Episode) -> tuple[int | None, int | None]:
        if self._by_tvdb:
            return episode.tvdb_season, episode.tvdb_number
        return episode.key


def names_episodes(item: dict[str, Any], switches: Switches) -> bool:
    """Whether a show item says which episodes; empty lists do not: rule 75."""
    if switches.empty_seasons == "nothing":
        return "seasons" in item or "episodes" in item
    return bool(item.get("seasons")) or bool(item.get("episodes"))


def without_empty_seasons(item: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """With the gentle switch of rule 75 a season with an empty list names nothing."""
    seasons = item.get("seasons")
    if switches.empty_seasons == "whole" or not seasons:
        return item
    return {**item, "seasons": [s for s in seasons if s.get("episodes") != []]}


def fills(item: dict[str, Any], query: dict[str, str], switches: Switches) -> bool:
    """Whether a show without episodes is filled with them: rules 69 to 74."""
    status = item.get("status")
    explicit = status is not None or switches.skip_without_status == "no_fill"
    skips = query.get("skip_auto_watching") == "yes" and explicit  # rule 74
    return status in (None, "completed") and not skips
