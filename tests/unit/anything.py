"""Strategies of the tests that send anything: values, items, acts, and answers of Simkl."""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import strategies as st

from simkl_scrobbler.answer import Answer
from simkl_scrobbler.media import Episode, Ids, Movie, Order, Removal, Rewatch, Show, Watch

HOSTILE = [
    "'); DROP TABLE entry; --", '{"removed": {}}', "<b>[B]x[/B]</b>", "\u202eevil", "🎬👩‍👩‍👧",
    "a\0b", "\ud800", '"', "\\", "{title}", "%s", "../../etc/passwd", "NaN", "null", "",
]  # fmt: skip
"""Texts that somebody may have meant badly."""

WORDS = [
    "added", "deleted", "not_found", "movies", "shows", "anime", "episodes", "statuses", "request",
    "response", "simkl_type", "anime_type", "type", "title", "year", "ids", "simkl", "simkl_id",
    "imdb", "tmdb", "tvdb", "mal", "seasons", "season", "episode", "number", "error", "all",
    "settings", "user", "account", "id", "name", "show", "movie", "rewatch_id", "rewatch_status",
    "is_rewatch", "last_watched_at", "watched_at", "access_token", "refresh_token", "expires_in",
    "interval", "scope", "result", "device_code", "user_code", "verification_uri",
]  # fmt: skip
"""The names that Simkl's answers are made of."""

texts = st.one_of(st.text(max_size=12), st.sampled_from(HOSTILE))
words = st.sampled_from([*WORDS, "OK", "tv", "ova", "active", "2023-11-14T22:13:20Z", "tt9000002"])
numbers = st.one_of(
    st.integers(-5, 9),
    st.integers(),
    st.sampled_from([8000002, 2**31, 2**63, 10**30, 10**400]),
    st.floats(),
)
leaves = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 2**63, 10**400, math.inf, math.nan, 1e308, "\ud800", [], {}]
    ),
    *(numbers, texts, words),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), texts), inner, max_size=6),
    ),
    max_leaves=25,
)
"""Whatever JSON can say, in Simkl's words where that goes deeper."""

_STAMP = "2023-11-14T22:13:20Z"
_FERRY = {"title": "Night Ferry", "year": 2021, "ids": {"simkl": 8000002, "tvdb": "910002"}}
_MARK = {"number": 1, "watched_at": _STAMP, "tvdb": {"season": 1, "episode": 1}}
_SESSION = {"is_rewatch": True, "rewatch_id": 31007, "rewatch_status": "active", "show": _FERRY,
            "last_watched_at": _STAMP, "seasons": [{"number": 1, "episodes": [_MARK]}],
            "total_episodes_count": 18}  # fmt: skip
_TAKEN = {"status": "watching", "simkl_type": "anime", "anime_type": "ova", "rewatch_id": 31007}
_UNKNOWN = {**_FERRY, "seasons": [{"number": 1, "episodes": [{"number": 1}]}]}
ADDED = {
    "added": {"movies": 1, "shows": 0, "episodes": 2, "statuses": [
        {"request": {**_FERRY, "type": "show"}, "response": _TAKEN}]},
    "not_found": {"movies": [{"ids": {"imdb": "tt9000001"}}], "shows": [_FERRY],
                  "episodes": [_UNKNOWN]},
}  # fmt: skip
DELETED = {"deleted": {"movies": 0}, "not_found": {"movies": [], "shows": [_FERRY]}}
CODE = {"device_code": "d", "user_code": "AB12", "interval": 5, "expires_in": 900,
        "verification_uri": "https://simkl.com/pin"}  # fmt: skip
PIN = {"result": "OK", "access_token": "t"}
TOKENS = {"access_token": "t", "refresh_token": "r", "expires_in": 604800,
          "scope": "media:read media:write"}  # fmt: skip
SETTINGS = {"user": {"name": "anna"}, "account": {"id": 7, "type": "pro"}}
ROWS = [{"title": "Night Ferry", "year": 2021, "ids": {"simkl_id": 8000002}}]
FILE = {"type": "episode", "show": _FERRY, "episode": {"season": 1, "episode": 2}}
LIBRARY = {"shows": [_SESSION], "anime": [_SESSION], "movies": [{**_SESSION, "movie": _FERRY}]}
ACTIVITIES = {"all": _STAMP, "settings": {"all": _STAMP}}


@st.composite
def damaged(draw: st.DrawFn, sample: Any) -> Any:
    """The sample with other values in some places, and some parts missing."""
    if draw(st.integers(0, 7)) == 0:
        return draw(leaves)
    if isinstance(sample, dict):
        kept = {key: part for key, part in sample.items() if draw(st.integers(0, 9))}
        return {key: draw(damaged(part)) for key, part in kept.items()}
    if isinstance(sample, list):
        return [draw(damaged(part)) for part in sample for _ in range(draw(st.integers(1, 2)))]
    return sample


def encoded(of: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """As it comes over the line, with and without ASCII alone."""
    plain = of.map(lambda value: json.dumps(value).encode())
    return plain | of.map(
        lambda value: json.dumps(value, ensure_ascii=False).encode(errors="replace")
    )


_statuses = st.sampled_from([200, 201, 204, 400, 401, 403, 404, 412, 429, 503, 0, -1, 999])
_headers = st.one_of(st.just(""), texts, st.sampled_from(["120", "١٢", "9" * 5000, "1e9"]))
_rubbish = st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000, b"\xff\xfe", b"<html>"])
answers = st.builds(
    Answer, _statuses, st.binary(max_size=40) | encoded(values) | _rubbish, _headers
)


def like(sample: Any) -> st.SearchStrategy[Answer]:
    """Answers that are nearly as they should be."""
    return st.builds(Answer, st.just(200), encoded(damaged(sample)))


_id = st.integers(0, 10**12 - 1)
_imdb = st.one_of(st.just(""), st.integers(10**6, 10**8).map(lambda number: f"tt{number}"))
ids = st.one_of(
    st.just(Ids()),
    st.builds(Ids, _id, _imdb, *[_id] * 6),
    st.integers(0, 9).map(lambda number: Ids(tvdb=number)),
)
titles = st.text(st.characters(codec="utf-8"), max_size=12)
years = st.one_of(st.just(0), st.integers(1878, 2100))
movies = st.builds(Movie, titles, years, ids)
shows = st.builds(Show, titles, years, ids)
_few = st.integers(0, 5)
episodes = st.builds(Episode, shows, _few, _few, st.one_of(st.just(0), _id))
items = st.one_of(movies, episodes)
moments = st.one_of(st.integers(-(2**40), 4 * 10**9), st.integers(1_600_000_000, 1_800_000_000))
sources = st.sampled_from(["playback", "library", "menu"])
watches = st.builds(Watch, items, moments, sources)
removals = st.builds(Removal, items, moments, sources)
rewatches = st.builds(Rewatch, items, moments, sources)
seen = st.one_of(st.just(()), st.tuples(_few, _few, titles))
orders = st.builds(Order, shows, moments, sources, st.sampled_from(["active", "closed"]), _id, seen)
acts = st.one_of(watches, removals, rewatches, orders)
