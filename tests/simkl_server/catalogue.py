"""The titles Simkl knows, and how an item of a request finds one of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

# The order in which the ids of a request are tried: simkl first, then the others.
ID_ORDER = (
    "simkl", "imdb", "tmdb", "tvdb", "mal", "anidb", "anilist", "kitsu", "anisearch",
    "animeplanet", "livechart", "ann", "anfo", "netflix", "hulu", "crunchyroll", "tvcom",
    "zap2it", "mdl", "boxd", "traktslug", "letterboxd",
)  # fmt: skip


@dataclass(frozen=True)
class Episode:
    """One episode; of an anime also its TVDB coordinate."""

    simkl: int
    season: int
    number: int
    date: str
    ids: dict[str, str]
    tvdb_season: int | None = None
    tvdb_number: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        """The coordinate in Simkl's own numbering."""
        return self.season, self.number

    @property
    def special(self) -> bool:
        """Specials never count towards completion: rule 86."""
        return self.season == 0

    def aired(self, now: datetime) -> bool:
        """Whether the episode has been broadcast at that moment."""
        return datetime.fromisoformat(self.date).replace(tzinfo=timezone.utc) <= now


@dataclass
class Title:
    """A film, a TV show or one cour of an anime."""

    simkl: int
    type: str
    title: str
    year: int
    ids: dict[str, str]
    status: str = "ended"
    anime_type: str | None = None
    runtime: int | None = None
    episodes: list[Episode] = field(default_factory=list)

    @property
    def is_film(self) -> bool:
        """Films, those of anime included, are watched as a whole."""
        return self.type == "movie" or self.anime_type == "movie"

    @property
    def slug(self) -> str:
        """The title as it stands in addresses."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def regular(self) -> list[Episode]:
        """All episodes but the specials."""
        return [episode for episode in self.episodes if not episode.special]


def _season(simkl: int, season: dict[str, Any]) -> list[Episode]:
    first, start = season.get("first", 1), date.fromisoformat(season["from"])
    return [
        Episode(
            simkl=simkl * 10_000 + season["number"] * 1_000 + first + step,
            season=season["number"],
            number=first + step,
            date=(start + timedelta(weeks=step)).isoformat(),
            ids={key: str(season[key] + step) for key in ("tvdb", "anidb") if key in season},
            tvdb_season=season.get("tvdb_season"),
            tvdb_number=first + step if "tvdb_season" in season else None,
        )
        for step in range(season["episodes"])
    ]


def title_from(entry: dict[str, Any]) -> Title:
    """A title from its short form in catalogue.json or of a control call."""
    plain = {key: value for key, value in entry.items() if key != "seasons"}
    plain["ids"] = {key: str(value) for key, value in plain.get("ids", {}).items()}
    episodes = [e for season in entry.get("seasons", ()) for e in _season(entry["simkl"], season)]
    return Title(**plain, episodes=episodes)


class Catalogue:
    """All titles, found by id or by name."""

    def __init__(self) -> None:
        self.titles: dict[int, Title] = {}
        self._index: dict[tuple[str, str], list[Title]] = {}
        self.reset()

    def reset(self) -> None:
        """Only the sample titles again."""
        self.titles.clear()
        self._index.clear()
        sample = Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
        for entry in json.loads(sample)["titles"]:
            self.add(entry)

    def add(self, entry: dict[str, Any]) -> Title:
        """Put one more title into the catalogue."""
        title = title_from(entry)
        if title.simkl in self.titles:
            raise ValueError(f"Simkl id {title.simkl} is taken")
        self.titles[title.simkl] = title
        for key in self._keys(title):
            self._index.setdefault(key, []).append(title)
        return title

    def _keys(self, title: Title) -> list[tuple[str, str]]:
        keys = [("simkl", str(title.simkl)), ("title", title.title.casefold())]
        keys += [(name, value) for name, value in title.ids.items() if name != "tmdb"]
        if "tmdb" in title.ids:
            # Film and TV numbers of TMDB overlap; anime is filed under tv, its films under both.
            kinds = {"movie": ["movie"], "tv": ["tv"]}.get(title.type, ["tv"])
            kinds += ["movie"] if title.type == "anime" and title.is_film else []
            keys += [(f"tmdb:{kind}", title.ids["tmdb"]) for kind in kinds]
        return keys

    def add_movies(self, count: int) -> list[Title]:
        """Invent this many more films, for tests of batches and of load."""
        first = max(8_100_000, *self.titles) + 1
        return [
            self.add({"simkl": n, "type": "movie", "title": f"Reel {n}", "year": 2000,
                      "runtime": 90, "ids": {"imdb": f"tt{n + 1_000_000}", "tmdb": str(n)}})
            for n in range(first, first + count)
        ]  # fmt: skip

    def find(self, item: dict[str, Any], section: str) -> Title | None:
        """The title an item means: rules 81 to 84, 92; `section` is its array's name."""
        ids = item.get("ids") or {}
        for name in ID_ORDER:
            if ids.get(name) not in (None, "") and (found := self._by_id(name, ids[name], section)):
                return found
        return self._by_name(item, section)

    def _by_id(self, name: str, value: Any, section: str) -> Title | None:
        text = str(value)  # rule 84: a number or a string
        if name == "imdb" and (match := re.search(r"tt\d+", text)):
            text = match[0]
        if name == "tmdb":
            name = "tmdb:movie" if section == "movies" else "tmdb:tv"
        return next(iter(self._index.get((name, text), [])), None)

    def _by_name(self, item: dict[str, Any], section: str) -> Title | None:
        named = self._index.get(("title", str(item.get("title", "")).casefold()), [])
        named = [title for title in named if title.is_film == (section == "movies")]
        same_year = [title for title in named if str(title.year) == str(item.get("year"))]
        return next(iter(same_year + named), None)  # rule 83, then the title alone

    def franchise(self, title: Title) -> list[Title]:
        """All cours of an anime that share one TVDB show, in order."""
        if title.type != "anime" or "tvdb" not in title.ids:
            return [title]
        return [t for t in self._index[("tvdb", title.ids["tvdb"])] if t.type == "anime"]

    def episode(self, ids: dict[str, Any]) -> tuple[Title, Episode] | None:
        """The episode a top-level `episodes[]` item means: rule 97."""
        for title in self.titles.values():
            for episode in title.episodes:
                known = {"simkl": str(episode.simkl), **episode.ids}
                if any(known.get(name) == str(value) for name, value in ids.items()):
                    return title, episode
        return None
