"""The emulator's POST /sync/history: rules 59 to 102."""

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
SALT: dict[str, Any] = {"ids": {"tvdb": 910003}}
KAZE: dict[str, Any] = {"ids": {"tvdb": 910010}, "use_tvdb_anime_seasons": True}


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


def episodes(show: dict[str, Any], season: int, *numbers: int) -> dict[str, Any]:
    named = [{"number": number, "watched_at": WATCHED} for number in numbers]
    return {"shows": [{**show, "seasons": [{"number": season, "episodes": named}]}]}


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return tuple(answer["added"][name] for name in ("movies", "shows", "episodes"))


def response(answer: dict[str, Any]) -> dict[str, Any]:
    return answer["added"]["statuses"][0]["response"]


def seen(account: Account) -> list[tuple[Any, ...]]:
    return [(w["simkl"], w["season"], w["episode"]) for w in account.history]


def missing(answer: dict[str, Any]) -> list[Any]:
    return [item for items in answer["not_found"].values() for item in items]


def test_history__empty_object(probe: Probe) -> None:
    """An empty object answers zeros and empty lists (rule 59)."""
    assert probe.history({}) == {
        "added": {"movies": 0, "shows": 0, "episodes": 0, "statuses": []},
        "not_found": {"movies": [], "shows": [], "episodes": []},
    }


def test_history__new_movie(probe: Probe, anna: Account) -> None:
    """A new movie is completed at its time and echoed with type and rating (rule 60)."""
    answer = probe.history({"movies": [{**LIGHTS, "watched_at": WATCHED}]})
    assert counts(answer) == (1, 0, 0)
    assert answer["added"]["statuses"] == [
        {
            "request": {**LIGHTS, "watched_at": WATCHED, "type": "movie", "rating": None},
            "response": {"status": "completed", "simkl_type": "movie", "anime_type": None},
        }
    ]
    assert [w["watched_at"] for w in anna.history] == [WATCHED]


@pytest.mark.parametrize(("switch", "at"), [("kept", WATCHED), ("replaced", NOW)])
def test_history__movie_again(probe: Probe, simkl: SimklServer, switch: str, at: str) -> None:
    """A watched movie sent again changes nothing, by switch its time (rule 61)."""
    simkl.switches.set(repeat_watched_at=switch)
    probe.history({"movies": [{**LIGHTS, "watched_at": WATCHED}]})
    answer = probe.history({"movies": [{**LIGHTS, "watched_at": NOW}]})
    rows = probe.get("/sync/all-items").json["movies"]
    assert (counts(answer), missing(answer)) == ((0, 0, 0), [])
    assert rows[0]["last_watched_at"] == at
    assert len(simkl.account().history) == len(simkl.account().repeats) == 1


def test_history__no_watched_at(probe: Probe, anna: Account, simkl: SimklServer) -> None:
    """Without watched_at the time of the request holds (rule 62)."""
    probe.history({"movies": [LIGHTS]})
    assert anna.history[0]["watched_at"] == simkl.clock.stamp() == "2026-11-20T12:00:01Z"


def test_history__unknown_date(probe: Probe, anna: Account) -> None:
    """The time that means an unknown date is kept verbatim (rule 63)."""
    probe.history({"movies": [{**LIGHTS, "watched_at": "1970-01-01T00:00:01Z"}]})
    assert anna.history[0]["watched_at"] == "1970-01-01T00:00:01Z"


def test_history__two_episodes_of_new_show(probe: Probe) -> None:
    """Two episodes list the show as watching (rule 64)."""
    answer = probe.history(episodes(FERRY, 1, 1, 2))
    assert counts(answer) == (0, 1, 2)
    assert response(answer) == {"status": "watching", "simkl_type": "tv", "anime_type": None}


def test_history__one_more_episode(probe: Probe) -> None:
    """A listed show is not added again (rule 65)."""
    probe.history(episodes(FERRY, 1, 1, 2))
    assert counts(probe.history(episodes(FERRY, 1, 3))) == (0, 0, 1)


def test_history__episodes_again(probe: Probe, anna: Account) -> None:
    """Watched episodes sent again count nothing and are found (rule 66)."""
    probe.history(episodes(FERRY, 1, 1, 2))
    answer = probe.history(episodes(FERRY, 1, 1, 2))
    assert (counts(answer), missing(answer), len(anna.history)) == ((0, 0, 0), [], 2)


def test_history__season_without_episodes(probe: Probe, anna: Account) -> None:
    """A season without episodes is the whole season (rule 67)."""
    answer = probe.history({"shows": [{**FERRY, "seasons": [{"number": 2}]}]})
    assert counts(answer) == (0, 1, 8)
    assert {w["season"] for w in anna.history} == {2}


def test_history__season_still_airing(probe: Probe) -> None:
    """Of a season that still airs only the aired episodes are marked (beside rule 67)."""
    answer = probe.history({"shows": [{**SALT, "seasons": [{"number": 2}]}]})
    assert counts(answer) == (0, 1, 4)


def test_history__item_level_episodes(probe: Probe, anna: Account) -> None:
    """Episodes of the item itself are of season 1 (rule 68)."""
    probe.history({"shows": [{**FERRY, "episodes": [{"number": 4}]}]})
    assert seen(anna) == [(8000002, 1, 4)]


@pytest.mark.parametrize(("switch", "counted"), [("counted", 18), ("zero", 0)])
def test_history__bare_ended_show(
    probe: Probe, simkl: SimklServer, switch: str, counted: int
) -> None:
    """A bare ended show is completed with every regular episode (rule 69)."""
    simkl.switches.set(filled_episodes=switch)
    answer = probe.history({"shows": [FERRY]})
    assert counts(answer) == (0, 1, counted)
    assert response(answer)["status"] == "completed"
    assert len(simkl.account().history) == 18


def test_history__bare_airing_show(probe: Probe) -> None:
    """A bare airing show is watching with the aired episodes (rule 70)."""
    answer = probe.history({"shows": [SALT]})
    assert (counts(answer), response(answer)["status"]) == ((0, 1, 12), "watching")


def test_history__bare_unreleased_show(probe: Probe) -> None:
    """A bare unreleased show is watching without episodes (rule 71)."""
    answer = probe.history({"shows": [{"ids": {"tvdb": 910004}}]})
    assert (counts(answer), response(answer)["status"]) == ((0, 1, 0), "watching")


def test_history__airing_show_completed(probe: Probe) -> None:
    """An airing show cannot be completed, it is watching (rule 72)."""
    answer = probe.history({"shows": [{**SALT, "status": "completed"}]})
    assert (counts(answer), response(answer)["status"]) == ((0, 1, 12), "watching")


def test_history__show_on_hold(probe: Probe, anna: Account) -> None:
    """Another status only moves the show (rule 73)."""
    answer = probe.history({"shows": [{**FERRY, "status": "hold"}]})
    assert (counts(answer), response(answer)["status"]) == ((0, 1, 0), "hold")
    assert anna.history == []


@pytest.mark.parametrize(
    ("status", "switch", "filled"),
    [("watching", "fill", 0), ("watching", "no_fill", 0), (None, "no_fill", 0), (None, "fill", 18)],
)
def test_history__skip_auto_watching(
    probe: Probe, simkl: SimklServer, status: str | None, switch: str, filled: int
) -> None:
    """skip_auto_watching stops the fill, by switch only with a status (rule 74)."""
    simkl.switches.set(skip_without_status=switch)
    item = {**FERRY, "status": status} if status else FERRY
    answer = probe.history({"shows": [item]}, skip_auto_watching="yes")
    assert counts(answer) == (0, 1, filled)


@pytest.mark.parametrize(
    ("seasons", "switch", "marked"),
    [
        ([], "whole", 18),
        ([{"number": 1, "episodes": []}], "whole", 10),
        ([], "nothing", 0),
        ([{"number": 1, "episodes": []}], "nothing", 0),
    ],
)
def test_history__emptied_lists(
    probe: Probe, simkl: SimklServer, seasons: list[Any], switch: str, marked: int
) -> None:
    """An empty list means everything, by switch nothing (rule 75)."""
    simkl.switches.set(empty_seasons=switch)
    probe.history({"shows": [{**FERRY, "seasons": seasons}]})
    assert len(simkl.account().history) == marked


def test_history__last_missing_episode(probe: Probe) -> None:
    """The last missing regular episode completes an ended show (rule 76)."""
    probe.history(episodes(FERRY, 1, *range(1, 11)))
    almost = probe.history(episodes(FERRY, 2, *range(1, 8)))
    last = probe.history(episodes(FERRY, 2, 8))
    assert [response(a)["status"] for a in (almost, last)] == ["watching", "completed"]


def test_history__unknown_status(probe: Probe, anna: Account) -> None:
    """An unknown status refuses the whole request (rule 77)."""
    body = {"movies": [LIGHTS], "shows": [{**FERRY, "status": "archived"}]}
    answer = probe.post("/sync/history", body)
    assert (answer.status_code, answer.json["error"]) == (400, "wrong_parameter")
    assert anna.history == []


@pytest.mark.parametrize(
    "body",
    [
        {"movies": [{"year": 2019}]},
        {"shows": [{**FERRY, "seasons": [{"episodes": []}]}]},
        {"shows": [{**FERRY, "episodes": [{}]}]},
    ],
)
def test_history__required_field_missing(probe: Probe, body: dict[str, Any]) -> None:
    """A missing required field is empty_field (section 3.8, beside rule 77)."""
    answer = probe.post("/sync/history", body)
    assert (answer.status_code, answer.json["error"]) == (400, "empty_field")


def test_history__unknown_items(probe: Probe) -> None:
    """Unknown items come back verbatim, movies with a rating (rule 78)."""
    item = {"title": "Nowhere", "ids": {"imdb": "tt1"}, "seasons": [{"number": 1}]}
    movie = {"title": "Nowhere", "year": 1950, "ids": {"imdb": "tt2"}}
    answer = probe.history({"movies": [movie], "shows": [item]})
    assert counts(answer) == (0, 0, 0)
    assert answer["not_found"] == {
        "movies": [{**movie, "rating": None}],
        "shows": [item],
        "episodes": [],
    }


def test_history__unknown_anime(probe: Probe) -> None:
    """Unknown anime stands under shows, there is no anime key (rule 79)."""
    item = {"ids": {"mal": 1}}
    answer = probe.history({"anime": [item]})
    assert answer["not_found"] == {"movies": [], "shows": [item], "episodes": []}
    assert "anime" not in answer["added"]


@pytest.mark.parametrize("switch", ["not_found", "silent"])
def test_history__unknown_episode(probe: Probe, simkl: SimklServer, switch: str) -> None:
    """An unknown episode comes back in the shape of a show, or silently not (rule 80)."""
    simkl.switches.set(unknown_episode=switch)
    answer = probe.history(episodes(FERRY, 1, 1, 99))
    lost = {"number": 99, "watched_at": WATCHED}
    shaped = {**FERRY, "seasons": [{"number": 1, "episodes": [lost]}]}
    assert answer["not_found"]["episodes"] == ([shaped] if switch == "not_found" else [])
    assert counts(answer) == (0, 1, 1)


def test_history__wrong_imdb_right_tvdb(probe: Probe, anna: Account) -> None:
    """The ids are walked until one resolves (rule 81)."""
    probe.history(episodes({"ids": {"imdb": "tt404", "tvdb": 910002}}, 1, 1))
    assert seen(anna) == [(8000002, 1, 1)]


def test_history__simkl_id_disagrees(probe: Probe, anna: Account) -> None:
    """Simkl's own id wins (rule 82)."""
    probe.history({"movies": [{"ids": {"imdb": "tt9000001", "simkl": 8000025}}]})
    assert seen(anna) == [(8000025, None, None)]


def test_history__title_and_year(probe: Probe, anna: Account) -> None:
    """Title and year resolve without ids (rule 83)."""
    probe.history({"movies": [{"title": "the long pier", "year": 2020}]})
    assert seen(anna) == [(8000022, None, None)]


@pytest.mark.parametrize("number", [900001, "900001"])
def test_history__id_as_number_or_text(probe: Probe, anna: Account, number: Any) -> None:
    """Numeric ids may be texts (rule 84)."""
    probe.history({"movies": [{"ids": {"tmdb": number}}]})
    assert seen(anna) == [(8000001, None, None)]


def test_history__tmdb_number_of_the_other_kind(probe: Probe) -> None:
    """A film's TMDB number does not mean a show (section 12.2, beside rule 84)."""
    assert counts(probe.history({"shows": [{"ids": {"tmdb": 900001}}]})) == (0, 0, 0)


def test_history__episode_ids_win(probe: Probe, anna: Account) -> None:
    """An episode's tvdb id wins over its number (rule 85)."""
    named = {"number": 1, "ids": {"tvdb": 91000213}}
    probe.history({"shows": [{**FERRY, "seasons": [{"number": 1, "episodes": [named]}]}]})
    assert seen(anna) == [(8000002, 1, 3)]


def test_history__special(probe: Probe, anna: Account) -> None:
    """A special is marked and does not count towards completion (rule 86)."""
    first = probe.history(episodes(FERRY, 0, 1))
    assert (seen(anna), response(first)["status"]) == ([(8000002, 0, 1)], "watching")
    assert response(probe.history({"shows": [FERRY]}))["status"] == "completed"


def test_history__anime_by_tvdb_coordinates(probe: Probe, anna: Account) -> None:
    """With the flag S2E4 is episode 4 of the second cour (rule 87)."""
    answer = probe.history(episodes(KAZE, 2, 4))
    assert seen(anna) == [(8000011, 1, 4)]
    assert response(answer) == {"status": "watching", "simkl_type": "anime", "anime_type": "tv"}
    assert answer["added"]["statuses"][0]["request"]["type"] == "show"


def test_history__anime_without_flag(probe: Probe, anna: Account) -> None:
    """Without the flag a cour has no season 2 (rule 88)."""
    answer = probe.history(episodes({"ids": {"tvdb": 910010}}, 2, 4))
    assert (len(answer["not_found"]["episodes"]), anna.history) == (1, [])


def test_history__flag_on_tv_show(probe: Probe, anna: Account) -> None:
    """The flag has no effect on a TV show (rule 89)."""
    probe.history(episodes({**FERRY, "use_tvdb_anime_seasons": True}, 2, 4))
    assert seen(anna) == [(8000002, 2, 4)]


def test_history__anime_native(probe: Probe, anna: Account) -> None:
    """Native ids and a flat episode are the native episode (rule 90)."""
    probe.history({"anime": [{"ids": {"anidb": 60011}, "episodes": [{"number": 4}]}]})
    assert seen(anna) == [(8000011, 1, 4)]


def test_history__franchise_completed(probe: Probe) -> None:
    """A completed franchise marks every cour (rule 91)."""
    answer = probe.history({"shows": [{**KAZE, "status": "completed"}]})
    assert (counts(answer), response(answer)["status"]) == ((0, 2, 24), "completed")


@pytest.mark.parametrize(("switch", "kind"), [("sent", "show"), ("resolved", "movie")])
def test_history__movie_under_shows(
    probe: Probe, simkl: SimklServer, switch: str, kind: str
) -> None:
    """A movie among the shows is found by its ids (rule 92)."""
    simkl.switches.set(film_echo_type=switch)
    answer = probe.history({"shows": [LIGHTS]})
    assert (counts(answer), response(answer)["simkl_type"]) == ((1, 0, 0), "movie")
    assert answer["added"]["statuses"][0]["request"]["type"] == kind


def test_history__rating(probe: Probe, simkl: SimklServer) -> None:
    """A rating is stored, echoed, and moves rated_at (rule 93)."""
    answer = probe.history({"movies": [{**LIGHTS, "rating": 9}]})
    assert answer["added"]["statuses"][0]["request"]["rating"] == 9
    assert probe.get("/sync/all-items").json["movies"][0]["user_rating"] == 9
    assert probe.get("/sync/activities").json["movies"]["rated_at"] == simkl.clock.stamp()


@pytest.mark.parametrize("rating", [0, 11])
def test_history__rating_out_of_range(probe: Probe, simkl: SimklServer, rating: int) -> None:
    """A rating out of range is not stored, by switch refused (rule 94)."""
    body = {"movies": [{**LIGHTS, "rating": rating}]}
    probe.history(body)
    assert probe.get("/sync/all-items").json["movies"][0]["user_rating"] is None
    simkl.switches.set(bad_rating="refused")
    assert probe.post("/sync/history", body).json["error"] == "wrong_parameter"


def test_history__memo(probe: Probe) -> None:
    """A memo is stored and read back, and adds nothing (rule 95)."""
    probe.history({"movies": [LIGHTS]})
    memo = {"text": "with the crew", "is_private": True}
    answer = probe.history({"movies": [{**LIGHTS, "status": "completed", "memo": memo}]})
    assert counts(answer) == (0, 0, 0)
    assert probe.get("/sync/all-items", memos="yes").json["movies"][0]["memo"] == memo


def test_history__long_memo(probe: Probe, simkl: SimklServer) -> None:
    """A memo is cut to 140 characters, by switch refused (rule 96)."""
    body = {"movies": [{**LIGHTS, "status": "completed", "memo": {"text": "x" * 141}}]}
    probe.history(body)
    row = probe.get("/sync/all-items", memos="yes").json["movies"][0]
    assert row["memo"]["text"] == "x" * 140
    simkl.switches.set(long_memo="refused")
    assert probe.post("/sync/history", body).status_code == 400


def test_history__top_level_episode(probe: Probe, anna: Account, simkl: SimklServer) -> None:
    """A top-level episode is marked by its own id (rule 97)."""
    wanted = simkl.catalogue.titles[8000002].episodes[5]
    answer = probe.history({"episodes": [{"ids": {"simkl": wanted.simkl}}]})
    assert (counts(answer), seen(anna)) == ((0, 1, 1), [(8000002, *wanted.key)])


def test_history__mixed(probe: Probe, anna: Account) -> None:
    """Of a mixed body all known items are stored (rule 98)."""
    body = {
        "movies": [LIGHTS, {"title": "Nowhere"}],
        **episodes(FERRY, 1, 1),
        "anime": [{"ids": {"mal": 70010}, "episodes": [{"number": 2}]}],
    }
    answer = probe.history(body)
    assert (counts(answer), len(missing(answer))) == ((1, 2, 2), 1)
    assert seen(anna) == [(8000001, None, None), (8000002, 1, 1), (8000010, 1, 2)]


def test_history__fifty_items(probe: Probe, simkl: SimklServer) -> None:
    """Fifty items fit into one call (rule 99)."""
    titles = simkl.catalogue.add_movies(50)
    answer = probe.history({"movies": [{"ids": {"simkl": title.simkl}} for title in titles]})
    assert counts(answer) == (50, 0, 0)
    assert simkl.client_faults == []


def test_history__echo_of_show(probe: Probe) -> None:
    """The echo of a show has no seasons and no episodes (rule 100)."""
    flat = {"shows": [{**FERRY, "episodes": [{"number": 2}]}]}
    for body in (episodes(FERRY, 1, 1), flat):
        echo = probe.history(body)["added"]["statuses"][0]["request"]
        assert echo == {**FERRY, "type": "show", "rating": None}


@pytest.mark.parametrize(
    ("switch", "at"), [("stored", "2030-01-01T00:00:00Z"), ("clamped", "2026-11-20T12:00:01Z")]
)
def test_history__future_watch(probe: Probe, simkl: SimklServer, switch: str, at: str) -> None:
    """A future time is stored as sent, by switch as now (rule 101)."""
    simkl.switches.set(future_watched_at=switch)
    probe.history({"movies": [{**LIGHTS, "watched_at": "2030-01-01T00:00:00Z"}]})
    assert simkl.account().history[0]["watched_at"] == at


def test_history__unreadable_watched_at(probe: Probe, simkl: SimklServer) -> None:
    """An unreadable time is the request's, by switch refused (rule 102)."""
    body = {"movies": [{**LIGHTS, "watched_at": "last night"}]}
    simkl.switches.set(bad_watched_at="refused")
    refused = probe.post("/sync/history", body)
    assert (refused.status_code, refused.json["error"]) == (400, "wrong_parameter")
    simkl.switches.set(bad_watched_at="now")
    probe.history(body)
    assert [w["watched_at"] for w in simkl.account().history] == ["2026-11-20T12:00:02Z"]


def test_history__nearest_watched_at(probe: Probe, anna: Account) -> None:
    """The time nearest to the episode holds (section 3.5, beside rule 62)."""
    season = {
        "number": 1,
        "watched_at": "2026-01-02T00:00:00Z",
        "episodes": [{"number": 1, "watched_at": WATCHED}, {"number": 2}],
    }
    item = {**FERRY, "watched_at": "2026-01-03T00:00:00Z", "seasons": [season, {"number": 2}]}
    probe.history({"shows": [item]})
    assert [w["watched_at"] for w in anna.history[:3]] == [
        WATCHED,
        "2026-01-02T00:00:00Z",
        "2026-01-03T00:00:00Z",
    ]


@pytest.mark.parametrize(("switch", "status"), [("watching", "watching"), ("kept", "hold")])
def test_history__episode_of_held_show(
    probe: Probe, simkl: SimklServer, switch: str, status: str
) -> None:
    """The list of a held show after a watch is a switch, no source says it (section 3.4)."""
    simkl.switches.set(held_show=switch)
    probe.history({"shows": [{**FERRY, "status": "hold"}]})
    assert response(probe.history(episodes(FERRY, 1, 1)))["status"] == status
