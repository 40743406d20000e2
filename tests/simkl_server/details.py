"""The cached reads of the catalogue: titles and episode lists, rules 11 and 43."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from .catalogue import Episode, Title
from .errors import json_response, refuse
from .rows import ids_of
from .service import current

blueprint = Blueprint("details", __name__)
TYPES = {"movies": "movie", "tv": "tv", "anime": "anime"}


@blueprint.get("/<any(movies, tv, anime):kind>/<title_id>")
def details(kind: str, title_id: str) -> Response:
    """One title; an unknown one is an empty list with status 200."""
    if title_id == "episodes" and kind != "movies":
        refuse("empty_id", f"The episodes of which {kind} title?")
    title = _find(kind, title_id)
    if title is None:
        return json_response([], 200)
    body = {"title": title.title, "year": title.year, "type": title.type,
            "ids": ids_of(title), "runtime": title.runtime, "status": title.status}  # fmt: skip
    if title.type == "anime":
        body["anime_type"] = title.anime_type
    return json_response(body, 200)


@blueprint.get("/<any(tv, anime):kind>/episodes/<title_id>")
def episodes(kind: str, title_id: str) -> Response:
    """The episode list of one title; rule 190: its ids are `simkl_id` only."""
    title = _find(kind, title_id)
    now = current().clock.now()
    listed = title.episodes if title else []
    return json_response([_row(episode, kind, episode.aired(now)) for episode in listed], 200)


def _find(kind: str, title_id: str) -> Title | None:
    catalogue = current().catalogue
    name = "imdb" if title_id.startswith("tt") else "simkl"
    found = catalogue.find({"ids": {name: title_id}}, kind)
    return found if found and found.type == TYPES[kind] else None


def _row(episode: Episode, kind: str, aired: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "title": f"Episode {episode.number}",
        "type": "special" if episode.special else "episode",
        "aired": aired,
        "date": episode.date,
        "ids": {"simkl_id": episode.simkl},
    }
    if not episode.special:
        season = {"season": episode.season} if kind == "tv" else {}
        row |= {**season, "episode": episode.number}
    if episode.tvdb_season is not None:
        row["tvdb"] = {"season": episode.tvdb_season, "episode": episode.tvdb_number}
    return row
