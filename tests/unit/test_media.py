"""The values: which ids can be trusted, and how people name an item."""

from __future__ import annotations

import json

import pytest

from simkl_scrobbler.media import Act, Ids, Item, Movie, label, read, written

from .builders import (
    EVENING,
    a_movie,
    a_removal,
    a_rewatch,
    a_watch,
    an_episode,
    an_order,
)


@pytest.mark.parametrize(
    ("uniqueid", "expected"),
    [
        ({"imdb": "tt9000001", "tmdb": "900001"}, Ids(imdb="tt9000001", tmdb=900001)),
        ({"imdb": "900001"}, Ids(tmdb=900001)),
        ({"imdb": "900001", "tmdb": "5"}, Ids(tmdb=5)),
        ({"unknown": "tt9000001"}, Ids(imdb="tt9000001")),
        ({"unknown": "900001"}, Ids()),
        ({"TheTVDB": 910002, "anidb": "17"}, Ids(tvdb=910002, anidb=17)),
        ({"imdb": "nm0000001", "tmdb": "", "tvdb": "-1", "mal": None}, Ids()),
        ({"tmdb": "1 OR 1=1", "tvdb": '{"a":1}', "imdb": "tt"}, Ids()),
        ({"tmdb": "٣"}, Ids()),
        ({}, Ids()),
        (None, Ids()),
        ("tt9000001", Ids()),
    ],
)
def test_ids__by_their_form(uniqueid: object, expected: Ids) -> None:
    """An id counts only in the form of its database, and is repaired where the form tells which."""
    assert Ids.checked(uniqueid) == expected


def test_ids__known() -> None:
    """Only ids that are known go to Simkl."""
    assert Ids(imdb="tt9000001", tvdb=3).known() == {"imdb": "tt9000001", "tvdb": 3}


def test_label() -> None:
    """People read title and year of a film, title and S/E of an episode."""
    assert label(a_movie()) == "Harbour Lights (2019)"
    assert label(Movie("Nameless", 0, Ids())) == "Nameless"
    assert label(an_episode(season=0, number=12)) == "Night Ferry S00E12"


@pytest.mark.parametrize("item", [a_movie(), an_episode(), an_episode(season=0, tvdb=77)])
def test_written__comes_back(item: Item) -> None:
    """An act comes back from storage as it went in, a watch as a watch, a removal as a removal."""
    for act in (a_watch(item), a_removal(item)):
        assert read(written(act), EVENING, act.source) == act


def test_written__nobody_takes_a_removal_for_a_watch() -> None:
    """What stands for a removal is no item: an older version must not send it as a watch."""
    assert "title" not in json.loads(written(a_removal()))


@pytest.mark.parametrize(
    "act",
    [
        a_rewatch(),
        a_rewatch(an_episode(season=0, tvdb=77)),
        an_order(),
        an_order("closed", 31007, (1, 4, "2023-11-14T22:13:20Z")),
    ],
)
def test_written__what_is_about_rewatches(act: Act) -> None:
    """It comes back as it went in, and an older version cannot take it for a watch."""
    assert read(written(act), EVENING, act.source) == act
    assert not json.loads(written(act)).keys() & {"title", "show"}
