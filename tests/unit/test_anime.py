"""Anime against a Simkl of this machine: what is booked as what, and what only a person knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simkl_scrobbler.history import ANIME_SPECIAL, PARKED, SENT, WHICH_ONE
from simkl_scrobbler.media import (
    Act,
    Episode,
    Ids,
    Item,
    Removal,
    Rewatch,
    Show,
    Watch,
)

from .builders import EVENING, an_episode
from .sofa import ANIME, FERRY, FIRST, Sofa, a_sofa

# Under the numbers of the anime's season 0 Simkl has something: an OVA of its own.
OVA = {
    "simkl": 8000910, "type": "anime", "anime_type": "ova", "title": "Kaze no Machi: Yoru",
    "year": 2020, "status": "ended", "ids": {"tvdb": "910010", "mal": "70910"},
    "seasons": [{"number": 1, "episodes": 3, "from": "2020-06-01", "tvdb": 91001001,
                 "tvdb_season": 0}],
}  # fmt: skip
SPECIAL = Episode(ANIME, 0, 2)
OWN_ID, STALE_ID = SPECIAL._replace(tvdb=91001002), Episode(ANIME, 0, 9, tvdb=77)


@pytest.fixture
def sofa(tmp_path: Path) -> Iterator[Sofa]:
    with a_sofa(tmp_path) as sofa:
        sofa.server.catalogue.add(OVA)
        yield sofa


def watched(sofa: Sofa) -> list[tuple[int, int | None]]:
    """Simkl's ids, and the episodes' numbers, of all that is in the history."""
    return [(each["simkl"], each["episode"]) for each in sofa.simkl.history]


def is_parked(sofa: Sofa, item: Item = SPECIAL) -> bool:
    """Whether it, and nothing else, is for the person to decide."""
    parked = [(stored.entry.act.item, stored.reason) for stored in sofa.outbox.newest(PARKED, 9)]
    return parked == [(item, ANIME_SPECIAL)]


@pytest.mark.parametrize("ids", [Ids(mal=70010), Ids(tvdb=910010, anidb=60010)])
def test_special__of_a_show_with_ids_of_anime(sofa: Sofa, ids: Ids) -> None:
    """What databases of anime know is one: its special is not sent by its number alone, and
    nobody is told that Simkl does not know it."""
    item = SPECIAL._replace(show=ANIME._replace(ids=ids))
    sofa.saw(item)
    assert (watched(sofa), is_parked(sofa, item)) == ([], True)
    assert [report.state for report in sofa.reports] == [WHICH_ONE]


def test_special__of_what_simkl_called_an_anime(sofa: Sofa) -> None:
    """What Simkl has once taken for an anime is one from then on, also after a restart."""
    sofa.saw(Episode(ANIME, 1, 1))
    sofa.restart()
    sofa.saw(SPECIAL)
    assert (watched(sofa), is_parked(sofa)) == ([(8000010, 1)], True)


def test_special__with_other_episodes(sofa: Sofa) -> None:
    """When a whole show is marked, its other episodes go first: they tell that it is an anime."""
    sofa.saw(SPECIAL, an_episode(1), Episode(ANIME, 1, 1), Episode(ANIME, 2, 1))
    assert watched(sofa) == [(8000002, 1), (8000010, 1), (8000011, 1)]
    assert is_parked(sofa)


def test_special__unmarked_before_the_others_are_sent(sofa: Sofa) -> None:
    """What is held back for other episodes does not overtake what was done with it later."""
    item = an_episode(1, 0)
    acts = [Watch(item, FIRST, "menu"), Removal(item, FIRST + 9, "menu")]
    sofa.do(*acts, Watch(an_episode(1), FIRST, "menu"))
    left = {(each["season"], each["episode"]) for each in sofa.simkl.library.watches}
    assert left == {(1, 1), (0, 1)}
    assert [each["episode"] for each in sofa.simkl.removals] == [1]


def test_special__by_its_own_id(sofa: Sofa) -> None:
    """An anime special goes out with its own TVDB id, wherever Simkl has it."""
    sofa.saw(Episode(ANIME, 1, 1), OWN_ID)
    assert watched(sofa) == [(8000010, 1), (8000910, 2)]


@pytest.mark.parametrize("known_before", [True, False])
def test_special__by_a_stale_id(sofa: Sofa, known_before: bool) -> None:
    """Where Simkl does not know the id, the number alone is no second best."""
    if known_before:
        sofa.saw(Episode(ANIME, 1, 1))
    sofa.saw(STALE_ID, *([] if known_before else [Episode(ANIME, 1, 1)]))
    assert (watched(sofa), is_parked(sofa, STALE_ID)) == ([(8000010, 1)], True)
    writes = [each for each in sofa.server.requests if each.path == "/sync/history"]
    assert len(writes) == 1 + known_before


@pytest.mark.parametrize(
    "act", [Removal(SPECIAL, EVENING, "menu"), Rewatch(*Watch(SPECIAL, 9, ""))]
)
def test_special__whatever_is_done_with_it(sofa: Sofa, act: Act) -> None:
    """A removal could take another episode out of the history, too; nothing is sent of it."""
    sofa.saw(Episode(ANIME, 1, 1))
    sent = len(sofa.server.requests)
    sofa.do(act)
    assert (len(sofa.server.requests), is_parked(sofa)) == (sent, True)


def test_special__the_person_says_so(sofa: Sofa) -> None:
    """Who says that the number is right has it sent by its number."""
    sofa.saw(Episode(ANIME, 1, 1), SPECIAL)
    [stored] = sofa.outbox.newest(PARKED, 9)
    sofa.outbox.retry(stored.entry.id)
    sofa.restart()
    sofa.drain()
    assert watched(sofa) == [(8000010, 1), (8000910, 2)]
    assert sofa.outbox.newest(PARKED, 9) == []


def test_special__of_a_show_that_is_searched_for(sofa: Sofa) -> None:
    """Simkl's search tells, too, that a show is an anime."""
    item = SPECIAL._replace(show=Show("Kaze no Machi", 2020, Ids()))
    sofa.saw(item)
    assert watched(sofa) == []
    assert sofa.outbox.reasons() == {ANIME_SPECIAL: 1}


def test_special__of_an_ordinary_show(sofa: Sofa) -> None:
    """Specials of what is no anime go by their numbers, all together."""
    sofa.saw(*(Episode(FERRY, 0, number) for number in (1, 2, 3)), an_episode(1))
    assert watched(sofa) == [(8000002, 1), (8000002, 1), (8000002, 2), (8000002, 3)]
    assert len(sofa.server.requests) == 2


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Episode(ANIME, 2, 4), "anime"),
        (OWN_ID, "anime ova"),
        (an_episode(1), ""),
    ],
)
def test_answer__says_which_kind_of_anime(sofa: Sofa, item: Item, reason: str) -> None:
    """What Simkl took it for is kept with it, as far as its answer tells."""
    sofa.saw(item)
    assert [stored.reason for stored in sofa.outbox.newest(SENT, 9)] == [reason]
