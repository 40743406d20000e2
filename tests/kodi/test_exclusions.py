"""Evenings with what is not to be recorded."""

from __future__ import annotations

from typing import Any

import pytest

from simkl_scrobbler.kodi import settings
from simkl_scrobbler.kodi.library import Ref
from tests.unit.builders import EVENING

from .evening import Evening
from .fakes import ANSWERS, an_answer
from .shelf import Shelf, local
from .test_scrobbler import FILM, change, messages

FOLDER = "/films/"


@pytest.fixture(autouse=True)
def _film(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that `evening.play` plays lies in a folder and has a genre."""
    film = an_answer("movie", file=f"{FOLDER}Harbour Lights.mkv", genre=["Horror"])
    monkeypatch.setitem(ANSWERS, "movie", film)


@pytest.fixture
def film(shelf: Shelf) -> Ref:
    return shelf.put_movie(1, lastplayed=local(EVENING + 30))


def choose(evening: Evening, **changes: Any) -> None:
    """The person picks something from the lists."""
    settings.chosen().save(**changes)
    evening.monitor.onNotification("service.simkl", "Other.chosen", "null")


def private(evening: Evening, seconds: float) -> None:
    choose(evening, private_until=int(evening.time() + seconds))


@pytest.mark.parametrize("changes", [{"folders": (FOLDER,)}, {"genres": ("horror",)}])
def test_excluded__is_no_entry(evening: Evening, film: Ref, changes: dict[str, Any]) -> None:
    """What is left alone is no entry, neither by our threshold nor by Kodi's own count of it."""
    settings.chosen().save(**changes)
    evening.at(0, evening.play)
    evening.at(900, evening.mark, film)
    evening.at(900, evening.stop)
    assert evening.run(1000) == []


@pytest.mark.parametrize("changes", [{"folders": ("/tv/",)}, {"genres": ("Drama",)}])
def test_excluded__another(evening: Evening, changes: dict[str, Any]) -> None:
    """What is not in a chosen folder and has no chosen genre is recorded."""
    settings.chosen().save(**changes)
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]


def test_excluded__while_it_plays(evening: Evening) -> None:
    """Who chooses a folder while something of it plays has that left alone."""
    evening.at(0, evening.play)
    evening.at(400, lambda: choose(evening, folders=(FOLDER,)))
    evening.at(900, evening.stop)
    assert evening.run(1000) == []


def test_excluded__no_more_while_it_plays(evening: Evening) -> None:
    """Who takes the folder out while something of it plays has that recorded."""
    settings.chosen().save(folders=(FOLDER,))
    evening.at(0, evening.play)
    evening.at(400, lambda: choose(evening, folders=()))
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]


def test_library_only__what_is_in_it(evening: Evening) -> None:
    """Films of the library are recorded when only those are."""
    change(evening, "library_only", "true")
    change(evening, "exclude_streams", "true")
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]


def test_private__nothing_is_recorded(evening: Evening, film: Ref) -> None:
    """While it lasts neither playback nor Kodi's count nor a mark is an entry."""
    private(evening, 7200)
    evening.at(1, evening.play)
    evening.at(900, evening.mark, film)
    evening.at(900, evening.stop)
    evening.at(1000, evening.mark, film)
    evening.at(1100, evening.unmark, film)
    assert evening.run(2000) == []


@pytest.mark.parametrize("second", [799, 801])
def test_private__what_plays_when_it_begins(evening: Evening, second: float) -> None:
    """What plays when it begins is dropped, unless it had been watched before."""
    evening.at(0, evening.play)
    evening.at(second, private, evening, 30)
    evening.at(990, evening.end)
    assert evening.run(2000) == ([] if second < 800 else [(FILM, 800)])


@pytest.mark.parametrize(("seconds", "expected"), [(7200, []), (0, [(FILM, 802)])])
def test_private__between_two_files_of_a_stack(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, seconds: float, expected: list[Any]
) -> None:
    """What begins in the moment in which Kodi opens the next file holds for the whole stack."""
    stack = "stack:///films/Harbour Lights cd1.avi , /films/Harbour Lights cd2.avi"
    monkeypatch.setitem(ANSWERS, "movie", an_answer("movie", file=stack))
    evening.at(0, evening.play)
    evening.at(500, evening.player.onPlayBackStarted)
    evening.at(501, private, evening, seconds)
    evening.at(502, lambda: evening.play(position=500))
    evening.at(990, evening.stop)
    assert evening.run(2000) == expected


def test_private__ends_while_something_plays(evening: Evening, film: Ref) -> None:
    """What began in private mode stays private, also Kodi's count; what comes next does not."""
    private(evening, 300)
    evening.at(100, evening.play)
    evening.at(900, change, evening, "notify", "false")
    evening.at(1050, evening.mark, film)
    evening.at(1050, evening.stop)
    evening.at(1060, evening.play)
    evening.at(2000, evening.stop)
    assert evening.run(2100) == [(FILM, 1860)]


def test_private__ended_by_the_person(evening: Evening) -> None:
    """Who ends it while something plays has that left alone, and the next thing recorded."""
    private(evening, 7200)
    evening.at(100, evening.play)
    evening.at(200, lambda: choose(evening, private_until=0))
    evening.at(1000, evening.play)
    evening.at(1900, evening.stop)
    assert evening.run(2000) == [(FILM, 1800)]


def test_private__tells_its_end(evening: Evening) -> None:
    """When it has ended by itself the person hears that once, not over a video."""
    settings.chosen().save(private_until=EVENING + 300)
    evening.at(100, evening.play)
    evening.at(500, evening.stop)
    evening.run(1000)
    assert messages(evening) == ["Private mode has ended."]


def test_private__before_a_restart(evening: Evening) -> None:
    """It lasts through a restart; one that ended meanwhile is not spoken of."""
    settings.chosen().save(private_until=EVENING - 300)
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]
    assert messages(evening) == []


def test_private__by_a_clock_that_was_ahead(evening: Evening) -> None:
    """What would last longer than a day was begun by a wrong clock, and does not hold."""
    settings.chosen().save(private_until=EVENING + 30 * 86400)
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]
