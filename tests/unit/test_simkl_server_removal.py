# SPDX-License-Identifier: MIT
"""The emulator's POST /sync/history/remove: rules 103 to 110."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simkl_server.accounts import Account
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

NOW = "2026-11-20T12:00:00Z"
WATCHED = "2026-11-19T20:15:00Z"
LIGHTS: dict[str, Any] = {"title": "Harbour Lights", "year": 2019, "ids": {"imdb": "tt9000001"}}
FERRY: dict[str, Any] = {"title": "Night Ferry", "year": 2021, "ids": {"tvdb": 910002}}
KAZE: dict[str, Any] = {"ids": {"tvdb": 910010}, "use_tvdb_anime_seasons": True}
NOTHING_LOST: dict[str, list[Any]] = {"movies": [], "shows": []}


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze(NOW)
    return server


@pytest.fixture
def anna(simkl: SimklServer) -> Account:
    return simkl.account()


@pytest.fixture
def probe(simkl: SimklServer, anna: Account) -> Probe:
    return Probe(simkl, anna.token)


def watched(show: dict[str, Any], season: int, *numbers: int) -> dict[str, Any]:
    named = [{"number": number, "watched_at": WATCHED} for number in numbers]
    return {"shows": [{**show, "seasons": [{"number": season, "episodes": named}]}]}


def named(show: dict[str, Any], season: int, *numbers: int) -> dict[str, Any]:
    episodes = [{"number": number} for number in numbers]
    return {"shows": [{**show, "seasons": [{"number": season, "episodes": episodes}]}]}


def deleted(answer: dict[str, Any]) -> tuple[int, int, int]:
    return tuple(answer["deleted"][name] for name in ("movies", "shows", "episodes"))


def standing(account: Account) -> list[tuple[Any, ...]]:
    return [(w["simkl"], w["season"], w["episode"]) for w in account.watched]


def removed(account: Account) -> list[tuple[Any, ...]]:
    return [(r["type"], r["simkl"], r["season"], r["episode"]) for r in account.removals]


def status(probe: Probe, kind: str = "shows") -> str:
    return probe.get("/sync/all-items").json[kind][0]["status"]


def test_remove__movie(probe: Probe, anna: Account, simkl: SimklServer) -> None:
    """A film leaves the library with its rating, and both stamps move (rule 103)."""
    probe.history({"movies": [{**LIGHTS, "watched_at": WATCHED, "rating": 8}]})
    answer = probe.remove({"movies": [LIGHTS]})
    assert answer == {
        "deleted": {"movies": 1, "shows": 0, "episodes": 0},
        "not_found": NOTHING_LOST,
    }
    moved = probe.get("/sync/activities").json["movies"]
    assert {moved[key] for key in ("all", "rated_at", "removed_from_list", "completed")} == {
        simkl.clock.stamp()
    }
    assert (probe.get("/sync/all-items").json, anna.watched) == ({}, [])


def test_remove__unrated_movie(probe: Probe) -> None:
    """Without a rating rated_at does not move (rule 103)."""
    probe.history({"movies": [LIGHTS]})
    probe.remove({"movies": [LIGHTS]})
    moved = probe.get("/sync/activities").json["movies"]
    assert (moved["rated_at"], moved["removed_from_list"] is None) == (None, False)


@pytest.mark.parametrize("item", [FERRY, {**FERRY, "seasons": []}, {**FERRY, "episodes": []}])
def test_remove__bare_show(probe: Probe, anna: Account, item: dict[str, Any]) -> None:
    """A show without episodes, or with none left, goes as a whole (rule 104, section 4)."""
    probe.history(watched(FERRY, 1, 1, 2))
    assert deleted(probe.remove({"shows": [item]})) == (0, 1, 0)
    assert (probe.get("/sync/all-items").json, anna.watched) == ({}, [])
    assert removed(anna) == [("show", 8000002, None, None)]


def test_remove__emptied_lists(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """By switch empty lists name nothing (rule 75)."""
    simkl.switches.set(empty_seasons="nothing")
    probe.history(watched(FERRY, 1, 1, 2))
    assert deleted(probe.remove({"shows": [{**FERRY, "seasons": []}]})) == (0, 0, 0)
    assert len(anna.watched) == 2


def test_remove__one_episode(probe: Probe, anna: Account, simkl: SimklServer) -> None:
    """One episode is unmarked, the show stays, its list's stamp moves (rule 105)."""
    probe.history(watched(FERRY, 1, 1, 2))
    answer = probe.remove(named(FERRY, 1, 2))
    assert (deleted(answer), standing(anna)) == ((0, 0, 1), [(8000002, 1, 1)])
    moved = probe.get("/sync/activities").json["tv_shows"]
    assert (moved["watching"], moved["removed_from_list"]) == (simkl.clock.stamp(), None)


def test_remove__season(probe: Probe, anna: Account) -> None:
    """Of a season all its watched episodes count (rule 106)."""
    probe.history(watched(FERRY, 1, 1, 2, 3))
    probe.history(watched(FERRY, 2, 1))
    answer = probe.remove({"shows": [{**FERRY, "seasons": [{"number": 1}]}]})
    assert (deleted(answer), standing(anna)) == ((0, 0, 3), [(8000002, 2, 1)])


def test_remove__episodes_of_the_item(probe: Probe, anna: Account) -> None:
    """The item's own episodes are those of season 1 (section 4)."""
    probe.history(watched(FERRY, 1, 1, 2))
    answer = probe.remove({"shows": [{**FERRY, "episodes": [{"number": 1}]}]})
    assert (deleted(answer), standing(anna)) == ((0, 0, 1), [(8000002, 1, 2)])


@pytest.mark.parametrize("number", [99, 5])
def test_remove__unknown_or_unwatched_episode(probe: Probe, number: int) -> None:
    """What does not exist or was not watched counts nothing and is not reported (rule 107)."""
    probe.history(watched(FERRY, 1, 1))
    answer = probe.remove(named(FERRY, 1, number))
    assert (deleted(answer), answer["not_found"]) == ((0, 0, 0), NOTHING_LOST)


def test_remove__unknown_items(probe: Probe) -> None:
    """Unknown items come back verbatim (rule 108)."""
    movie = {"ids": {"imdb": "tt2"}}
    show = named({"ids": {"tvdb": 1}}, 1, 1)["shows"][0]
    answer = probe.remove({"movies": [movie], "shows": [show]})
    assert answer["not_found"] == {"movies": [movie], "shows": [show]}


@pytest.mark.parametrize(("switch", "count"), [("ignored", 0), ("handled", 1)])
def test_remove__anime_array(probe: Probe, simkl: SimklServer, switch: str, count: int) -> None:
    """The anime array is ignored, by switch handled (rule 109)."""
    simkl.switches.set(anime_in_remove=switch)
    item = {"ids": {"anidb": 60011}, "episodes": [{"number": 4}]}
    probe.history({"anime": [item]})
    answer = probe.remove({"anime": [item, {"ids": {"mal": 1}, "episodes": [{"number": 1}]}]})
    assert (deleted(answer), len(answer["not_found"]["shows"])) == ((0, 0, count), count)


@pytest.mark.parametrize(("switch", "left"), [("gone", []), ("survives", [(8000002, 1, 1)])])
def test_remove__added_again(
    probe: Probe, simkl: SimklServer, switch: str, left: list[Any]
) -> None:
    """A show added again has no rating, by switch its episodes (rule 110)."""
    simkl.switches.set(removed_history=switch)
    probe.history({"shows": [{**watched(FERRY, 1, 1)["shows"][0], "rating": 7}]})
    probe.remove({"shows": [FERRY]})
    probe.history({"shows": [{**FERRY, "status": "hold"}]})
    assert probe.get("/sync/all-items").json["shows"][0]["user_rating"] is None
    assert standing(simkl.account()) == left


def test_remove__anime_by_tvdb_coordinates(probe: Probe, anna: Account) -> None:
    """With the flag S2E4 is episode 4 of the second cour (section 4, as rule 87)."""
    probe.history(watched(KAZE, 2, 4, 5))
    assert deleted(probe.remove(named(KAZE, 2, 4))) == (0, 0, 1)
    assert standing(anna) == [(8000011, 1, 5)]


def test_remove__special_by_its_own_id(probe: Probe, anna: Account) -> None:
    """An episode's tvdb id wins over its number, as when it was added (rule 85)."""
    probe.history(watched(FERRY, 0, 1, 2))
    special = {"number": 7, "ids": {"tvdb": 91000202}}
    item = {**FERRY, "seasons": [{"number": 0, "episodes": [special]}]}
    assert deleted(probe.remove({"shows": [item]})) == (0, 0, 1)
    assert standing(anna) == [(8000002, 0, 1)]


def test_remove__top_level_episode(probe: Probe, anna: Account) -> None:
    """A top-level episode is unmarked by its own id (section 4, as rule 97)."""
    probe.history(watched(FERRY, 1, 1))
    answer = probe.remove({"episodes": [{"ids": {"tvdb": 91000211}}, {"ids": {"tvdb": 1}}]})
    assert (deleted(answer), answer["not_found"], anna.watched) == ((0, 0, 1), NOTHING_LOST, [])


@pytest.mark.parametrize(("switch", "second"), [("zero", 0), ("counted", 1)])
def test_remove__again(probe: Probe, simkl: SimklServer, switch: str, second: int) -> None:
    """The second removal changes nothing; what it counts is a switch (section 1.10)."""
    simkl.switches.set(repeated_removal=switch)
    probe.history({"movies": [LIGHTS], **watched(FERRY, 1, 1)})
    body = {"movies": [LIGHTS], **named(FERRY, 1, 1)}
    answers = [probe.remove(body), probe.remove(body)]
    assert [deleted(answer) for answer in answers] == [(1, 0, 1), (second, 0, second)]
    assert len(simkl.account().removals) == 2


@pytest.mark.parametrize(("switch", "left"), [("kept", "watching"), ("plantowatch", "plantowatch")])
def test_remove__only_episode(probe: Probe, simkl: SimklServer, switch: str, left: str) -> None:
    """A show without its only episode stays listed, where is a switch (question 32)."""
    simkl.switches.set(emptied_show=switch)
    probe.history(watched(FERRY, 1, 1))
    probe.remove(named(FERRY, 1, 1))
    assert status(probe) == left


@pytest.mark.parametrize(
    ("switch", "season", "left"),
    [("watching", 1, "watching"), ("kept", 1, "completed"), ("watching", 0, "completed")],
)
def test_remove__episode_of_completed_show(
    probe: Probe, simkl: SimklServer, switch: str, season: int, left: str
) -> None:
    """A completed show without a regular episode is being watched, by switch not (Q32)."""
    simkl.switches.set(uncompleted_show=switch)
    probe.history({"shows": [FERRY]})
    probe.history(watched(FERRY, 0, 1))
    probe.remove(named(FERRY, season, 1))
    assert status(probe) == left


def test_remove__mark_after_it(probe: Probe, anna: Account) -> None:
    """Mark, unmark, mark: the last one stands, each is written down with its moment."""
    probe.history(watched(FERRY, 1, 1))
    probe.remove(named(FERRY, 1, 1))
    later = {"number": 1, "watched_at": NOW}
    probe.history({"shows": [{**FERRY, "seasons": [{"number": 1, "episodes": [later]}]}]})
    assert [w["watched_at"] for w in anna.watched] == [NOW]
    assert [w["watched_at"] for w in anna.history] == [WATCHED, NOW]
    assert anna.removals == [
        {
            "type": "episode", "title": "Night Ferry", "year": 2021, "season": 1, "episode": 1,
            "simkl": 8000002, "simkl_type": "tv", "tvdb_season": None, "tvdb_episode": None,
            "watched_at": WATCHED, "stored_at": "2026-11-20T12:00:02Z",
        }
    ]  # fmt: skip


def test_remove__needs_the_write_scope(simkl: SimklServer, anna: Account) -> None:
    """A token that only reads removes nothing (rule 40)."""
    answer = Probe(simkl, anna.v2_token("media:read")).post("/sync/history/remove", {})
    assert (answer.status_code, answer.json["error"]) == (403, "insufficient_scope")


def test_remove__answer_of_the_old_pages(probe: Probe, simkl: SimklServer) -> None:
    """By switch the answer has status 200 (rule 7)."""
    simkl.switches.set(sync_success=200)
    assert deleted(probe.remove({})) == (0, 0, 0)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"shows": [FERRY]}, "a show without episodes is sent: Night Ferry"),
        ({"shows": [{**FERRY, "seasons": [{"number": 1}]}]}, "a show without episodes"),
        (watched(FERRY, 1, 1), "an episode has the unknown field watched_at"),
        ({"movies": [{**LIGHTS, "rating": 7}]}, "an item of movies has the unknown field rating"),
        ({"anime": [{**FERRY, "episodes": [{"number": 1}]}]}, "anime is removed under anime"),
        (named(FERRY, 1, 1, 1), "an episode is sent twice"),
        (named(FERRY, 1, *range(1, 202)), "201 episodes are sent at once"),
        ({"movies": [{"ids": {"simkl": n}} for n in range(51)]}, "51 items are sent at once"),
        ({"extra": []}, "the body has the unknown field extra"),
    ],
)
def test_remove__client_fault(
    probe: Probe, simkl: SimklServer, body: dict[str, Any], fault: str
) -> None:
    """What a good client never removes is written down."""
    probe.remove(body)
    assert any(fault in noted for noted in simkl.client_faults), simkl.client_faults


def test_remove__flag_is_a_client_fault(probe: Probe, simkl: SimklServer) -> None:
    """No removal carries the flag of rewatches, expected or not."""
    simkl.switches.set(rewatch_expected=True)
    probe.remove(named(FERRY, 1, 1), allow_rewatch="yes")
    assert len(simkl.client_faults) == 1


def test_remove__good_client(probe: Probe, simkl: SimklServer) -> None:
    """A film, and a show with the episodes that it names, are no fault."""
    special = {"number": 1, "ids": {"tvdb": 91000201}}
    season = {"number": 0, "episodes": [special]}
    show = {**FERRY, "use_tvdb_anime_seasons": True, "seasons": [season]}
    probe.remove({"movies": [LIGHTS], "shows": [show]})
    assert simkl.client_faults == []


def test_remove__bare_show_expected(probe: Probe, simkl: SimklServer) -> None:
    """By switch a show without episodes is what the test wants."""
    simkl.switches.set(bare_removal_expected=True)
    probe.remove({"shows": [FERRY]})
    assert simkl.client_faults == []


def test_state__removals(probe: Probe, simkl: SimklServer) -> None:
    """The state and the control address tell of removals."""
    probe.history({"movies": [LIGHTS]})
    probe.remove({"movies": [LIGHTS]})
    told = probe.get("/_control/removals/anna").json
    assert told == simkl.state()["accounts"]["anna"]["removals"]
    assert [(one["type"], one["title"]) for one in told] == [("movie", "Harbour Lights")]
