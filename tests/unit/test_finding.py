"""What has no ids, against a Simkl of this machine: found for certain, or left to the person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simkl_scrobbler.history import PARKED, SENT, WHICH_ONE
from simkl_scrobbler.media import NAME_ONLY, Episode, Ids, Item, Movie, Removal, Show, Watch

from .builders import EVENING
from .sofa import Sofa, a_sofa


@pytest.fixture
def sofa(tmp_path: Path) -> Iterator[Sofa]:
    with a_sofa(tmp_path) as sofa:
        yield sofa


def film(title: str, year: int) -> Movie:
    return Movie(title, year, Ids())


def episode(title: str, number: int = 2, year: int = 0) -> Episode:
    return Episode(Show(title, year, Ids()), 1, number)


def watched(sofa: Sofa) -> list[tuple[int, int | None]]:
    """Simkl's ids, and the episodes' numbers, of all that is in the history."""
    return [(each["simkl"], each["episode"]) for each in sofa.simkl.history]


@pytest.mark.parametrize(
    ("item", "simkl"),
    [
        (film("Copper Sky", 2016), (8000025, None)),
        (film("COPPER SKY", 2016), (8000025, None)),
        (film("The Long Pier", 1998), (8000021, None)),
        (film("The Long Pier", 2020), (8000022, None)),
        (episode("Salt Road"), (8000003, 2)),
        (episode("Salt Road", 2, 2024), (8000003, 2)),
    ],
)
def test_find__the_one_that_it_can_be(sofa: Sofa, item: Item, simkl: tuple[int, int]) -> None:
    """A film by title and year, an episode by its show's title: sent with the id that was found."""
    sofa.saw(item)
    assert (watched(sofa), sofa.outbox.counts()[SENT]) == ([simkl], 1)


@pytest.mark.parametrize(
    "item",
    [
        film("Paper Lanterns", 2024),
        film("The Long Pier", 2010),
        film("Holiday in Rome", 2016),
        episode("Salt Road", 2, 1999),
        episode("Nobody's Show"),
    ],
)
def test_find__never_another_of_that_name(sofa: Sofa, item: Item) -> None:
    """Where none agrees nothing is sent, and the person is asked which one it is."""
    sofa.saw(item)
    assert watched(sofa) == []
    assert [report.state for report in sofa.reports] == [WHICH_ONE]
    assert sofa.outbox.reasons() == {WHICH_ONE: 1}


def test_find__two_of_that_name(sofa: Sofa) -> None:
    """Two shows of one name are for the person to tell apart; what they say counts from then on."""
    sofa.server.catalogue.add({
        "simkl": 8000900, "type": "tv", "title": "Salt Road", "year": 1990, "status": "ended",
        "seasons": [{"number": 1, "episodes": 5, "from": "1990-01-01"}],
    })  # fmt: skip
    sofa.saw(episode("Salt Road", 1), episode("Salt Road", 2))
    assert watched(sofa) == []
    sofa.outbox.choose(episode("Salt Road", 1), 8000900)
    sofa.drain()
    sofa.saw(episode("Salt Road", 3))
    assert watched(sofa) == [(8000900, 1), (8000900, 2), (8000900, 3)]


def test_find__once(sofa: Sofa) -> None:
    """A title that was found is not searched for again, and its episodes go together."""
    sofa.saw(episode("Salt Road", 1))
    sofa.saw(*(episode("Salt Road", number) for number in (2, 3, 4)))
    paths = [exchange.path for exchange in sofa.server.requests]
    assert sum(path.startswith("/search/") for path in paths) == 2
    assert paths.count("/sync/history") == 2


def test_find__without_a_network(sofa: Sofa) -> None:
    """While Simkl can't be asked it waits, and is found then."""
    sofa.server.stop_listening()
    sofa.outbox.add(Watch(film("Copper Sky", 2016), EVENING, "playback"))
    assert sofa.deliver()
    assert sofa.outbox.counts()[PARKED] == 0
    sofa.server.start_listening()
    sofa.drain()
    assert watched(sofa) == [(8000025, None)]


def file(name: str) -> Movie:
    return film(name, NAME_ONLY)


def asked(sofa: Sofa) -> list[str]:
    """The names that Simkl was told."""
    return [
        exchange.json["file"]
        for exchange in sofa.server.requests
        if exchange.path == "/search/file"
    ]


@pytest.mark.parametrize(
    ("name", "simkl"),
    [
        ("films/copper sky", (8000025, None)),
        ("Salt Road/salt.road.s01e02", (8000003, 2)),
    ],
)
def test_file__that_simkl_knows(sofa: Sofa, name: str, simkl: tuple[int, int | None]) -> None:
    """What Simkl takes the file for is in the history, at its moment."""
    sofa.saw(file(name))
    assert (watched(sofa), asked(sofa)) == ([simkl], [name])


def test_file__asked_for_once(sofa: Sofa) -> None:
    """Whatever Simkl said of a name it need not say again."""
    sofa.saw(file("films/copper sky"))
    sofa.saw(file("films/copper sky"), at=EVENING)
    assert len(asked(sofa)) == 1


def test_file__that_nobody_knows(sofa: Sofa) -> None:
    """A home video is nobody's business: nothing of it is kept, and it is not asked for again."""
    for _ in range(2):
        sofa.saw(file("holidays/rome"))
    assert (watched(sofa), sofa.reports, len(asked(sofa))) == ([], [], 1)
    assert set(sofa.outbox.counts().values()) == {0}


def test_file__of_an_anime(sofa: Sofa) -> None:
    """A cour counts in another way than it is told: that would be a guess."""
    sofa.saw(file("[Group] Kaze no Machi - 04"))
    assert watched(sofa) == []


def test_file__chosen_by_the_person(sofa: Sofa) -> None:
    """What the person says of a file holds."""
    sofa.outbox.choose(file("films/reel"), 8000025)
    sofa.saw(file("films/reel"))
    assert (watched(sofa), asked(sofa)) == ([(8000025, None)], [])


def test_anime__by_its_own_ids(sofa: Sofa) -> None:
    """A cour known by the ids of anime databases: its own fourth episode, marked and un-marked."""
    cour = Show("Kaze no Machi: Minato-hen", 2021, Ids(mal=70011, anidb=60011))
    sofa.saw(Episode(cour, 1, 4))
    assert watched(sofa) == [(8000011, 4)]
    assert [stored.reason for stored in sofa.outbox.newest(SENT, 9)] == ["anime"]
    sofa.do(Removal(Episode(cour, 1, 4), EVENING, "menu"))
    assert [each["simkl"] for each in sofa.simkl.removals] == [8000011]
