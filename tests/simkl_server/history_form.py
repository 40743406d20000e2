"""The form of a POST /sync/history body: what Simkl refuses, and how it reads times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .clock import Clock, format_utc, parse_utc
from .errors import refuse
from .switches import Switches

ARRAYS = ("movies", "shows", "anime", "episodes")
STATUSES = ("watching", "plantowatch", "hold", "completed", "dropped")
MEMO_LENGTH = 140


def check_form(body: Any, switches: Switches) -> None:
    """Refuse the whole request before anything of it is stored."""
    if not isinstance(body, dict):
        refuse("json_error", "The body is no object")
    for array in ARRAYS:
        for item in _objects(body, array):
            _check_item(item, switches)


def _objects(thing: dict[str, Any], name: str) -> list[dict[str, Any]]:
    things = thing.get(name)
    if things is None:
        return []
    if not isinstance(things, list) or not all(isinstance(one, dict) for one in things):
        refuse("wrong_parameter", f"{name} is no list of objects")
    return things


def _check_item(item: dict[str, Any], switches: Switches) -> None:
    if not isinstance(item.get("ids", {}), dict):
        refuse("wrong_parameter", "ids is no object")
    if not item.get("ids") and not item.get("title"):
        refuse("empty_field", 'Missed "ids" parameter')
    if item.get("status") not in (None, *STATUSES):  # rule 77
        refuse("wrong_parameter", "status is unknown")
    _check_extras(item, switches)
    things = [item, *numbered(item)]
    if switches.bad_watched_at == "refused" and any(_unreadable(thing) for thing in things):
        refuse("wrong_parameter", "watched_at is no time")  # rule 102


def numbered(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All seasons and episodes of an item; each must say which one it is."""
    for season in _objects(item, "seasons"):
        _check_number(season)
        yield season
        yield from _checked_episodes(season)
    yield from _checked_episodes(item)


def _checked_episodes(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for episode in _objects(thing, "episodes"):
        if not isinstance(episode.get("ids", {}), dict):
            refuse("wrong_parameter", "ids is no object")
        if "number" in episode or not episode.get("ids"):
            _check_number(episode)
        yield episode


def _check_number(thing: dict[str, Any]) -> None:
    number = thing.get("number")
    if number is None:
        refuse("empty_field", 'Missed "number" parameter')
    if isinstance(number, bool) or not str(number).isdigit():
        refuse("wrong_parameter", "number is no number")


def _check_extras(item: dict[str, Any], switches: Switches) -> None:
    rated = item.get("rating") is not None and rating_of(item) is None
    if rated and switches.bad_rating == "refused":  # rule 94
        refuse("wrong_parameter", "rating is not 1 to 10")
    memo = item.get("memo")
    if not isinstance(memo, (dict, type(None))):
        refuse("wrong_parameter", "memo is no object")
    if switches.long_memo == "refused" and len(str((memo or {}).get("text", ""))) > MEMO_LENGTH:
        refuse("wrong_parameter", "memo is too long")  # rule 96


def _unreadable(thing: dict[str, Any]) -> bool:
    text = thing.get("watched_at")
    return text is not None and _read(text) is None


def _read(text: Any) -> str | None:
    try:
        return format_utc(parse_utc(str(text)))
    except (ValueError, OverflowError):
        return None


def rating_of(item: dict[str, Any]) -> int | None:
    """The rating to store: rules 93 and 94."""
    text = str(item.get("rating"))
    return int(text) if text.isdigit() and 1 <= int(text) <= 10 else None


def memo_of(item: dict[str, Any]) -> dict[str, Any] | None:
    """The memo to store: rules 95 and 96."""
    memo = item.get("memo")
    if not memo:
        return None
    text = str(memo.get("text", ""))[:MEMO_LENGTH]
    return {"text": text, "is_private": bool(memo.get("is_private", False))}


def watch_time(clock: Clock, switches: Switches, *nearest_first: Any) -> str:
    """The time of a watch: the nearest `watched_at`, else the request's: rules 62, 63, 102."""
    now = clock.stamp()
    text = next((text for text in nearest_first if text is not None), None)
    at = now if text is None else _read(text) or now
    if switches.future_watched_at == "clamped":  # rule 101
        return min(at, now)
    return at
