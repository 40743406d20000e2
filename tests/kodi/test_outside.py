"""What Kodi does not tell of discs, and of what another program plays."""

from __future__ import annotations

from typing import Any

import pytest

from simkl_scrobbler.kodi.library import MOVIE, Ref
from simkl_scrobbler.media import Ids, Movie

from .evening import Evening
from .fakes import ANSWERS, an_answer

FILM = Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))
COUNTED = Ref(MOVIE, 1)


@pytest.fixture
def disc(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The film on a disc, an hour and forty minutes long by the library's word."""
    answer = an_answer("movie", mediapath="/films/Harbour Lights.iso", runtime=6000)
    monkeypatch.setitem(ANSWERS, "disc", answer)
    return dict(answer["result"]["item"])


@pytest.mark.usefixtures("disc")
def test_disc__trailers_before_the_film(evening: Evening) -> None:
    """A trailer of some minutes that a disc begins with is not the film; the film is, after it."""
    evening.at(0, evening.play, "disc", 150.0)
    evening.at(151, evening.open, "disc", 6000.0, 0.0)
    evening.at(6151, evening.end)
    assert evening.run(7000) == [(FILM, 151 + 4800)]


def test_disc__trailers_that_played_last(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stopped in the trailers before, by whose length Kodi goes then, sees the film later."""
    last = {"runtime": 150, "streamdetails": {"video": [{"codec": "mpeg2", "duration": 150}]}}
    answer = an_answer("movie", mediapath="/films/Harbour Lights.iso", **last)
    monkeypatch.setitem(ANSWERS, "disc", answer)
    evening.at(0, evening.play, "disc", 150.0)
    evening.at(151, evening.open, "disc", 6000.0, 0.0)
    evening.at(6151, evening.end)
    assert evening.run(7000) == [(FILM, 151 + 4800)]


@pytest.mark.usefixtures("disc")
def test_disc__only_the_extras(evening: Evening) -> None:
    """Who has seen what else is on a disc has not seen the film, also if Kodi counts that."""
    evening.at(0, evening.play, "disc", 1500.0)
    evening.at(1500, evening.mark, COUNTED)
    evening.at(1500, evening.end)
    assert evening.run(3000) == []


def test_disc__of_several_episodes(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a disc with several episodes nobody knows which one plays: it is left alone."""
    item = {"type": "unknown", "title": "", "mediapath": "/tv/Night Ferry S01E01-E03.iso"}
    monkeypatch.setitem(ANSWERS, "discs", {"result": {"item": item}})
    evening.at(0, evening.play, "discs", 9000.0)
    evening.at(9000, evening.end)
    assert evening.run(9100) == []


@pytest.mark.parametrize("late", [False, True])
def test_external__as_kodi_counts(evening: Evening, late: bool) -> None:
    """What another program plays is watched when that ends, if Kodi counts it."""
    evening.outside = True
    evening.at(0, evening.play, "movie", 0.0)
    evening.at(500, evening.end if late else lambda: evening.mark(COUNTED))
    evening.at(501, (lambda: evening.mark(COUNTED)) if late else evening.end)
    assert evening.run(600) == [(FILM, 500 if late else 501)]


def test_external__not_counted(evening: Evening) -> None:
    """What another program plays and Kodi does not count is not known to be watched."""
    evening.outside = True
    evening.at(0, evening.play, "movie", 0.0)
    evening.at(6000, evening.end)
    assert evening.run(6100) == []
    assert set(evening.asked) == {0}
