"""Search by title: section 10 of the reference, and rule 190 for the ids."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from .catalogue import Title
from .errors import json_response, refuse
from .rows import ids_of
from .service import current

blueprint = Blueprint("search", __name__)

ENDPOINT_TYPES = {"movie": "movies", "tv": "tv", "anime": "anime"}
SORTS = frozenset(("relevance", "release-date", "last-air-date", "title", "rank"))
MOST_PAGES, MOST_ROWS, ROWS = 20, 50, 10


@blueprint.get("/search/<kind>")
def by_title(kind: str) -> Response:
    """The titles of one type whose name holds all words of `q`."""
    if kind not in ENDPOINT_TYPES:
        return json_response(None, 200)
    sort = request.args.get("sort", "relevance")
    if sort not in SORTS or (kind == "movie" and sort == "last-air-date"):
        refuse("wrong_parameter", f"sort is not {sort}")
    found = _matches(kind, request.args.get("q", ""))
    page, limit = _number("page", 1, MOST_PAGES), _number("limit", ROWS, MOST_ROWS)
    rows = [_row(title, kind) for title in found[(page - 1) * limit : page * limit]]
    return json_response(rows, 200, _pagination(page, limit, len(found)))


def _number(name: str, default: int, most: int) -> int:
    """A number of the query, clamped silently: section 14.5."""
    text = request.args.get(name, "")
    return min(max(int(text), 1), most) if text.isdecimal() else default


def _matches(kind: str, query: str) -> list[Title]:
    """An exact name first; Simkl's own order of relevance is documented nowhere."""
    words = query.casefold().split()
    found = [
        title
        for title in current().catalogue.titles.values()
        if words and title.type == kind and all(word in title.title.casefold() for word in words)
    ]
    return sorted(found, key=lambda title: title.title.casefold() != query.casefold().strip())


def _row(title: Title, kind: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "title": title.title,
        "year": title.year,
        "endpoint_type": ENDPOINT_TYPES[kind],
        "type": title.anime_type or kind,
        "poster": None,
        "ids": ids_of(title, "simkl_id"),
    }
    if title.episodes:
        row["ep_count"] = len(title.regular)
        row["status"] = title.status
    return row


def _pagination(page: int, limit: int, count: int) -> dict[str, str]:
    numbers = {"Page": page, "Limit": limit, "Page-Count": -(-count // limit), "Item-Count": count}
    return {f"X-Pagination-{name}": str(number) for name, number in numbers.items()}
