# SPDX-License-Identifier: MIT
"""Rewatch sessions read back from the emulator: rules 124 to 126, and of 165 to 176."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simkl_server.accounts import Account
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

FIRST, LATER = "2026-11-01T20:00:00Z", "2026-11-06T20:00:00Z"
LIGHTS: dict[str, Any] = {"ids": {"imdb": "tt9000001"}, "watched_at": FIRST}
FERRY: dict[str, Any] = {"ids": {"tvdb": 910002}}
FULL = {"extended": "full", "episode_watched_at": "yes"}


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze("2026-11-20T12:00:00Z")
    server.switches.set(rewatch_expected=True, bare_show_expected=True)
    return server


@pytest.fixture
def anna(simkl: SimklServer) -> Account:
    return simkl.account(plan="vip")


@pytest.fixture
def probe(simkl: SimklServer, anna: Account) -> Probe:
    """Night Ferry was seen once, and two of its episodes and Harbour Lights once more."""
    one = Probe(simkl, anna.token)
    one.history({"movies": [LIGHTS], "shows": [{**FERRY, "watched_at": FIRST}]})
    named = [{"number": number, "watched_at": LATER} for number in (1, 2)]
    season = {"number": 1, "episodes": named}
    one.history({"shows": [{**FERRY, "seasons": [season]}]}, allow_rewatch="yes")
    one.history({"movies": [{**LIGHTS, "watched_at": LATER}]}, allow_rewatch="yes")
    return one


def rows(probe: Probe, kind: str = "shows", path: str = "", **query: str) -> list[dict[str, Any]]:
    found: dict[str, Any] = probe.get(f"/sync/all-items{path}", **query).json
    return found.get(kind, [])


def test_all_items__no_flag(probe: Probe) -> None:
    """Without the flag there is one row of each title and no word of rewatches (rule 126)."""
    for kind in ("shows", "movies"):
        found = rows(probe, kind, **FULL)
        assert len(found) == 1 and "is_rewatch" not in found[0]


def test_all_items__flag_alone(probe: Probe) -> None:
    """Without extended=full a session's row is a filler (rule 124)."""
    canonical, session = rows(probe, allow_rewatch="yes")
    assert (canonical["is_rewatch"], canonical["watched_episodes_count"]) == (False, 18)
    assert "rewatch_id" not in canonical and "rewatch_status" not in canonical
    assert session["is_rewatch"] is True
    assert (session["rewatch_id"], session["rewatch_status"]) == (31007, "active")
    assert (session["watched_episodes_count"], session["last_watched"]) == (0, None)
    assert session["last_watched_at"] == LATER
    assert "seasons" not in session


def test_all_items__flag_and_full(probe: Probe) -> None:
    """With extended=full a session has its own count and episodes (rule 125)."""
    canonical, session = rows(probe, allow_rewatch="yes", **FULL)
    assert (canonical["last_watched_at"], canonical["last_watched"]) == (FIRST, "S02E08")
    assert "seasons" not in canonical
    assert (session["watched_episodes_count"], session["total_episodes_count"]) == (2, 18)
    assert (session["last_watched"], session["next_to_watch"]) == ("S01E02", "S01E03")
    seen = [{"number": number, "watched_at": LATER} for number in (1, 2)]
    assert session["seasons"] == [{"number": 1, "episodes": seen}]
    assert session["show"]["ids"] == canonical["show"]["ids"]
    assert session["status"] == canonical["status"] == "completed"


def test_all_items__film(probe: Probe) -> None:
    """A film's session is a row with its moment (rule 125)."""
    canonical, session = rows(probe, "movies", allow_rewatch="yes", **FULL)
    assert [row["last_watched_at"] for row in (canonical, session)] == [FIRST, LATER]
    assert (session["rewatch_id"], session["rewatch_status"]) == (31007, "completed")


def test_all_items__empty_session(probe: Probe) -> None:
    """An empty session is a row without a moment (rule 117)."""
    probe.history({"shows": [{**FERRY, "is_rewatch": True}]}, allow_rewatch="yes")
    former, session = rows(probe, allow_rewatch="yes", **FULL)[1:]
    assert (former["rewatch_status"], former["watched_episodes_count"]) == ("closed", 2)
    assert (session["rewatch_id"], session["rewatch_status"]) == (31008, "active")
    assert (session["last_watched_at"], session["seasons"]) == (None, [])


@pytest.mark.parametrize(
    ("path", "found"),
    [("/shows", 2), ("/shows/completed", 2), ("/all/completed", 2), ("/shows/watching", 0)],
)
def test_all_items__by_type_and_status(probe: Probe, path: str, found: int) -> None:
    """The sessions of a title stand in its list (section 7.2)."""
    assert len(rows(probe, path=path, allow_rewatch="yes", **FULL)) == found


def test_all_items__session_in_the_delta(probe: Probe, simkl: SimklServer) -> None:
    """A write to a session brings its title into the delta and moves its stamps (rule 162)."""
    before = simkl.clock.stamp()
    assert rows(probe, date_from=before, allow_rewatch="yes") == []
    item = {**FERRY, "rewatch_id": 31007, "rewatch_status": "closed"}
    probe.history({"shows": [item]}, allow_rewatch="yes")
    found = rows(probe, date_from=before, allow_rewatch="yes", **FULL)
    assert [row.get("rewatch_status") for row in found] == [None, "closed"]
    moved = probe.get("/sync/activities").json
    assert moved["all"] == moved["tv_shows"]["completed"] == simkl.clock.stamp()


def test_all_items__after_a_downgrade(probe: Probe, anna: Account) -> None:
    """A downgrade deletes nothing (section 5.3)."""
    anna.plan = "free"
    assert len(rows(probe, allow_rewatch="yes")) == 2


@pytest.mark.parametrize(("rows_allowed", "status"), [(2, 200), (1, 400)])
def test_all_items__too_many_episodes(
    probe: Probe, simkl: SimklServer, rows_allowed: int, status: int
) -> None:
    """Too many rows of episodes are refused (rule 176)."""
    simkl.switches.set(max_episode_rows=rows_allowed)
    answer = probe.get("/sync/all-items/shows", allow_rewatch="yes", **FULL)
    assert (answer.status_code, answer.json.get("error")) == (
        status,
        None if status == 200 else "max_items",
    )


@pytest.mark.parametrize(("switch", "answer"), [("absent", {}), ("array", {"anime": []})])
def test_all_items__nothing_of_the_type(
    probe: Probe, simkl: SimklServer, switch: str, answer: dict[str, Any]
) -> None:
    """Of an empty type there is no key, by switch an empty list (section 14.2)."""
    simkl.switches.set(empty_type=switch)
    assert probe.get("/sync/all-items/anime").json == answer
