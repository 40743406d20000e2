"""The rows of /sync/all-items: one of each title, and one of each rewatch session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .catalogue import Episode, Title
from .library import Entry
from .sessions import Session


def ids_of(title: Title, key: str = "simkl") -> dict[str, Any]:
    """All ids of an answer: rule 190, Simkl's own an integer, the others strings."""
    return {key: title.simkl, "slug": title.slug, **title.ids}


class Row:
    """A library entry as the query asks for it."""

    def __init__(
        self, entry: Entry, now: datetime, query: dict[str, str], session: Session | None = None
    ) -> None:
        self._entry = entry
        self._session = session
        self._watches = session or entry
        self._title = entry.title
        self._now = now
        self._query = query

    def as_dict(self) -> dict[str, Any]:
        """The row; the wrapper of an anime is `show` as well: rule 173."""
        wrapper = "movie" if self._title.type == "movie" else "show"
        extended = self._query.get("extended", "")
        if extended == "simkl_ids_only":
            ids = {"simkl": self._title.simkl, "slug": self._title.slug}
            return {wrapper: {"ids": ids}}
        if extended == "ids_only":
            return {wrapper: {"ids": ids_of(self._title)}}
        row = {**self._head(), **self._rewatch(), wrapper: self._media()}
        if self._title.type == "anime":
            row["anime_type"] = self._title.anime_type
        if self._query.get("memos") == "yes":  # rule 95
            row["memo"] = self._entry.memo
        if not self._title.is_film:
            row.update(self._progress())
            row.update(self._seasons(extended))
        return row

    def _head(self) -> dict[str, Any]:
        entry = self._entry
        return {
            "added_to_watchlist_at": entry.added_at,
            "last_watched_at": self._watches.last_watched_at,
            "user_rated_at": entry.rated_at,
            "user_rating": entry.rating,
            "status": entry.status,
        }

    def _rewatch(self) -> dict[str, Any]:
        """Rules 124 to 126: what tells the rows of one title apart."""
        if self._query.get("allow_rewatch") != "yes":
            return {}
        if self._session is None:
            return {"is_rewatch": False}
        identity = {"rewatch_id": self._session.rewatch_id, "rewatch_status": self._session.status}
        return {"is_rewatch": True, **identity}

    def _media(self) -> dict[str, Any]:
        title = self._title
        ids = ids_of(title)
        media = {"title": title.title, "poster": None, "year": title.year, "ids": ids}
        if self._query.get("extended", "").startswith("full"):
            media["runtime"] = title.runtime
        return media

    def _progress(self) -> dict[str, Any]:
        regular, seen = self._title.regular, self._watches.episodes
        aired = [episode for episode in regular if episode.aired(self._now)]
        last = max((e for e in regular if e.key in seen), key=lambda e: e.key, default=None)
        following = next((e for e in aired if e.key not in seen), None)
        # Rule 124: of a session these two need extended=full.
        told = self._session is None or self._query.get("extended", "").startswith("full")
        return {
            "last_watched": self._label(last) if told else None,
            "next_to_watch": self._label(following),
            "watched_episodes_count": sum(episode.key in seen for episode in regular) * told,
            "total_episodes_count": len(regular),
            "not_aired_episodes_count": len(regular) - len(aired),
        }

    def _label(self, episode: Episode | None) -> str | None:
        if episode is None:
            return None
        if self._title.type == "anime":
            return f"E{episode.number:02}"
        return f"S{episode.season:02}E{episode.number:02}"

    def _seasons(self, extended: str) -> dict[str, Any]:
        """Rules 171 and 172: which rows hold episodes at all."""
        everything = self._query.get("include_all_episodes") in ("yes", "original")
        short = self._entry.status in ("completed", "dropped") and not everything
        short = short and self._session is None
        if extended not in ("full", "full_anime_seasons") or short:
            return {}
        seasons: dict[int, list[dict[str, Any]]] = {}
        for episode in self._title.episodes:
            if episode.key in self._watches.episodes:
                seasons.setdefault(episode.season, []).append(self._episode(episode, extended))
        rows = [{"number": number, "episodes": rows} for number, rows in seasons.items()]
        return {"seasons": rows}

    def _episode(self, episode: Episode, extended: str) -> dict[str, Any]:
        row: dict[str, Any] = {"number": episode.number}
        if self._query.get("episode_watched_at") == "yes":
            row["watched_at"] = self._watches.episodes[episode.key]
        if extended == "full_anime_seasons" and episode.tvdb_season is not None:
            row["tvdb"] = {"season": episode.tvdb_season, "episode": episode.tvdb_number}
        return row
