"""Whatever Kodi, its library and other add-ons say: nothing stumbles, and no id is made up."""

from __future__ import annotations

import json
import math
import sqlite3
from typing import Any

import pytest
import xbmc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkl_scrobbler.history import Entry, body
from simkl_scrobbler.kodi import library, moment, rivals, trouble
from simkl_scrobbler.kodi import settings as settings_file
from simkl_scrobbler.kodi.library import KINDS, Ref
from simkl_scrobbler.kodi.marks import Update, mark_of
from simkl_scrobbler.kodi.playing import Look
from simkl_scrobbler.media import Episode, Ids, Item, Watch, label, written
from tests.unit.anything import HOSTILE, damaged, encoded, values
from tests.unit.builders import EVENING

from .evening import Evening
from .fakes import ANSWERS, FakeKodi, Focused

# The fakes are the same for all examples of a test; each sets what it needs.
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

TROUBLE = {"kind": "offline", "since": 1_700_000_000.0, "until": 1_700_000_060.0}
LONG = "x" * 10_000_000
_texts = st.one_of(
    st.sampled_from([*HOSTILE, "\udce9", "Ferry S01E02", "/v/Caf\udce9 (2019).mkv", "x" * 2000]),
    st.text(max_size=9),
)
_odd = st.one_of(
    st.sampled_from([None, True, -1, 0, 7, 2**31, 2**63, 10**400, 1.5, math.nan, math.inf, [], {}]),
    _texts,
    values,
)
_ids = st.dictionaries(
    st.sampled_from(["imdb", "tvdb", "tmdb", "simkl", "tvshow.tvdb", "tvshow.imdb", "mal", "x"]),
    st.one_of(st.sampled_from(["tt9000001", "910002", 910002, "tt1 OR 1=1", "-5", "1e3"]), _odd),
)
_KINDS = ["movie", "episode", "video", "", "unknown", "channel", "musicvideo", "season"]


@st.composite
def details(draw: st.DrawFn) -> dict[str, Any]:
    """An item of JSON-RPC: a sound one with other values in some places, and parts missing."""
    sound = draw(st.sampled_from(["movie", "episode", "special", "show"]))
    [item] = ANSWERS[sound]["result"].values()
    item = {**item, "file": "/v/Night.Ferry.S01E02.mkv", "episodeid": 4, "movieid": 5}
    for key in draw(st.lists(st.sampled_from(sorted(item)), max_size=4, unique=True)):
        item[key] = draw(_odd)
    changes: dict[str, st.SearchStrategy[Any]] = {
        "uniqueid": _ids,
        "type": st.sampled_from(_KINDS),
        "title": _texts,
        "showtitle": _texts,
        "file": _texts,
        "mediapath": _texts,
        "id": st.sampled_from([-1, 0, 1, None]),
    }
    for key in draw(st.lists(st.sampled_from(sorted(changes)), max_size=4, unique=True)):
        item[key] = draw(changes[key])
    for key in draw(st.lists(st.sampled_from(sorted(item)), max_size=2, unique=True)):
        del item[key]
    return item


_result = st.one_of(
    st.builds(lambda key, item: {key: item}, st.sampled_from(["item", "details"]), details()),
    st.builds(
        lambda rows: {"episodes": rows, "limits": {"total": 3}}, st.lists(details(), max_size=3)
    ),
    st.builds(lambda rows, total: {"episodes": rows, "limits": total}, _odd, _odd),
    _odd,
)
_answer = st.one_of(
    _result.map(lambda result: {"result": result}),
    _odd.map(lambda error: {"error": error}),
)


def check(item: Item) -> None:
    """It can be shown, stored and sent, and its ids have the form of their databases."""
    title = item.show if isinstance(item, Episode) else item
    assert Ids.checked(title.ids.known()) == title.ids
    assert len(title.title) <= 2000
    assert label(item).encode() is not None
    numbers = (item.season, item.number, item.tvdb) if isinstance(item, Episode) else ()
    assert all(0 <= number < 2**63 for number in numbers)
    with sqlite3.connect(":memory:") as db:
        stored = (written(Watch(item, EVENING, "")), title.title, title.year, *numbers)
        db.execute(f"SELECT {', '.join('?' for _ in stored)}", stored).fetchone()
    assert json.dumps(body([Entry(1, Watch(item, EVENING, ""))], EVENING))


@anything
@given(playing=_answer, show=_answer, episodes=_answer, handed=_texts | _ids.map(json.dumps))
def test_playing__anything(
    kodi: FakeKodi, playing: Any, show: Any, episodes: Any, handed: str
) -> None:
    """What plays is an item that can be kept, or nothing, whatever is said of it."""
    kodi.window["script.trakt.ids"] = handed
    kodi.answers = {
        "Player.GetItem": playing,
        "VideoLibrary.GetTVShowDetails": show,
        "VideoLibrary.GetEpisodes": episodes,
    }
    found = Look().now()
    for part in found.parts if found else ():
        check(part.item)
        assert 0 <= part.start < part.end <= 1
    assert found is None or found.seen_at is None or found.seen_at >= 0


@anything
@given(of_one=_answer, show=_answer, episodes=_answer, kind=st.sampled_from(KINDS))
def test_library__anything(
    kodi: FakeKodi, of_one: Any, show: Any, episodes: Any, kind: str
) -> None:
    """What the library has are items that can be kept, whatever stands in it."""
    kodi.answers = {
        "VideoLibrary.GetMovieDetails": of_one,
        "VideoLibrary.GetEpisodeDetails": of_one,
        "VideoLibrary.GetSeasonDetails": of_one,
        "VideoLibrary.GetTVShowDetails": show,
        "VideoLibrary.GetEpisodes": episodes,
        "VideoLibrary.GetGenres": show,
        "Addons.GetAddons": of_one,
    }
    refs = [Ref("movie", 5), Ref("episode", 4)]
    rows = library.listed(kind, 4)
    rows += [row for found in library.together(refs).values() for row in found]
    for row in rows:
        check(row.item)
        assert row.last_played >= 0 <= row.released
    assert all(isinstance(each, str) for ref in refs for each in library.genres_of(ref))
    assert all(isinstance(each, str) for each in library.genres())
    assert all(isinstance(name, str) for name in library.video_addons().values())


@anything
@given(
    kind=st.sampled_from([*KINDS, "", "set"]),
    texts=st.lists(_texts, min_size=4, max_size=4),
    numbers=st.lists(st.integers(-1, 2**31 - 1), min_size=3, max_size=3),
    ids=_ids,
)
def test_focused__anything(
    kodi: FakeKodi, kind: str, texts: list[str], numbers: list[int], ids: Any
) -> None:
    """The item that has the focus is one that can be kept, or none, whatever its InfoTag tells."""
    (path, title, show, day), (season, episode, year) = texts, numbers
    focused = Focused(
        kind, -1, path, Title=title, TVShowTitle=show, Season=season, Episode=episode,
        Year=year, FirstAiredAsW3C=day, PremieredAsW3C=day, LastPlayedAsW3C=day, ids=ids,
    )  # fmt: skip
    for row in library.shown(focused):  # type: ignore[arg-type]
        check(row.item)


@given(
    st.one_of(
        _texts,
        values.map(json.dumps),
        details().map(lambda item: json.dumps({"item": item, "playcount": 1})),
    )
)
def test_mark__anything(data: str) -> None:
    """An announcement is a mark of something in the library, or none."""
    mark = mark_of(Update(data, 1.0, float(EVENING)))
    assert mark is None or (mark.ref.dbid > 0 <= mark.plays)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "5", "{", '{"error": 5}', '"\ud800"', "[" * 50_000]
)
def test_ask__what_is_no_answer(kodi: FakeKodi, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Where Kodi gives no answer at all, there is nothing."""
    monkeypatch.setattr(xbmc, "executeJSONRPC", lambda _: text)
    assert library.ask("Player.GetItem") == {}
    assert Look().now() is None
    assert library.listed("episode", 4) == []


@pytest.mark.parametrize("field", ["title", "showtitle", "file", "mediapath", "label", "uniqueid"])
def test_evening__ten_megabytes(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """What is 10 MB long stops nothing: what plays next is kept, and the log stays short."""
    item = ANSWERS["episode"]["result"]["item"]
    huge = {"tvdb": LONG} if field == "uniqueid" else LONG
    monkeypatch.setitem(ANSWERS, "huge", {"result": {"item": {**item, field: huge}}})
    evening.at(0, evening.play, "huge")
    evening.at(900, evening.stop)
    evening.at(1000, evening.play, "movie")
    evening.at(1950, evening.stop)
    kept = evening.run(2000)
    assert label(kept[-1][0]) == "Harbour Lights (2019)"
    for item, _ in kept:
        check(item)
    assert sum(len(text) for _, text in evening.kodi.log) < 100_000
    assert not [text for level, text in evening.kodi.log if level >= xbmc.LOGERROR]


@settings(anything, max_examples=40)
@given(first=_answer, update=_texts | values.map(json.dumps))
def test_evening__anything_first(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, first: Any, update: str
) -> None:
    """Whatever was said of one video, or of the library, the next one is kept."""
    monkeypatch.setitem(ANSWERS, "anything", first)
    evening.kodi.log.clear()
    evening.outbox.discard()
    start = evening.monotonic() - 1000
    evening.at(start + 1, evening.play, "anything")
    evening.at(
        start + 5, lambda: evening.monitor.onNotification("xbmc", "VideoLibrary.OnUpdate", update)
    )
    evening.at(start + 950, evening.stop)
    evening.at(start + 1000, evening.play, "movie")
    evening.at(start + 1950, evening.stop)
    kept = evening.run(start + 2000)
    assert label(kept[-1][0]) == "Harbour Lights (2019)"
    assert not [text for level, text in evening.kodi.log if level >= xbmc.LOGERROR]


_files = st.one_of(
    st.binary(max_size=60),
    encoded(values),
    st.just(b"[" * 50_000),
    st.lists(
        st.sampled_from(
            ["<settings", ' version="2"', ">", "</settings>", "<setting id=", '"threshold"', "80",
             '"client_id"', "</setting>", "/>", "<!--", "-->", "\n", "\0", "\u202e", "'", "&lt;"]
        ),
        max_size=14,
    ).map(lambda parts: "".join(parts).encode()),
)  # fmt: skip


@anything
@given(content=_files, said=_texts | encoded(damaged(TROUBLE)).map(bytes.decode))
def test_start__any_files(kodi: FakeKodi, content: bytes, said: str) -> None:
    """The service starts with any settings.xml, and remembers what it has said; so do scripts."""
    kodi.profile.mkdir(exist_ok=True)
    for name in ("settings.xml", "rivals.json", "exclusions.json"):
        (kodi.profile / name).write_bytes(content)
    kodi.enabled.add("script.simkl")
    settings_file.check()
    assert settings_file.read().rules.threshold >= 0
    first = rivals.is_news(str(kodi.profile / "rivals.json"))
    assert not rivals.is_news(str(kodi.profile / "rivals.json")) or not first
    kodi.window["service.simkl.trouble"] = said
    told = trouble.told()
    assert told is None or (moment.shown(told.since) and moment.shown(told.until))


def test_listed__endless(kodi: FakeKodi) -> None:
    """A library that promises more than it gives is not asked for ever."""
    kodi.answers = {
        "VideoLibrary.GetTVShowDetails": ANSWERS["show"],
        "VideoLibrary.GetEpisodes": {"result": {"episodes": [], "limits": {"total": 2**31 - 1}}},
    }
    assert library.listed("tvshow", 4) == []
    assert len(kodi.asked("VideoLibrary.GetEpisodes")) == 1
