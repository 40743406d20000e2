# SPDX-License-Identifier: MIT
"""Television, recordings and what comes by UPnP, as Kodi 20.1 told of them."""

from __future__ import annotations

import pytest

from simkl_scrobbler.exclusions import Exclusions, left_alone
from simkl_scrobbler.kodi import log
from simkl_scrobbler.kodi.playing import Look, Playing
from simkl_scrobbler.media import NAME_ONLY, Episode, Ids, Item, Movie, Show
from tests.unit.builders import EVENING

from .fakes import ANSWERS, FakeKodi, an_answer

FOG = Episode(Show("Salt Road", 0, Ids()), 1, 2)


def looked(kodi: FakeKodi, answer: str, asks: bool = True, **changes: object) -> Playing | None:
    kodi.answers = {"Player.GetItem": an_answer(answer, **changes) if changes else ANSWERS[answer]}
    return Look().now(asks)


def item(kodi: FakeKodi, answer: str, asks: bool = True, **changes: object) -> Item | None:
    found = looked(kodi, answer, asks, **changes)
    return found.parts[0].item if found else None


def why(kodi: FakeKodi, answer: str, exclusions: Exclusions) -> str:
    found = looked(kodi, answer)
    assert found
    return left_alone(found.facts, exclusions, EVENING)


def test_live_tv__never(kodi: FakeKodi) -> None:
    """A channel is left alone whatever it shows, and the log says so; its number is no film's."""
    log.install()
    assert item(kodi, "channel") is None
    assert [text for _, text in kodi.log] == ["[service.simkl] left alone: live"]


def test_recording__of_an_episode(kodi: FakeKodi) -> None:
    """A recording has its show's name for a title, and the episode's where others have the show."""
    found = looked(kodi, "recording_of_an_episode")
    assert found and found.sure and found.parts[0].item == FOG
    assert found.ref.dbid == 0
    assert why(kodi, "recording_of_an_episode", Exclusions()) == ""


def test_recording__of_a_film(kodi: FakeKodi) -> None:
    """Title and year make a film of it."""
    found = looked(kodi, "recording_of_a_film")
    assert found and found.sure and found.parts[0].item == Movie("Copper Sky", 2016, Ids())


@pytest.mark.parametrize("answer", ["recording", "recording_without_numbers"])
def test_recording__that_says_too_little(kodi: FakeKodi, answer: str) -> None:
    """The news of the day, and an episode of which nobody says which, are nobody's business."""
    assert item(kodi, answer) is None


@pytest.mark.parametrize(
    "changes", [{"season": 0}, {"season": -1}, {"episode": 0}, {"season": 0, "showtitle": ""}]
)
def test_recording__with_half_a_number(kodi: FakeKodi, changes: dict[str, object]) -> None:
    """Half a number is none, and what has one is no film, whatever its year."""
    assert item(kodi, "recording_of_an_episode", year=2016, **changes) is None


def test_recording__of_a_show_with_a_year(kodi: FakeKodi) -> None:
    """A year in the title of a show makes no film of one of its episodes."""
    assert item(kodi, "recording_without_numbers", title="Salt Road (2016)") is None


def test_recording__by_its_name(kodi: FakeKodi) -> None:
    """Where the guide is silent the title can say it, as the name of a file does."""
    assert item(kodi, "recording_with_a_name") == FOG._replace(number=3)
    # A year that somebody gave to it does not make a film of it.
    assert item(kodi, "recording_with_a_name", year=2016) == FOG._replace(number=3)
    film = Movie("Face Off", 1997, Ids())
    assert item(kodi, "recording", title="Face/Off (1997)") == film


def test_recording__is_not_of_the_library(kodi: FakeKodi) -> None:
    """A recording has a number of its own: who wants only the library has it left alone."""
    only = Exclusions(library_only=True)
    assert why(kodi, "recording_of_a_film", only) == "library"


def test_recording__of_the_radio(kodi: FakeKodi) -> None:
    """What was recorded from the radio is no film, though it has title and year."""
    assert why(kodi, "radio_recording", Exclusions()) == "music"


def test_upnp__library_of_another_kodi(kodi: FakeKodi) -> None:
    """Films go by their id, episodes by their show's name, for the id is the episode's own."""
    assert item(kodi, "upnp_film") == Movie("Harbour Lights", 2019, Ids(imdb="tt9000001"))
    assert item(kodi, "upnp_film", uniqueid={}) == Movie("Harbour Lights", 2019, Ids())
    assert item(kodi, "upnp_episode") == Episode(Show("Night Ferry", 0, Ids()), 1, 2)


def test_upnp__file(kodi: FakeKodi) -> None:
    """A server calls any file a film of the year in which it was written: only its name counts."""
    ferry = Show("Night Ferry", 0, Ids())
    assert item(kodi, "upnp_file") == Episode(ferry, 1, 2)
    film = Movie("Copper Sky", 2016, Ids())
    assert item(kodi, "upnp_file", title="Copper Sky (2016)") == film
    assert item(kodi, "upnp_file", asks=False, title="Holiday in Rome") is None


@pytest.mark.parametrize("answer", ["upnp_file", "upnp_sent_here"])
def test_upnp__name_to_ask_for(kodi: FakeKodi, answer: str) -> None:
    """If Simkl may be asked, it is asked for the name and the year, never for an address."""
    name = Movie("Holiday in Rome (2026)", NAME_ONLY, Ids())
    assert item(kodi, answer, title="Holiday in Rome") == name


def test_upnp__sent_here(kodi: FakeKodi) -> None:
    """What another device sends comes from an address of the net; told what it is, it counts."""
    unwanted = Exclusions(streams=True)
    assert item(kodi, "upnp_sent_here", asks=False) is None
    sent = {"type": "episode", "showtitle": "Salt Road", "season": 1, "episode": 2}
    found = looked(kodi, "upnp_sent_here", **sent)
    assert found and found.parts[0].item == FOG
    assert left_alone(found.facts, unwanted, EVENING) == ""
