"""What Kodi says of its library is heard as marks, and a burst of them is read as acts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simkl_scrobbler.exclusions import Exclusions
from simkl_scrobbler.kodi import moment
from simkl_scrobbler.kodi.library import EPISODE, MOVIE, Ref
from simkl_scrobbler.kodi.marks import Mark, Marks, Update, mark_of
from simkl_scrobbler.media import Episode, Movie, Removal, Watch
from tests.unit.builders import EVENING

from .shelf import Shelf, local

LATER = EVENING + 3600
FILM = {"id": 4, "type": "movie"}
COUNTED = {"item": FILM, "playcount": 1}


def heard(data: Any) -> Mark | None:
    return mark_of(Update(json.dumps(data), 100.0, EVENING))


def burst(*refs: Ref, watched: bool = True) -> Marks:
    marks = Marks("")
    for ref in refs:
        marks.add(Mark(ref, int(watched), LATER), 100.0)
    return marks


def numbers(marks: Marks) -> list[int]:
    return sorted(act.item.number for act in marks.acts(Exclusions()))


@pytest.mark.parametrize(("playcount", "watched"), [(1, True), (2, True), (0, False)])
@pytest.mark.parametrize("kind", [MOVIE, EPISODE])
def test_mark_of__a_play_count(kind: str, playcount: int, watched: bool) -> None:
    """A new play count of a film or an episode is a mark, in both forms that Kodi uses."""
    item = {"id": 4, "type": kind}
    mark = Mark(Ref(kind, 4), playcount, EVENING)
    assert mark.watched == watched
    assert heard({"item": item, "playcount": playcount}) == mark
    assert heard({**item, "playcount": playcount}) == mark


@pytest.mark.parametrize(
    "data",
    [
        {"item": FILM},
        FILM,
        {"id": -1, "type": ""},
        {"id": -1, "type": "video", "playcount": 1},
        {"item": FILM, "transaction": True},
        {**COUNTED, "added": True},
        {**COUNTED, "added": True, "transaction": True},
        {**FILM, "playcount": 1, "added": True},
    ],
)
def test_mark_of__nobody_watched_anything(data: Any) -> None:
    """A new last-played moment or bookmark, a scan, an import and other files are no marks."""
    assert heard(data) is None


def test_mark_of__while_a_scan_runs() -> None:
    """What a person marks while the library is scanned is a mark like any other."""
    assert heard({**COUNTED, "transaction": True}) == heard(COUNTED) is not None


@pytest.mark.parametrize("kind", ["tvshow", "season", "musicvideo", "song", "Movie", "", None, 4])
def test_mark_of__other_kinds(kind: object) -> None:
    """Only films and episodes are watched."""
    assert heard({"item": {"id": 4, "type": kind}, "playcount": 1}) is None


@pytest.mark.parametrize("number", [True, False, 0, -1, 4.0, "4", None, [], {}, [4]])
def test_mark_of__id_makes_no_sense(number: object) -> None:
    """What has no number of the library is no item."""
    assert heard({"item": {"id": number, "type": "movie"}, "playcount": 1}) is None


@pytest.mark.parametrize("playcount", [True, False, -1, 1.0, "1", None, [], {}, [1]])
def test_mark_of__play_count_makes_no_sense(playcount: object) -> None:
    """What is no count of plays neither marks nor un-marks."""
    assert heard({"item": FILM, "playcount": playcount}) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        True,
        5,
        "item",
        [],
        [COUNTED],
        {},
        {"item": None, "playcount": 1},
        {"item": [], "playcount": 1},
        {"item": "movie", "playcount": 1},
        {"item": {"item": FILM}, "playcount": 1},
        {"item": {"type": "movie"}, "playcount": 1},
        {"item": {"id": 4}, "playcount": 1},
        {"item": {"id": 4, "type": ["movie"]}, "playcount": 1},
    ],
)
def test_mark_of__another_form(data: Any) -> None:
    """What has another form is no mark."""
    assert heard(data) is None


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "{", "\0", "\udce9", '{"item"', "[" * 100_000, '{"item":' * 100_000],
    ids=["empty", "word", "open", "null", "surrogate", "cut", "deep list", "deep object"],
)
def test_mark_of__no_json(text: str) -> None:
    """What is no JSON, or nests deeper than anybody can read, is no mark."""
    assert mark_of(Update(text, 100.0, EVENING)) is None


def test_due__when_it_has_become_quiet() -> None:
    """A burst is read two seconds after its last mark."""
    marks = Marks("")
    assert marks.due is None
    for at in (100.0, 101.5, 103.0):
        marks.add(Mark(Ref(MOVIE, 4), 1, EVENING), at)
    assert marks.due == 105.0


def test_due__of_what_never_ends() -> None:
    """A burst that does not end is read after a minute."""
    marks = Marks("")
    for at in range(100, 200):
        marks.add(Mark(Ref(MOVIE, at), 1, EVENING), at)
    assert marks.due == 160.0


def test_acts__begin_anew(shelf: Shelf) -> None:
    """What was read is not read again; the next burst has a minute of its own."""
    film = shelf.put_movie(4)
    marks = burst(film)
    assert len(marks.acts(Exclusions())) == 1
    assert (marks.due, marks.acts(Exclusions())) == (None, [])
    marks.add(Mark(film, 1, LATER), 500.0)
    assert marks.due == 502.0


def test_acts__a_film(shelf: Shelf) -> None:
    """A film that was marked is watched at its last-played time, on the clock of the wall."""
    film = shelf.put_movie(4, lastplayed=local(EVENING))
    [watch] = burst(film).acts(Exclusions())
    assert watch[1:] == (EVENING, "library")
    assert isinstance(watch.item, Movie)
    assert watch.item.ids.tmdb == 900004


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2022-07-01 20:15:00", "2022-07-01T18:15:00Z"),
        ("2022-12-01 20:15:00", "2022-12-01T19:15:00Z"),
        ("2022-03-27 01:59:59", "2022-03-27T00:59:59Z"),
        ("2022-03-27 03:00:00", "2022-03-27T01:00:00Z"),
        ("2022-10-30 01:59:59", "2022-10-29T23:59:59Z"),
        ("2022-10-30 03:00:00", "2022-10-30T02:00:00Z"),
    ],
)
def test_acts__last_played_on_the_clock_of_that_day(shelf: Shelf, text: str, utc: str) -> None:
    """The last-played time is meant as the clock showed it then, in summer and in winter."""
    [watch] = burst(shelf.put_movie(lastplayed=text)).acts(Exclusions())
    assert watch == Watch(watch.item, moment.of_iso(utc), "library")


@pytest.mark.parametrize(
    "text",
    ["", None, 5, "yesterday", "1601-01-01 00:00:00", "2026-13-01 00:00:00", "2026-11-24"],
)
def test_acts__no_last_played_time(shelf: Shelf, text: object) -> None:
    """Where Kodi knows no moment, it is that of the mark."""
    [watch] = burst(shelf.put_movie(lastplayed=text)).acts(Exclusions())
    assert watch == Watch(watch.item, LATER, "library")


def test_acts__played_by_a_clock_that_was_ahead(shelf: Shelf) -> None:
    """A last-played time that is still to come is that of the mark."""
    [watch] = burst(shelf.put_movie(lastplayed=local(LATER + 86400))).acts(Exclusions())
    assert watch == Watch(watch.item, LATER, "library")


def test_acts__unmarked(shelf: Shelf) -> None:
    """What was un-marked is a removal, at the moment of the un-mark."""
    [removal] = burst(shelf.put_movie(lastplayed=local()), watched=False).acts(Exclusions())
    assert removal == Removal(removal.item, LATER, "library")


@pytest.mark.parametrize("last", [True, False])
def test_acts__the_last_word(shelf: Shelf, last: bool) -> None:
    """What is marked and un-marked within a burst is what it was at the end, once."""
    film = shelf.put_movie()
    marks = Marks("")
    for watched in (last, not last, last):
        marks.add(Mark(film, int(watched), LATER), 100.0)
    [act] = marks.acts(Exclusions())
    assert isinstance(act, Watch) == last


def test_acts__by_the_season(shelf: Shelf) -> None:
    """A burst is read season by season: what Kodi is asked grows with those, not with episodes."""
    refs = [shelf.put_episode(dbid, season=dbid % 3) for dbid in range(1, 201)]
    acts = burst(*refs).acts(Exclusions())
    assert len({act.item for act in acts}) == 200
    assert shelf.calls <= 3 * 3


def test_acts__only_what_was_marked(shelf: Shelf) -> None:
    """The other episodes of a season are left alone."""
    refs = [shelf.put_episode(dbid) for dbid in range(1, 6)]
    assert numbers(burst(refs[1], refs[3])) == [2, 4]


def test_acts__a_season_of_more_than_a_page(shelf: Shelf) -> None:
    """Of a long season every episode is found."""
    refs = [shelf.put_episode(dbid) for dbid in range(1, 1102)]
    assert numbers(burst(*refs)) == list(range(1, 1102))


def test_acts__several_episodes_in_one_file(shelf: Shelf) -> None:
    """A file of several episodes has one play count: all of them are meant, each once."""
    refs = [shelf.put_episode(dbid, file="/tv/1-3.mkv") for dbid in (1, 2, 3)]
    shelf.put_episode(4)
    assert numbers(burst(refs[1])) == [1, 2, 3]
    assert numbers(burst(*refs)) == [1, 2, 3]


@pytest.mark.parametrize("file", ["", None])
def test_acts__no_file(shelf: Shelf, file: str | None) -> None:
    """Episodes of which Kodi knows no file do not share one."""
    refs = [shelf.put_episode(dbid, file=file) for dbid in (1, 2, 3)]
    assert numbers(burst(refs[0])) == [1]


def test_acts__twice_in_the_library(shelf: Shelf) -> None:
    """An episode of which the library has two files is watched once, though both were marked."""
    refs = [shelf.put_episode(dbid, number=7, lastplayed=local(EVENING + dbid)) for dbid in (1, 2)]
    assert numbers(burst(*refs)) == [7]


def test_acts__a_special(shelf: Shelf) -> None:
    """A special carries its own tvdb id."""
    [watch] = burst(shelf.put_episode(9, season=0, number=3)).acts(Exclusions())
    assert isinstance(watch.item, Episode)
    assert (watch.item.season, watch.item.number, watch.item.tvdb) == (0, 3, 9100009)


def test_acts__vanished(shelf: Shelf) -> None:
    """What has left the library since is nothing; the others of the burst are kept."""
    gone, stays = shelf.put_episode(1), shelf.put_episode(2)
    film, other = shelf.put_movie(1), shelf.put_movie(2)
    shelf.take(gone)
    shelf.take(film)
    items = [act.item for act in burst(gone, film, stays, other).acts(Exclusions())]
    assert [type(item) for item in items] == [Episode, Movie]


def test_acts__an_episode_without_a_number(shelf: Shelf) -> None:
    """What has no number could only mean the whole show: it is nothing."""
    assert burst(shelf.put_episode(1, number=-1)).acts(Exclusions()) == []


@pytest.mark.parametrize(
    ("exclusions", "left"),
    [
        (Exclusions(), [1, 2]),
        (Exclusions(folders=("/movie/1.mkv",)), [2]),
        (Exclusions(folders=("/other/",)), [1, 2]),
        (Exclusions(genres=("horror",)), [2]),
        (Exclusions(genres=("Western",)), [1, 2]),
        (Exclusions(library_only=True, streams=True), [1, 2]),
    ],
)
def test_acts__of_what_is_left_alone(shelf: Shelf, exclusions: Exclusions, left: list[int]) -> None:
    """A mark on what lies in a chosen folder, or has a chosen genre, is not followed."""
    marks = burst(shelf.put_movie(1, genre=["Horror"]), shelf.put_movie(2, genre=["Drama"]))
    acts = marks.acts(exclusions)
    assert [act.item.ids.tmdb - 900000 for act in acts] == left


@pytest.mark.parametrize(("genre", "number"), [("Drama", 0), ("Western", 1)])
def test_acts__an_episode_of_a_genre(shelf: Shelf, genre: str, number: int) -> None:
    """An episode has the genres of its show."""
    acts = burst(shelf.put_episode(1)).acts(Exclusions(genres=(genre,)))
    assert len(acts) == number
