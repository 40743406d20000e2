"""A library that a test fills; it answers by JSON-RPC in the forms of Kodi 20.1."""

from __future__ import annotations

import time
from typing import Any

from simkl_scrobbler.kodi.library import EPISODE, MOVIE, Ref
from tests.unit.builders import EVENING

from .fakes import FakeKodi

_WRONG = {"error": {"code": -32602, "message": "Invalid params."}}
_SHOW = {
    "title": "Night Ferry",
    "year": 2021,
    "genre": ["Drama"],
    "uniqueid": {"imdb": "tt9000002", "tmdb": "920002", "tvdb": "910002"},
}


def local(utc: int = EVENING) -> str:
    """As Kodi writes when something was played last: on the clock of the wall."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(utc))


class Shelf:
    """Films, and shows with seasons; a season has the number of its show and its own in its id."""

    def __init__(self, kodi: FakeKodi) -> None:
        self._kodi = kodi
        self._rows: dict[Ref, dict[str, Any]] = {}
        kodi.answers.update(
            {
                "VideoLibrary.GetMovieDetails": lambda asked: self._one(MOVIE, asked),
                "VideoLibrary.GetEpisodeDetails": lambda asked: self._one(EPISODE, asked),
                "VideoLibrary.GetSeasonDetails": self._season,
                "VideoLibrary.GetTVShowDetails": self._show,
                "VideoLibrary.GetEpisodes": self._episodes,
            }
        )

    def put_movie(self, dbid: int = 1, **details: Any) -> Ref:
        """A film of the library, watched if `lastplayed` says so."""
        film = {
            "title": "Harbour Lights",
            "year": 2019,
            "uniqueid": {"imdb": f"tt9{dbid:06d}", "tmdb": f"{900000 + dbid}"},
            "premiered": "2019-05-03",
        }
        return self._put(MOVIE, dbid, {**film, **details})

    def put_episode(
        self, dbid: int, season: int = 1, number: int = 0, show: int = 1, **details: Any
    ) -> Ref:
        """An episode of the library; its number is its id if nothing else is said."""
        episode = {
            "tvshowid": show,
            "season": season,
            "episode": number or dbid,
            "uniqueid": {"tvdb": f"{9100000 + dbid}"},
            "firstaired": "2021-03-02",
        }
        return self._put(EPISODE, dbid, {**episode, **details})

    def take(self, ref: Ref) -> None:
        """It is not in the library any more."""
        del self._rows[ref]

    @property
    def calls(self) -> int:
        """How often the library was asked for anything."""
        return len([each for each in self._kodi.requests if "VideoLibrary" in each["method"]])

    def _put(self, kind: str, dbid: int, details: dict[str, Any]) -> Ref:
        ref = Ref(kind, dbid)
        watched = bool(details.get("lastplayed"))
        played = {"playcount": int(watched), "lastplayed": "", "file": f"/{kind}/{dbid}.mkv"}
        self._rows[ref] = {**played, f"{kind}id": dbid, **details}
        return ref

    def _one(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        row = self._rows.get(Ref(kind, asked[f"{kind}id"]))
        return {"result": {f"{kind}details": row}} if row else _WRONG

    def _season(self, asked: dict[str, Any]) -> dict[str, Any]:
        show, season = divmod(asked["seasonid"], 100)
        if not self._of(show, season):
            return _WRONG
        details = {"seasonid": asked["seasonid"], "tvshowid": show, "season": season}
        return {"result": {"seasondetails": details}}

    def _show(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not self._of(asked["tvshowid"]):
            return _WRONG
        return {"result": {"tvshowdetails": {**_SHOW, "tvshowid": asked["tvshowid"]}}}

    def _episodes(self, asked: dict[str, Any]) -> dict[str, Any]:
        rows, limits = self._of(asked["tvshowid"], asked.get("season")), asked["limits"]
        page = rows[limits["start"] : limits["end"]]
        return {"result": {"episodes": page, "limits": {**limits, "total": len(rows)}}}

    def _of(self, show: int, season: int | None = None) -> list[dict[str, Any]]:
        return [
            row
            for ref, row in self._rows.items()
            if ref.kind == EPISODE and row["tvshowid"] == show and season in (None, row["season"])
        ]
