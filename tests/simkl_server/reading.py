"""Reads of a user's data: activities, settings and all-items."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from .accounts import Account
from .errors import json_response, refuse
from .library import Entry, Library
from .rows import Row
from .service import current

blueprint = Blueprint("reading", __name__)

LISTS = ("plantowatch", "watching", "completed", "hold", "dropped")
FILM_LISTS = ("plantowatch", "completed", "dropped")
TYPES = {"shows": "tv", "movies": "movie", "anime": "anime"}


@blueprint.route("/sync/activities", methods=["GET", "POST"])
def activities() -> Response:
    """The newest change of every list: rules 161, 162, 187 and 189."""
    account: Account = g.caller.account
    library = account.library
    blocks = {
        "settings": {"all": account.settings_at},
        "tv_shows": _block(library, "tv_shows", LISTS),
        "anime": _block(library, "anime", LISTS),
        "movies": _block(library, "movies", FILM_LISTS),
    }
    newest = max(filter(None, (block["all"] for block in blocks.values())), default=None)
    lists = dict.fromkeys(("all", "regular", "favorites", "recommendations", "auto"))
    tail = {"custom_lists": {"lists": lists}}
    return json_response({"all": newest, **blocks, **tail}, 200)


def _block(library: Library, name: str, lists: tuple[str, ...]) -> dict[str, str | None]:
    keys = ("rated_at", "playback", *lists, "removed_from_list")
    stamps = {key: library.stamps.get((name, key)) for key in keys}
    return {"all": max(filter(None, stamps.values()), default=None), **stamps}


@blueprint.route("/users/settings", methods=["GET", "POST"])
def settings() -> Response:
    """The user's profile with id, name and plan: rules 187 and 189."""
    account: Account = g.caller.account
    user = {
        "name": account.name, "joined_at": "2020-02-02T09:00:00Z", "gender": "",
        "avatar": "https://simkl.in/avatars/9/9_100.jpg", "bio": "", "loc": "", "age": 30,
    }  # fmt: skip
    profile = {"id": account.number, "timezone": "Europe/Vienna", "type": account.plan}
    body = {"user": user, "account": profile, "connections": {"facebook": False}}
    return json_response(body, 200)


@blueprint.get("/sync/all-items")
@blueprint.get("/sync/all-items/<kind>")
@blueprint.get("/sync/all-items/<kind>/<status>")
def all_items(kind: str = "all", status: str = "all") -> Response:
    """The library's rows: rules 124 to 126, 165 to 176."""
    switches = current().switches
    kinds = [kind] if kind in TYPES else list(TYPES)  # rule 175: an unknown type means all
    rows = {one: _rows(TYPES[one], status) for one in kinds}
    if sum(_episodes(row) for found in rows.values() for row in found) > switches.max_episode_rows:
        refuse("max_items", "Ask for one list at a time")  # rule 176
    kept = kind in TYPES and switches.empty_type == "array"
    answer = {one: found for one, found in rows.items() if found or kept}
    if not answer and switches.empty_library == "null":  # rule 174
        return json_response(None, 200)
    return json_response(answer, 200)


def _episodes(row: dict[str, Any]) -> int:
    return sum(len(season["episodes"]) for season in row.get("seasons", ()))


def _rows(title_type: str, status: str) -> list[dict[str, Any]]:
    now, query = current().clock.now(), request.args.to_dict()
    rewatches = query.get("allow_rewatch") == "yes"  # rule 126
    return [
        Row(entry, now, query, session).as_dict()
        for entry in g.caller.account.library.entries.values()
        if entry.title.type == title_type and status in ("all", entry.status) and _newer(entry)
        for session in (None, *(entry.sessions.all if rewatches else ()))
    ]


def _newer(entry: Entry) -> bool:
    """Rule 165: strictly after `date_from`; both are in Simkl's form, so the texts compare."""
    by_episode = current().switches.delta_by_episode  # rule 167
    changed_at = entry.changed_at if by_episode else entry.moved_at
    return changed_at > request.args.get("date_from", "")
