# SPDX-License-Identifier: MIT
"""The emulator's POST /sync/history?allow_rewatch=yes: rules 111 to 123."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simkl_server.accounts import Account
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

NOW = "2026-11-20T12:00:00Z"
FIRST = "2026-11-01T20:00:00Z"  # the original watch
SOON, LATE, LATER = "2026-11-03T20:00:00Z", "2026-11-03T20:00:01Z", "2026-11-06T20:00:00Z"
LIGHTS: dict[str, Any] = {"ids": {"imdb": "tt9000001"}}
FERRY: dict[str, Any] = {"ids": {"tvdb": 910002}}
SALT: dict[str, Any] = {"ids": {"tvdb": 910003}}
KAZE: dict[str, Any] = {"ids": {"tvdb": 910010}, "use_tvdb_anime_seasons": True}


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze(NOW)
    server.switches.set(rewatch_expected=True, bare_show_expected=True)
    return server


@pytest.fixture
def anna(simkl: SimklServer) -> Account:
    return simkl.account(plan="pro")


@pytest.fixture
def probe(simkl: SimklServer, anna: Account) -> Probe:
    """All of Night Ferry and Harbour Lights were seen once."""
    one = Probe(simkl, anna.token)
    first = {"watched_at": FIRST}
    one.history({"movies": [{**LIGHTS, **first}], "shows": [{**FERRY, **first}]})
    return one


def film(at: str | None = LATER, **fields: Any) -> dict[str, Any]:
    return {"movies": [{**LIGHTS, **({"watched_at": at} if at else {}), **fields}]}


def episode(
    *numbers: int, at: str | None = LATER, show: dict[str, Any] = FERRY, season: int = 1,
    **fields: Any,
) -> dict[str, Any]:  # fmt: skip
    time = {"watched_at": at} if at else {}
    named = [{"number": number, **time} for number in numbers]
    return {"shows": [{**show, **fields, "seasons": [{"number": season, "episodes": named}]}]}


def bare(show: dict[str, Any] = FERRY, **fields: Any) -> dict[str, Any]:
    return {"shows": [{**show, **fields}]}


def again(probe: Probe, body: dict[str, Any]) -> dict[str, Any]:
    """What the answer says of a flagged item: its counts, its id and status."""
    answer = probe.history(body, allow_rewatch="yes")
    assert [item for items in answer["not_found"].values() for item in items] == []
    counts = tuple(answer["added"][name] for name in ("movies", "shows", "episodes"))
    response = answer["added"]["statuses"][0]["response"]
    return {"counts": counts, **response}


def told(answer: dict[str, Any]) -> tuple[Any, ...]:
    return answer["counts"], answer.get("rewatch_id"), answer.get("rewatch_status")


def sessions(account: Account) -> list[tuple[Any, ...]]:
    """Id, status and episodes of every session."""
    return [
        (s["rewatch_id"], s["rewatch_status"], [(e["season"], e["episode"]) for e in s["episodes"]])
        for s in account.sessions
    ]


REFUSED = ((0, 0, 0), None, None)


@pytest.mark.parametrize("success", [201, 200])
def test_rewatch__free_account(probe: Probe, simkl: SimklServer, success: int) -> None:
    """A free account's rewatch counts nothing and is no error (rule 111)."""
    simkl.switches.set(free_rewatch_success=success)
    simkl.account().plan = "free"
    answer = probe.post("/sync/history", film(), allow_rewatch="yes")
    assert (answer.status_code, answer.json["added"]["movies"]) == (success, 0)
    assert "rewatch_id" not in answer.json["added"]["statuses"][0]["response"]
    assert simkl.account().sessions == []


@pytest.mark.parametrize(("switch", "stored"), [("normal", 1), ("nothing", 0)])
def test_rewatch__first_watch_of_free_account(
    probe: Probe, simkl: SimklServer, switch: str, stored: int
) -> None:
    """What is new is stored for a free account, by switch not (section 5.3)."""
    simkl.switches.set(free_flagged_write=switch)
    simkl.account().plan = "free"
    answer = probe.history(episode(1, show=SALT), allow_rewatch="yes")
    assert answer["added"]["episodes"] == stored


@pytest.mark.parametrize("plan", ["pro", "vip"])
def test_rewatch__film(probe: Probe, anna: Account, plan: str) -> None:
    """A film seen again is a completed session; the first watch stays (rule 112)."""
    anna.plan = plan
    answer = again(probe, film())
    assert told(answer) == ((1, 0, 0), 31007, "completed")
    assert (answer["status"], answer["simkl_type"]) == ("completed", "movie")
    assert [s["watched_at"] for s in anna.sessions] == [LATER]
    assert anna.watched[0]["watched_at"] == FIRST


def test_rewatch__sessions_of_two_titles(probe: Probe) -> None:
    """The ids of two titles can be the same: title and id together name a session."""
    answers = [again(probe, film()), again(probe, episode(1))]
    assert [answer["rewatch_id"] for answer in answers] == [31007, 31007]


@pytest.mark.parametrize(
    ("at", "refused"),
    [(SOON, True), (LATE, False), ("2026-10-30T20:00:00Z", True), ("2026-10-30T19:59:59Z", False)],
)
@pytest.mark.parametrize("what", [film, lambda at: episode(1, at=at)])
def test_rewatch__gap_to_the_original(
    probe: Probe, anna: Account, what: Any, at: str, refused: bool
) -> None:
    """Up to 48 h from the original watch, before or after, is no rewatch (rule 113)."""
    answer = again(probe, what(at))
    assert (told(answer) == REFUSED) == refused
    assert len(anna.sessions) == (not refused)
    assert bool(anna.repeats) == refused


def test_rewatch__gap_by_the_clock(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """Without watched_at the gap counts by the emulator's clock (rule 113)."""
    probe.history(episode(1, show=SALT, at=None))
    assert told(again(probe, episode(1, show=SALT, at=None))) == REFUSED
    simkl.clock.advance(48 * 3600)
    assert told(again(probe, episode(1, show=SALT, at=None))) == ((0, 0, 1), 31007, "active")


def test_rewatch__equal_moment(probe: Probe, anna: Account) -> None:
    """The moment of the original watch is refused, and nothing changes (rule 118)."""
    before = probe.get("/sync/activities").json
    assert told(again(probe, episode(1, at=FIRST))) == REFUSED
    assert (anna.sessions, probe.get("/sync/activities").json) == ([], before)


def test_rewatch__watched_episodes(probe: Probe, anna: Account) -> None:
    """Watched episodes open an active session, the list stays (rule 114)."""
    answer = again(probe, episode(1, 2))
    assert told(answer) == ((0, 0, 2), 31007, "active")
    assert answer["status"] == "completed"
    assert sessions(anna) == [(31007, "active", [(1, 1), (1, 2)])]
    assert [(w["rewatch_id"], w["episode"]) for w in anna.rewatches] == [(31007, 1), (31007, 2)]


def test_rewatch__one_episode_is_new(probe: Probe, anna: Account) -> None:
    """With one new episode among them it is a normal write (rule 115)."""
    probe.history(episode(1, show=SALT, at=FIRST))
    answer = again(probe, episode(1, 2, show=SALT, is_rewatch=True))
    assert (told(answer), anna.sessions) == (((0, 0, 1), None, None), [])


def test_rewatch__unknown_episode(probe: Probe, anna: Account) -> None:
    """An episode that does not exist makes it a normal write, and is reported (rule 80)."""
    answer = probe.history(episode(1, 99), allow_rewatch="yes")
    assert (len(answer["not_found"]["episodes"]), anna.sessions) == (1, [])


def test_rewatch__planned(probe: Probe, anna: Account) -> None:
    """A title on plan-to-watch has no rewatch (rule 116)."""
    probe.history(bare(status="plantowatch"))
    assert told(again(probe, episode(1))) == REFUSED
    assert anna.sessions == []


@pytest.mark.parametrize("status", ["hold", "dropped"])
def test_rewatch__held(probe: Probe, status: str) -> None:
    """A held or dropped show can be watched again (section 5.1)."""
    probe.history(bare(status=status))
    assert told(again(probe, episode(1))) == ((0, 0, 1), 31007, "active")


def test_rewatch__empty_session(probe: Probe, anna: Account) -> None:
    """is_rewatch opens an empty session of a completed show (rule 117)."""
    assert told(again(probe, bare(is_rewatch=True))) == ((0, 0, 0), 31007, "active")
    assert sessions(anna) == [(31007, "active", [])]


def test_rewatch__empty_session_of_caught_up_show(probe: Probe, anna: Account) -> None:
    """A show that still airs can be watched again once nothing is left to mark (section 5.1)."""
    probe.history({"shows": [{**SALT, "watched_at": FIRST}]})
    answer = again(probe, bare(SALT, is_rewatch=True))
    assert (told(answer), answer["status"]) == (((0, 0, 0), 31007, "active"), "watching")


def test_rewatch__empty_session_of_unfinished_show(
    probe: Probe, simkl: SimklServer, anna: Account
) -> None:
    """Of an unfinished show the normal write comes first and marks all of it (section 5.1)."""
    probe.history(episode(1, show=SALT))
    answer = again(probe, bare(SALT, is_rewatch=True))
    assert (told(answer), anna.sessions) == (((0, 0, 11), None, None), [])
    assert simkl.client_faults == ["a rewatch marks the whole of Salt Road"]


def test_rewatch__forced(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """By switch is_rewatch forces the session, as one page has it (section 5.2)."""
    simkl.switches.set(rewatch_fields="force")
    probe.history(episode(1, show=SALT))
    assert told(again(probe, bare(SALT, is_rewatch=True))) == ((0, 0, 0), 31007, "active")
    assert len(anna.watched) == 1 + 18 + 1


def test_rewatch__own_status_is_no_change(probe: Probe, anna: Account) -> None:
    """A bare show with the status it has is not filled, so a session opens (section 3.4)."""
    probe.history(episode(1, show=SALT))
    answer = again(probe, bare(SALT, is_rewatch=True, status="watching"))
    assert told(answer) == ((0, 0, 0), 31007, "active")


@pytest.mark.parametrize(
    ("switch", "said"),
    [("filled", ((0, 0, 18), 31007, "completed")), ("empty", ((0, 0, 0), 31007, "active"))],
)
def test_rewatch__bare_completed_show(
    probe: Probe, simkl: SimklServer, switch: str, said: tuple[Any, ...]
) -> None:
    """A bare completed show is seen once more as a whole, by switch empty (section 5.1)."""
    simkl.switches.set(bare_rewatch=switch)
    assert told(again(probe, bare(watched_at=LATER))) == said


def test_rewatch__second_session(probe: Probe, anna: Account) -> None:
    """A second session closes the first, which keeps its episodes (rule 119)."""
    again(probe, episode(1))
    assert told(again(probe, bare(is_rewatch=True))) == ((0, 0, 0), 31008, "active")
    assert sessions(anna) == [(31007, "closed", [(1, 1)]), (31008, "active", [])]


@pytest.mark.parametrize(("switch", "count"), [("forks", 2), ("reused", 1)])
def test_rewatch__empty_session_again(
    probe: Probe, simkl: SimklServer, switch: str, count: int
) -> None:
    """An empty session sent twice forks, by switch not (section 1.10)."""
    simkl.switches.set(empty_session_repeat=switch)
    for _ in range(2):
        again(probe, bare(is_rewatch=True))
    assert len(simkl.account().sessions) == count


def test_rewatch__status_completed_of_a_show(probe: Probe, anna: Account) -> None:
    """Only the server completes a show, the client's completed is closed (rule 120)."""
    again(probe, episode(1))
    said = again(probe, bare(rewatch_id=31007, rewatch_status="completed"))
    assert told(said) == ((0, 0, 0), 31007, "closed")


def test_rewatch__close(probe: Probe, anna: Account) -> None:
    """A closed session keeps its count and adds nothing (section 5.2)."""
    again(probe, episode(1, 2))
    said = again(probe, bare(rewatch_id=31007, rewatch_status="closed"))
    assert told(said) == ((0, 0, 0), 31007, "closed")
    assert sessions(anna) == [(31007, "closed", [(1, 1), (1, 2)])]


def test_rewatch__close_completed(probe: Probe) -> None:
    """Nothing closes a completed session (rule 121)."""
    again(probe, film())
    assert told(again(probe, film(rewatch_id=31007, rewatch_status="closed")))[2] == "completed"


def test_rewatch__into_closed_session(probe: Probe, anna: Account) -> None:
    """A pinned write goes into a closed session and leaves it closed (section 5.2)."""
    again(probe, episode(1))
    again(probe, bare(rewatch_id=31007, rewatch_status="closed"))
    assert told(again(probe, episode(2, rewatch_id=31007))) == ((0, 0, 1), 31007, "closed")


def test_rewatch__resume(probe: Probe, anna: Account) -> None:
    """A resumed session is active again, and the former active one closed (section 5.2)."""
    again(probe, episode(1))
    again(probe, bare(is_rewatch=True))
    said = again(probe, bare(rewatch_id=31007, rewatch_status="active"))
    assert told(said) == ((0, 0, 0), 31007, "active")
    assert sessions(anna) == [(31007, "active", [(1, 1)]), (31008, "closed", [])]


def test_rewatch__pinned_beside_the_active(probe: Probe, anna: Account) -> None:
    """The id decides, not what is active (section 5.2)."""
    again(probe, episode(1))
    again(probe, bare(is_rewatch=True))
    again(probe, episode(2, rewatch_id=31007))
    assert sessions(anna) == [(31007, "closed", [(1, 1), (1, 2)]), (31008, "active", [])]


@pytest.mark.parametrize("closed", [False, True])
def test_rewatch__coverage(probe: Probe, anna: Account, closed: bool) -> None:
    """The last aired regular episode completes a session, active or closed (rule 122)."""
    again(probe, episode(*range(1, 11)))
    again(probe, episode(*range(1, 8), season=2, rewatch_id=31007))
    if closed:
        again(probe, bare(rewatch_id=31007, rewatch_status="closed"))
    assert told(again(probe, episode(8, season=2, rewatch_id=31007)))[2] == "completed"


def test_rewatch__coverage_of_airing_show(probe: Probe) -> None:
    """Episodes to come are not needed, specials neither (rule 122)."""
    probe.history({"shows": [{**SALT, "watched_at": FIRST}]})
    again(probe, episode(*range(1, 9), show=SALT))
    said = again(probe, episode(*range(1, 5), show=SALT, season=2, rewatch_id=31007))
    assert told(said) == ((0, 0, 4), 31007, "completed")


def test_rewatch__session_after_the_completed(probe: Probe) -> None:
    """Without an id a finished session is not found, a new one opens (section 5.2)."""
    again(probe, bare(watched_at=LATER))
    assert told(again(probe, episode(1, at=NOW))) == ((0, 0, 1), 31008, "active")


def test_rewatch__finished_session_by_its_last_moment(probe: Probe, simkl: SimklServer) -> None:
    """last_watched_at finds a finished session (section 5.2)."""
    again(probe, episode(1))
    again(probe, bare(rewatch_id=31007, rewatch_status="closed"))
    said = again(probe, episode(2, at=NOW, last_watched_at=LATER))
    assert told(said) == ((0, 0, 1), 31007, "closed")
    assert simkl.client_faults == []


def test_rewatch__episode_again_in_the_session(probe: Probe, anna: Account) -> None:
    """An episode again after 48 h, without id, closes the session and opens one (rule 123)."""
    again(probe, episode(1))
    assert told(again(probe, episode(1, at=NOW))) == ((0, 0, 1), 31008, "active")
    assert sessions(anna) == [(31007, "closed", [(1, 1)]), (31008, "active", [(1, 1)])]


@pytest.mark.parametrize(("switch", "count"), [("moved", 1), ("new_session", 2)])
def test_rewatch__pinned_episode_again(
    probe: Probe, simkl: SimklServer, switch: str, count: int
) -> None:
    """With its id the episode's moment moves, by switch a session opens (beside rule 123)."""
    simkl.switches.set(pinned_repeat=switch)
    again(probe, episode(1))
    again(probe, episode(1, at=NOW, rewatch_id=31007))
    assert len(simkl.account().sessions) == count


@pytest.mark.parametrize("pin", [{}, {"rewatch_id": 31007}])
def test_rewatch__melts(probe: Probe, anna: Account, pin: dict[str, int]) -> None:
    """Within 48 h of the session's watch the count stays, its moment follows (section 5.3)."""
    again(probe, episode(1))
    assert told(again(probe, episode(1, at="2026-11-07T20:00:00Z", **pin)))[0] == (0, 0, 0)
    assert [s["last_watched_at"] for s in anna.sessions] == ["2026-11-07T20:00:00Z"]
    assert (len(anna.rewatches), len(anna.repeats)) == (1, 1)


def test_rewatch__film_melts(probe: Probe, anna: Account) -> None:
    """A film seen again within 48 h of its rewatch is the same rewatch (section 5.3)."""
    again(probe, film())
    said = again(probe, film("2026-11-07T20:00:00Z"))
    assert told(said) == ((0, 0, 0), 31007, "completed")
    assert told(again(probe, film(NOW)))[1] == 31008
    assert len(anna.sessions) == 2


def test_rewatch__refused_in_a_running_session(probe: Probe) -> None:
    """A running session reports its id even where it refused the watch (as section 5.5)."""
    probe.history(episode(1, at="2026-11-10T20:00:00Z", show=SALT))
    probe.history(episode(2, at=FIRST, show=SALT))
    again(probe, episode(2, show=SALT))
    said = again(probe, episode(1, show=SALT, at="2026-11-11T20:00:00Z", rewatch_id=31007))
    assert told(said) == ((0, 0, 0), 31007, "active")


@pytest.mark.parametrize(("switch", "stored"), [("open", 1), ("enforced", 0)])
def test_rewatch__fifty_sessions(
    probe: Probe, simkl: SimklServer, switch: str, stored: int
) -> None:
    """The cap of 50 sessions is not enforced, by switch it is (section 5.3)."""
    simkl.switches.set(session_cap=switch)
    for _ in range(50):
        again(probe, bare(is_rewatch=True))
    assert again(probe, film())["counts"] == (1, 0, 0)
    again(probe, bare(is_rewatch=True))
    assert len(simkl.account().sessions) == 51 + stored


@pytest.mark.parametrize(("switch", "count"), [("refused", 0), ("ignored", 1)])
def test_rewatch__unknown_id(probe: Probe, simkl: SimklServer, switch: str, count: int) -> None:
    """An id that the title does not have stores nothing, by switch a new session."""
    simkl.switches.set(unknown_rewatch_id=switch)
    again(probe, episode(1, rewatch_id=4))
    assert len(simkl.account().sessions) == count


@pytest.mark.parametrize(("switch", "count"), [("now", 1), ("refused", 0)])
def test_rewatch__no_watched_at(probe: Probe, simkl: SimklServer, switch: str, count: int) -> None:
    """Without watched_at the moment of the request holds, by switch none (section 5.6)."""
    simkl.switches.set(rewatch_without_time=switch)
    again(probe, episode(1, at=None))
    assert len(simkl.account().sessions) == count


def test_rewatch__anime_by_tvdb_coordinates(probe: Probe, anna: Account) -> None:
    """An episode by its TVDB coordinates goes into the session of its cour (rules 87 and 114)."""
    probe.history(episode(4, show=KAZE, season=2, at=FIRST))
    again(probe, episode(4, show=KAZE, season=2))
    assert [(s["simkl"], s["episodes"][0]["episode"]) for s in anna.sessions] == [(8000011, 4)]


@pytest.mark.parametrize(
    "fields", [{"rewatch_status": "paused"}, {"rewatch_id": "x"}], ids=["status", "id"]
)
def test_rewatch__wrong_field(probe: Probe, anna: Account, fields: dict[str, Any]) -> None:
    """What is no id or no status refuses the request (section 3.8)."""
    answer = probe.post("/sync/history", episode(1, **fields), allow_rewatch="yes")
    assert (answer.status_code, answer.json["error"]) == (400, "wrong_parameter")


def test_rewatch__without_the_flag(probe: Probe, anna: Account) -> None:
    """Without the flag its fields do nothing (section 3.3)."""
    probe.history(episode(1, is_rewatch=True, rewatch_status="active"))
    assert (anna.sessions, len(anna.repeats)) == ([], 1)


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"rewatch_answer_status": "integer"}, (3, 31007, "active")),
        ({"rewatch_answer_keys": "missing"}, ("completed", None, None)),
    ],
)
def test_rewatch__answers(
    probe: Probe, simkl: SimklServer, switch: dict[str, str], said: tuple[Any, ...]
) -> None:
    """By switch the status is the integer 3, or the session is not told (question Q13)."""
    simkl.switches.set(**switch)
    answer = again(probe, episode(1))
    named = (answer["status"], answer.get("rewatch_id"), answer.get("rewatch_status"))
    assert named == said


def test_rewatch__zero_counts(probe: Probe, simkl: SimklServer) -> None:
    """By switch a rewatch counts nothing (question Q13)."""
    simkl.switches.set(rewatch_counts="zero")
    assert told(again(probe, episode(1))) == ((0, 0, 0), 31007, "active")


def test_rewatch__echo(probe: Probe) -> None:
    """The echo holds the fields of the session (section 5.2)."""
    again(probe, episode(1))
    answer = probe.history(episode(2, rewatch_id=31007), allow_rewatch="yes")
    echo = answer["added"]["statuses"][0]["request"]
    assert echo == {**FERRY, "rewatch_id": 31007, "type": "show", "rating": None}


def test_rewatch__removed_title(probe: Probe, anna: Account) -> None:
    """With the title its sessions go."""
    again(probe, film())
    probe.remove({"movies": [LIGHTS]})
    assert anna.sessions == []


def test_elsewhere__closes_and_resumes(probe: Probe, anna: Account) -> None:
    """A person closes and resumes a session on another device; the stamps move."""
    again(probe, episode(1))
    before = probe.get("/sync/activities").json["all"]
    probe.post("/_control/clock", {"advance": 60})
    assert anna.elsewhere("close", 8000002) == 31007
    assert sessions(anna) == [(31007, "closed", [(1, 1)])]
    assert probe.get("/sync/activities").json["all"] > before
    anna.elsewhere("resume", 8000002, rewatch_id=31007)
    assert sessions(anna) == [(31007, "active", [(1, 1)])]


@pytest.mark.parametrize(("prefilled", "held"), [(False, 0), (True, 18)])
def test_elsewhere__starts(probe: Probe, anna: Account, prefilled: bool, held: int) -> None:
    """A session begun on simkl.com can hold what was seen before (section 5.4)."""
    order = {"order": "start", "simkl": 8000002, "prefilled": prefilled}
    assert probe.post("/_control/sessions/anna", order).json["rewatch_id"] == 31007
    row = probe.get("/_control/sessions/anna").json[0]
    assert (row["origin"], row["rewatch_status"]) == ("site", "active")
    assert len(row["episodes"]) == held


def test_elsewhere__mistake(probe: Probe) -> None:
    """A session that is not there is the test's mistake."""
    answer = probe.post("/_control/sessions/anna", {"order": "close", "simkl": 8000002})
    assert (answer.status_code, answer.json["error"]) == (400, "control")


def test_state__sessions(probe: Probe, simkl: SimklServer) -> None:
    """The state tells of every session, with its episodes and moments."""
    again(probe, episode(1))
    row = probe.get("/_control/state").json["accounts"]["anna"]
    assert row["sessions"] == [
        {
            "simkl": 8000002, "title": "Night Ferry", "simkl_type": "tv",
            "rewatch_id": 31007, "rewatch_status": "active", "origin": "api",
            "started_at": "2026-11-20T12:00:02Z", "last_watched_at": LATER, "watched_at": None,
            "episodes": [{"season": 1, "episode": 1, "watched_at": LATER}],
        }
    ]  # fmt: skip
    assert [watch["rewatch_id"] for watch in row["rewatches"]] == [31007]


def test_plan__moves_the_settings(probe: Probe, simkl: SimklServer) -> None:
    """A change of plan moves settings.all and can be read (rule 187)."""
    probe.post("/_control/accounts", {"name": "anna", "plan": "free"})
    assert probe.get("/sync/activities").json["settings"]["all"] == simkl.clock.stamp()
    assert probe.get("/users/settings").json["account"]["type"] == "free"
