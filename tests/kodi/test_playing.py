"""What Kodi says of the video that plays becomes an item."""

from __future__ import annotations

from typing import Any

import pytest
import xbmc

from simkl_scrobbler.kodi import log
from simkl_scrobbler.kodi.playing import Look
from simkl_scrobbler.media import Episode, Ids, Item, Movie, Show

from .fakes import ANSWERS, FakeKodi, an_answer

LOOK = Look()
FERRY = Show("Night Ferry", 2021, Ids(imdb="tt9000002", tmdb=920002, tvdb=910002))


def playing(kodi: FakeKodi, item: Any, show: Any = ANSWERS["show"]) -> Item | None:
    kodi.answers = {
        "Player.GetItem": item,
        "VideoLibrary.GetTVShowDetails": show,
        "VideoLibrary.GetEpisodes": {"result": {"limits": {"total": 0}}},
    }
    found = Look().now()
    return found.parts[0].item if found else None


def test_playing__film(kodi: FakeKodi) -> None:
    """A film of the library is a movie with its own ids."""
    film = playing(kodi, ANSWERS["movie"])
    assert film == Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))
    assert kodi.asked("VideoLibrary.GetTVShowDetails") == []


def test_playing__episode(kodi: FakeKodi) -> None:
    """An episode carries title, year and ids of its show, never its own."""
    assert playing(kodi, ANSWERS["episode"]) == Episode(FERRY, 1, 2)
    assert kodi.asked("VideoLibrary.GetTVShowDetails")[0]["tvshowid"] == 1


def test_playing__special(kodi: FakeKodi) -> None:
    """An episode of season 0 carries its own tvdb id, too; its show is still the show."""
    assert playing(kodi, ANSWERS["special"]) == Episode(FERRY, 0, 1, tvdb=9100020)


def test_playing__special_without_an_id(kodi: FakeKodi) -> None:
    """A special that has no tvdb id is known by its number."""
    special = an_answer("special", uniqueid={"imdb": "tt9100029"})
    assert playing(kodi, special) == Episode(FERRY, 0, 1)


@pytest.mark.parametrize("answer", ["nothing", "file", "no_show"])
def test_playing__nothing_is_known(kodi: FakeKodi, answer: str) -> None:
    """A file of which nothing is known, and what Kodi refuses to name, is no item."""
    assert playing(kodi, ANSWERS[answer]) is None


@pytest.mark.parametrize("kind", ["musicvideo", "channel", "song", "set"])
def test_playing__other_kinds(kodi: FakeKodi, kind: str | None) -> None:
    """Music videos and television are no items, whatever id they have."""
    assert playing(kodi, an_answer("movie", type=kind)) is None


VERSIONS = "videodb://movies/videoversions"


def test_playing__extra(kodi: FakeKodi) -> None:
    """What Kodi 21 keeps with a film as an extra is nothing, wherever its file lies."""
    extra = {
        "file": "/media/movies/Harbour Lights (2019)/Harbour Lights (2019) bonus.mkv",
        "id": 217,
        "label": "Making of",
        "mediapath": f"{VERSIONS}/40801?mediaid=6&videoversionid=40801",
        "title": "Making of",
        "type": "unknown",
        "year": 0,
    }
    assert playing(kodi, {"result": {"item": extra}}) is None


def test_playing__version(kodi: FakeKodi) -> None:
    """A version of a film, which Kodi 21 can have several of, is the film."""
    path = f"{VERSIONS}/40401/6?mediaid=6&videoversionid=40401"
    film = playing(kodi, an_answer("movie", mediapath=path))
    assert film == Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))


def test_playing__outside_the_library(kodi: FakeKodi) -> None:
    """What another add-on plays is known by the ids that it gives, as in the library."""
    film = an_answer("movie")
    del film["result"]["item"]["id"]
    assert playing(kodi, film) == Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))


def test_playing__fields_are_missing(kodi: FakeKodi) -> None:
    """A film of which only id and label are known is still a film."""
    bare = {"result": {"item": {"id": 1, "type": "movie", "label": "Harbour Lights"}}}
    assert playing(kodi, bare) == Movie("Harbour Lights", 0, Ids())


def test_playing__title_is_no_text(kodi: FakeKodi) -> None:
    """A title with bytes that are no UTF-8, which Kodi hands on as they are, is made legible."""
    film = playing(kodi, an_answer("movie", title="Caf\udce9 \u00e9"))
    assert film and film.title == "Caf? \u00e9"


@pytest.mark.parametrize("year", [None, "2019", -1, 0, [2019]])
def test_playing__year_makes_no_sense(kodi: FakeKodi, year: object) -> None:
    """A year that is none is left out; the film is not."""
    film = playing(kodi, an_answer("movie", year=year))
    assert film == Movie("Harbour Lights", 0, Ids(imdb="tt9000001", tmdb=900001))


@pytest.mark.parametrize(
    "uniqueid",
    [None, "tt9000001", ["tt9000001"], {}, {"imdb": None, "tmdb": {"id": 1}, "tvdb": []}],
)
def test_playing__ids_make_no_sense(kodi: FakeKodi, uniqueid: object) -> None:
    """Ids that are none are left out; the film is not."""
    film = playing(kodi, an_answer("movie", uniqueid=uniqueid))
    assert film == Movie("Harbour Lights", 2019, Ids())


def test_playing__ids_are_repaired(kodi: FakeKodi) -> None:
    """A number under imdb is TMDb's, and an imdb id under any name is imdb's."""
    film = playing(kodi, an_answer("movie", uniqueid={"imdb": "900001", "unknown": "tt9000001"}))
    assert film == Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))
    show = an_answer("show", uniqueid={"thetvdb": "910002", "unknown": "5"})
    assert playing(kodi, ANSWERS["episode"], show) == Episode(
        Show("Night Ferry", 2021, Ids(tvdb=910002)), 1, 2
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"season": -1},
        {"season": None},
        {"season": "1"},
        {"season": True},
        {"episode": -1},
        {"episode": "x"},
        {"episode": 2**63},
    ],
)
def test_playing__episode_without_a_number(kodi: FakeKodi, changes: dict[str, object]) -> None:
    """An episode is nothing without season and number: it could only mean the whole show."""
    assert playing(kodi, an_answer("episode", **changes)) is None


@pytest.mark.parametrize("show", ["unknown_show", "no_show"])
def test_playing__episode_without_a_show(kodi: FakeKodi, show: str) -> None:
    """Of a show that Kodi refuses to tell of, the title is left; the refusal is in the log."""
    log.install()
    episode = playing(kodi, ANSWERS["episode"], ANSWERS[show])
    assert episode == Episode(Show("Night Ferry", 0, Ids()), 1, 2)
    warnings = [text for level, text in kodi.log if level == xbmc.LOGWARNING]
    assert warnings == ["[service.simkl] VideoLibrary.GetTVShowDetails: Invalid params."]


@pytest.mark.parametrize("junk", [None, [], "junk", 5, {}, {"item": None}, {"item": []}])
def test_playing__junk(kodi: FakeKodi, junk: object) -> None:
    """A result of another form is no item."""
    assert playing(kodi, {"result": junk}) is None


@pytest.mark.parametrize("junk", [None, [], "junk", {}, {"tvshowdetails": ["Night Ferry"]}])
def test_playing__junk_for_a_show(kodi: FakeKodi, junk: object) -> None:
    """A show of another form is known by the title that its episode says."""
    episode = playing(kodi, ANSWERS["episode"], {"result": junk})
    assert episode == Episode(Show("Night Ferry", 0, Ids()), 1, 2)


def handed(kodi: FakeKodi, addon: str, text: str = "", **changes: object) -> Ids:
    """The ids that an episode of an add-on is played with; `text` is handed over before it."""
    if text:
        kodi.window["script.trakt.ids"] = text
    played = an_answer(
        "episode", mediapath=f"plugin://{addon}/?x", uniqueid={}, tvshowid=-1, **changes
    )
    del played["result"]["item"]["id"]
    kodi.answers = {"Player.GetItem": played}
    found = LOOK.now()
    assert found
    (part,) = found.parts
    assert isinstance(part.item, Episode)
    return part.item.show.ids


def test_handed_ids__of_what_plays(kodi: FakeKodi) -> None:
    """What an add-on hands over counts for what it plays then, and not for the next one."""
    assert handed(kodi, "plugin.video.a", '{"tvdb": 910003}') == Ids(tvdb=910003)
    assert "script.trakt.ids" not in {key for key, value in kodi.window.items() if value}
    assert handed(kodi, "plugin.video.a") == Ids()


def test_handed_ids__script_trakt_clears_them(kodi: FakeKodi) -> None:
    """Where script.trakt is, they are its own to clear; another add-on's video has none of it."""
    kodi.enabled.add("script.trakt")
    assert handed(kodi, "plugin.video.a", '{"tvdb": 910003}') == Ids(tvdb=910003)
    assert kodi.window["script.trakt.ids"]
    assert handed(kodi, "plugin.video.b") == Ids()


def test_handed_ids__script_trakt_does_not_hear_of_what_is_skipped(kodi: FakeKodi) -> None:
    """Then they stay: they hold for the next episode of that show, and for no other show."""
    kodi.enabled.add("script.trakt")
    assert handed(kodi, "plugin.video.a", '{"tvdb": 910003}') == Ids(tvdb=910003)
    assert handed(kodi, "plugin.video.a", episode=3) == Ids(tvdb=910003)
    for _ in range(2):
        assert handed(kodi, "plugin.video.a", showtitle="Salt Road") == Ids()
    assert handed(kodi, "plugin.video.a", episode=4) == Ids(tvdb=910003)
    assert handed(kodi, "plugin.video.a", '{"tvdb": 910005}', showtitle="Salt Road") == Ids(
        tvdb=910005
    )


@pytest.mark.parametrize("text", ["rubbish", "5", "[]", '{"tvdb": "x"}', "null"])
def test_handed_ids__junk(kodi: FakeKodi, text: str) -> None:
    """Anybody can write there: what are no ids are none."""
    assert handed(kodi, "plugin.video.a", text) == Ids()
