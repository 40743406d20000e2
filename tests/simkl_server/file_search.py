"""Search by the name of a file: section 10 of the reference, rule 185."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from .catalogue import Episode, Title
from .errors import json_response
from .rows import ids_of
from .service import current

blueprint = Blueprint("file_search", __name__)

MARK = re.compile(r"s(\d{1,2})[ .]?e(\d{1,4})((?:-?e\d{1,4})*)", re.IGNORECASE)
ABSOLUTE = re.compile(r" - (\d{1,4})(?!\d)")
WORD = re.compile(r"[^\W_]+")


@blueprint.post("/search/file")
def by_file() -> Response:
    """What a file is; how Simkl itself reads names is documented nowhere."""
    body = request.get_json(force=True, silent=True)
    asked = body if isinstance(body, dict) else {}
    name, part = asked.get("file") or asked.get("File"), asked.get("part", 1)
    if not isinstance(name, str) or not name:
        return json_response(None, 200)
    return json_response(_read(name, part if isinstance(part, int) else 1), 200)


def _read(name: str, part: int) -> dict[str, Any] | list[Any]:
    """The title with the most words of all that the name holds, and the episode in it."""
    title = _title(name)
    if title is None:
        return []
    if title.is_film:
        return {"type": "movie", "movie": _media(title)}
    numbers = _numbers(name)
    if numbers is None:
        return {"type": "show", "show": _media(title)}
    season, episodes = numbers
    number = episodes[min(max(part, 1), len(episodes)) - 1]
    found = _episode(title, season, number)
    if found is None:
        return []
    return _answer(*found, multipart=len(episodes) > 1 and part < len(episodes))


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold().replace("'", ""))


def _title(name: str) -> Title | None:
    words = _words(name)
    held = [t for t in current().catalogue.titles.values() if set(_words(t.title)) <= set(words)]
    mark = MARK.search(name) or ABSOLUTE.search(name)
    held = [title for title in held if not (mark and title.is_film)]
    # Of namesakes it is the one whose year the name says, and else none.
    most = max((len(_words(title.title)) for title in held), default=0)
    best = [title for title in held if len(_words(title.title)) == most]
    dated = [title for title in best if str(title.year) in words]
    return next(iter(dated if len(best) > 1 else best), None)


def _numbers(name: str) -> tuple[int | None, list[int]] | None:
    if mark := MARK.search(name):
        more = [int(number) for number in re.findall(r"\d+", mark[3])]
        return int(mark[1]), [int(mark[2]), *more]
    absolute = ABSOLUTE.search(name)
    return (None, [int(absolute[1])]) if absolute else None


def _episode(title: Title, season: int | None, number: int) -> tuple[Title, Episode] | None:
    """By Simkl's own numbers; of anime with a season, by TheTVDB's."""
    anime = title.type == "anime"
    wanted = (1 if season is None else season, number)
    for one in current().catalogue.franchise(title) if anime and season is not None else [title]:
        for episode in one.episodes:
            tvdb = (episode.tvdb_season, episode.tvdb_number)
            if wanted == (tvdb if anime and season is not None else episode.key):
                return one, episode
    return None


def _media(title: Title) -> dict[str, Any]:
    return {"title": title.title, "year": title.year, "ids": ids_of(title)}


def _answer(title: Title, episode: Episode, multipart: bool) -> dict[str, Any]:
    row = {
        "title": f"Episode {episode.number}",
        "season": episode.season,
        "episode": episode.number,
        "multipart": int(multipart),
        "ids": {"simkl": episode.simkl},
    }
    return {"type": "episode", "show": _media(title), "episode": row}
