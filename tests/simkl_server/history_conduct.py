"""What a good client never puts into a POST /sync/history or /sync/history/remove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .switches import Switches

ARRAYS = ("movies", "shows", "anime", "episodes")
MAX_ITEMS, MAX_EPISODES = 50, 200
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# The documented fields of every kind of object.
MOVIE = frozenset({
    "ids", "title", "year", "watched_at", "added_at", "status", "rating", "memo",
    "is_rewatch", "rewatch_id", "rewatch_status", "last_watched_at",
})  # fmt: skip
SHOW = MOVIE | {"seasons", "episodes", "use_tvdb_anime_seasons"}
ITEM = {"movies": MOVIE, "shows": SHOW, "anime": SHOW | {"anime_type"},
        "episodes": frozenset({"watched_at", "ids", "number"})}  # fmt: skip
SEASON = frozenset({"number", "watched_at", "episodes"})
EPISODE = frozenset({"number", "watched_at", "ids"})
IDENTITY = frozenset({"ids", "title", "year"})
REMOVED_SHOW = IDENTITY | {"seasons", "episodes", "use_tvdb_anime_seasons"}
MEMO = frozenset({"text", "is_private"})
ITEM_IDS = frozenset({
    "simkl", "imdb", "tmdb", "tvdb", "traktslug", "letterboxd", "mal", "anidb", "anilist",
    "kitsu", "anisearch", "animeplanet", "livechart", "ann", "anfo", "netflix", "hulu",
    "crunchyroll", "tvcom", "zap2it", "mdl", "boxd",
})  # fmt: skip
EPISODE_IDS = frozenset({"tvdb", "anidb"})
LONE_EPISODE_IDS = frozenset({"simkl", "tvdb", "hulu", "crunchyroll"})


class Form(NamedTuple):
    """The fields that each kind of object may have."""

    items: dict[str, frozenset[str]]
    season: frozenset[str]
    episode: frozenset[str]


ADDED = Form(ITEM, SEASON, EPISODE | {"season"})
# Anime belongs under shows there: rule 109.
REMOVED = Form(
    {"movies": IDENTITY, "shows": REMOVED_SHOW, "anime": REMOVED_SHOW,
     "episodes": frozenset({"ids", "number"})},
    frozenset({"number", "episodes"}), frozenset({"number", "ids", "season"}),
)  # fmt: skip


def history_faults(body: Any, query: dict[str, str], switches: Switches) -> list[str]:
    """Every fault of a POST /sync/history; those of rewatches are judged elsewhere."""
    flagged = query.get("allow_rewatch") == "yes"
    bare = "any" if switches.bare_show_expected else "of a session" if flagged else "none"
    return _faults(body, ADDED, switches, bare)


def removal_faults(body: Any, query: dict[str, str], switches: Switches) -> list[str]:
    """Every fault of a POST /sync/history/remove."""
    found = []
    if isinstance(body, dict) and body.get("anime"):
        found.append("anime is removed under anime, where Simkl may ignore it")
    bare = "any" if switches.bare_removal_expected else "none"
    return found + _faults(body, REMOVED, switches, bare)


def _faults(body: Any, form: Form, switches: Switches, bare_expected: str) -> list[str]:
    if not isinstance(body, dict):
        return ["the body is no JSON object"]
    found = list(_unknown(body, frozenset(ARRAYS), "the body"))
    items = [(array, item) for array in ARRAYS for item in dicts(body.get(array))]
    for array, item in items:
        found += _item_faults(array, item, form)
        if array in ("shows", "anime") and _bare(item) and not _expected(item, bare_expected):
            name = item.get("title") or item.get("ids")
            found.append(f"a show without episodes is sent: {name}")
    found += _size(items) + list(_repeats(items, switches))
    return found


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, whatever was sent in its place."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _unknown(thing: Any, allowed: frozenset[str], where: str) -> Iterator[str]:
    if isinstance(thing, dict):
        yield from (f"{where} has the unknown field {name}" for name in thing.keys() - allowed)


def _expected(item: dict[str, Any], bare: str) -> bool:
    """Whether a show may stand there without episodes: to start or to end a rewatch, flagged."""
    emptied = "seasons" in item or "episodes" in item
    session = item.get("is_rewatch") is True or item.get("rewatch_id") is not None
    return bare == "any" or (bare == "of a session" and session and not emptied)


def _item_faults(array: str, item: dict[str, Any], form: Form) -> list[str]:
    found = list(_unknown(item, form.items[array], f"an item of {array}"))
    allowed = LONE_EPISODE_IDS if array == "episodes" else ITEM_IDS
    found += list(_ids(item.get("ids"), allowed, f"the ids of an item of {array}"))
    found += list(_unknown(item.get("memo"), MEMO, "a memo"))
    found += list(_times(item, f"an item of {array}"))
    for season in dicts(item.get("seasons")):
        found += list(_unknown(season, form.season, "a season"))
        found += list(_times(season, "a season"))
    for episode in episodes_of(item):
        found += list(_unknown(episode, form.episode, "an episode"))
        found += list(_ids(episode.get("ids"), EPISODE_IDS, "the ids of an episode"))
        found += list(_times(episode, "an episode"))
    return found


def episodes_of(item: dict[str, Any]) -> list[dict[str, Any]]:
    """All episodes that an item names."""
    of_seasons = [e for s in dicts(item.get("seasons")) for e in dicts(s.get("episodes"))]
    return of_seasons + dicts(item.get("episodes"))


def _bare(item: dict[str, Any]) -> bool:
    seasons = dicts(item.get("seasons"))
    return not episodes_of(item) or any(not season.get("episodes") for season in seasons)


def _ids(ids: Any, allowed: frozenset[str], where: str) -> Iterator[str]:
    if not isinstance(ids, dict):
        return
    yield from _unknown(ids, allowed, where)
    yield from (f"{where}: {name} is empty" for name, value in ids.items() if value in (None, ""))
    imdb = ids.get("imdb")
    if imdb and not str(imdb).startswith("tt"):
        yield f"{where}: imdb is {imdb!r}"


def _times(thing: dict[str, Any], where: str) -> Iterator[str]:
    for name in ("watched_at", "added_at", "last_watched_at"):
        if name in thing and not UTC.fullmatch(str(thing[name])):
            yield f"{where}: {name} is {thing[name]!r}, not UTC with Z"


def _size(items: list[tuple[str, dict[str, Any]]]) -> list[str]:
    episodes = sum(len(episodes_of(item)) for _, item in items)
    found = [f"{len(items)} items are sent at once"] if len(items) > MAX_ITEMS else []
    return found + ([f"{episodes} episodes are sent at once"] if episodes > MAX_EPISODES else [])


def _repeats(items: list[tuple[str, dict[str, Any]]], switches: Switches) -> Iterator[str]:
    seen: set[tuple[str, str, str]] = set()
    watched: list[tuple[Any, ...]] = []
    for array, item in items:
        keys = _identity(array, item)
        whole = array in ("movies", "episodes") or not switches.repeated_show_expected
        if whole and keys & seen:
            yield f"an item of {array} is sent twice: {item.get('title') or item.get('ids')}"
        seen |= keys
        # The smallest key, so that one show in two objects counts its episodes together.
        watched += [(min(keys), *_coordinate(placed)) for placed in _coordinates(item)]
    if len(set(watched)) < len(watched):
        yield "an episode is sent twice"


def _identity(array: str, item: dict[str, Any]) -> set[tuple[str, str, str]]:
    ids = item.get("ids")
    keys = {(array, name, str(value)) for name, value in (ids or {}).items()} if ids else set()
    return keys or {(array, str(item.get("title")), str(item.get("year")))}


def _coordinates(item: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    for season in dicts(item.get("seasons")):
        yield from ((season.get("number"), e) for e in dicts(season.get("episodes")))
    yield from ((e.get("season", 1), e) for e in dicts(item.get("episodes")))


def _coordinate(placed: tuple[Any, dict[str, Any]]) -> tuple[str, str, str]:
    season, episode = placed
    ids = "" if "number" in episode else str(episode.get("ids"))
    return str(season), str(episode.get("number")), ids
