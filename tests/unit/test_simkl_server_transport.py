"""The emulator's transport: rules 1 to 28, and 40 to 43 as far as they concern every endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.simkl_server.accounts import Account
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

NOW = "2026-11-20T12:00:00Z"
TO_MIDNIGHT = "61200"  # 05:00 UTC of the next day
LIGHTS: dict[str, Any] = {"movies": [{"ids": {"imdb": "tt9000001"}}]}
HISTORY, ACTIVITIES = "/sync/history", "/sync/activities"


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


def v1(simkl: SimklServer) -> Probe:
    return Probe(simkl, simkl.account().v1_token(), simkl.v1_client_id)


def word(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]


def rate(answer: TestResponse) -> tuple[str | None, str | None]:
    return answer.headers.get("X-RateLimit-Limit"), answer.headers.get("X-RateLimit-Remaining")


def test_client_id__missing(probe: Probe) -> None:
    """A request without client_id is refused with the full envelope (rule 1)."""
    del probe.query["client_id"]
    answer = probe.get(ACTIVITIES)
    assert word(answer) == (412, "client_id_failed")
    assert answer.json.keys() == {"error", "code", "message"}


def test_client_id__unknown_or_suspended(probe: Probe, simkl: SimklServer) -> None:
    """An unknown or suspended app is refused as a missing one (rule 2)."""
    simkl.service.apps[simkl.client_id].suspended = True
    assert word(probe.get(ACTIVITIES)) == (412, "client_id_failed")
    probe.query["client_id"] = "nobody"
    assert word(probe.get(ACTIVITIES)) == (412, "client_id_failed")


def test_client_id__in_header(probe: Probe) -> None:
    """The client_id may stand in a header (rule 3)."""
    probe.headers["simkl-api-key"] = probe.query.pop("client_id")
    assert probe.get(ACTIVITIES).status_code == 200


def test_identification__missing(probe: Probe, simkl: SimklServer) -> None:
    """Missing identification is served and noted, by switch refused (rule 4)."""
    probe.query = {"client_id": simkl.client_id}
    probe.headers["User-Agent"] = ""
    assert probe.get(ACTIVITIES).status_code == 200
    missing = [fault.split()[0] for fault in simkl.client_faults]
    assert missing == ["User-Agent", "app-name", "app-version"]
    simkl.switches.set(missing_identification="refused")
    assert word(probe.get(ACTIVITIES)) == (412, "client_id_failed")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_authorization__scheme_in_any_case(probe: Probe, anna: Account, scheme: str) -> None:
    """The scheme word's letter case does not matter (rule 5)."""
    probe.headers["Authorization"] = f"{scheme} {anna.token}"
    assert probe.get(ACTIVITIES).status_code == 200


def test_token__other_letter_case(probe: Probe, anna: Account) -> None:
    """The token's letter case matters (rule 6)."""
    probe.headers["Authorization"] = f"Bearer {anna.token.upper()}"
    assert word(probe.get(ACTIVITIES)) == (401, "invalid_token")


@pytest.mark.parametrize("status", [201, 200])
def test_history__success_code(probe: Probe, simkl: SimklServer, status: int) -> None:
    """A write answers 201, by switch 200 (rule 7)."""
    simkl.switches.set(sync_success=status)
    assert probe.post(HISTORY, LIGHTS).status_code == status


def test_gets__eleventh_in_a_second(probe: Probe) -> None:
    """The eleventh GET is refused, Retry-After misleads to the daily reset (rule 8)."""
    assert {probe.get(ACTIVITIES).status_code for _ in range(10)} == {200}
    answer = probe.get(ACTIVITIES)
    assert answer.status_code == 429
    assert answer.json == {"error": "rate_limit", "code": 429}
    assert answer.headers["Retry-After"] == TO_MIDNIGHT


def test_gets__after_a_second(probe: Probe, simkl: SimklServer) -> None:
    """A second later GETs are served again (rule 9)."""
    for _ in range(11):
        probe.get(ACTIVITIES)
    simkl.clock.advance(1)
    assert probe.get(ACTIVITIES).status_code == 200


def test_posts__two_in_a_second(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """The second POST blocks the token, and a further one extends the block (rule 10)."""
    simkl.switches.set(post_window=1.5, post_block_seconds=10)
    probe.post(HISTORY, LIGHTS)
    assert word(probe.post(HISTORY, LIGHTS)) == (412, "client_id_failed")
    simkl.clock.advance(8.9)
    assert word(probe.get(ACTIVITIES)) == (412, "client_id_failed")
    simkl.clock.advance(1.1)
    assert probe.get(ACTIVITIES).status_code == 200
    assert [probe.post(HISTORY, LIGHTS).status_code for _ in range(3)] == [201, 412, 412]
    simkl.clock.advance(9.5)
    assert probe.get(ACTIVITIES).status_code == 412
    assert len(anna.repeats) == 1


def test_posts__two_in_a_second_by_switch(probe: Probe, simkl: SimklServer) -> None:
    """By switch the second POST is just refused (rule 10)."""
    simkl.switches.set(post_window=1.5, post_overage="429")
    probe.post(HISTORY, LIGHTS)
    assert word(probe.post(HISTORY, LIGHTS)) == (429, "rate_limit")
    assert probe.get(ACTIVITIES).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/movies/8000001", "/tv/8000002", "/anime/8000010",
     "/tv/episodes/8000002", "/anime/episodes/8000010"],
)  # fmt: skip
def test_cached_reads__without_end(simkl: SimklServer, path: str) -> None:
    """Cached reads are never counted, have no rate headers and need no token (rules 11, 43)."""
    probe = Probe(simkl)
    answers = [probe.get(path) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].json and rate(answers[-1]) == (None, None)


def test_quota__used_up(probe: Probe, anna: Account) -> None:
    """Request 501 of a free user is refused until New York's midnight (rule 12)."""
    anna.spend(500)
    answer = probe.get(ACTIVITIES)
    assert word(answer) == (429, "user_limit_exceeded")
    assert (rate(answer), answer.headers["Retry-After"]) == (("500", "0"), TO_MIDNIGHT)


def test_quota__last_request(probe: Probe, anna: Account) -> None:
    """Request 500 is served and says that nothing remains (rule 13)."""
    probe.get(ACTIVITIES)
    anna.spend(498)
    answer = probe.get(ACTIVITIES)
    assert (answer.status_code, rate(answer)) == (200, ("500", "0"))
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("before", "seconds"),
    [
        ("2026-11-21T04:59:00Z", 60),
        ("2026-03-08T05:00:00Z", 23 * 3600),
        ("2026-11-01T04:00:00Z", 25 * 3600),
    ],
)
def test_quota__new_day(
    probe: Probe, anna: Account, simkl: SimklServer, before: str, seconds: int
) -> None:
    """The count starts again at New York's midnight, on daylight-saving days too (rule 14)."""
    simkl.clock.set(before)
    probe.headers["Authorization"] = f"Bearer {anna.v2_token()}"
    anna.spend(500)
    assert probe.get(ACTIVITIES).headers["Retry-After"] == str(seconds)
    simkl.clock.advance(seconds - 1)
    assert probe.get(ACTIVITIES).status_code == 429
    simkl.clock.advance(1)
    assert probe.get(ACTIVITIES).status_code == 200


@pytest.mark.parametrize(("plan", "allowance"), [("pro", "1000"), ("vip", "10000")])
def test_quota__paid_plan(simkl: SimklServer, plan: str, allowance: str) -> None:
    """Paid plans have more requests (rule 15)."""
    probe = Probe(simkl, simkl.account("paul", plan).token)
    probe.get(ACTIVITIES)
    assert rate(probe.get(ACTIVITIES))[0] == allowance


def test_rate_headers__fresh_token(probe: Probe) -> None:
    """The first request of a token has no rate headers, the second has both (rule 16)."""
    assert [rate(probe.get(ACTIVITIES)) for _ in range(2)] == [(None, None), ("500", "498")]


def test_v1__app_wide_quota(simkl: SimklServer) -> None:
    """V1 has no rate headers and one counter for the app (rule 17)."""
    simkl.switches.set(app_daily_limit=2)
    probe = v1(simkl)
    assert [rate(probe.get(ACTIVITIES)) for _ in range(2)] == [(None, None)] * 2
    other = Probe(simkl, simkl.account("ben").v1_token(), simkl.v1_client_id)
    answer = other.get(ACTIVITIES)
    assert (word(answer), rate(answer)) == ((429, "app_limit_exceeded"), (None, None))


def test_quota__two_apps_of_one_user(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """Two V2 apps share the user's counter (rule 18)."""
    simkl.service.app("other")
    other = Probe(simkl, anna.v2_token(client_id="other"), "other")
    for one in (probe, probe, other):
        one.get(ACTIVITIES)
    assert rate(other.get(ACTIVITIES)) == ("500", "496")


@pytest.mark.parametrize("limit", ["user", "app"])
def test_debug_limit__asked_for(probe: Probe, simkl: SimklServer, limit: str) -> None:
    """debug_limit answers the daily refusal and touches no counter (rule 19)."""
    answer = probe.get("/tv/8000002", debug_limit=limit)
    assert word(answer) == (429, f"{limit}_limit_exceeded")
    assert answer.headers["Retry-After"] == TO_MIDNIGHT
    assert simkl.limits.spent("user anna") == 0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


def start_write(simkl: SimklServer, probe: Probe, pool: ThreadPoolExecutor) -> Future[TestResponse]:
    simkl.faults.add("hang_write", path=HISTORY)
    writing = pool.submit(probe.post, HISTORY, LIGHTS)
    assert simkl.service.write_locks.wait_for_writer("anna", 5)
    return writing


def test_write__while_another_runs(
    probe: Probe, simkl: SimklServer, pool: ThreadPoolExecutor
) -> None:
    """A second write waits for the first and is served (rule 20)."""
    first = start_write(simkl, probe, pool)
    second = pool.submit(probe.post, HISTORY, LIGHTS)
    assert simkl.service.write_locks.wait_for_writer("anna", 5, waiting=1)
    simkl.release()
    assert [one.result(5).status_code for one in (first, second)] == [201, 201]


@pytest.mark.parametrize(
    ("switch", "error"),
    [("by_path", "rate_limit"), ("upper", "RATE_LIMIT"), ("lower", "rate_limit")],
)
def test_write__waits_too_long(
    probe: Probe, simkl: SimklServer, pool: ThreadPoolExecutor, switch: str, error: str
) -> None:
    """A write that waited too long is refused with 400 in the form of its path (rule 21)."""
    simkl.switches.set(lock_seconds=0.05, lock_word=switch)
    first = start_write(simkl, probe, pool)
    answer = probe.post(HISTORY, LIGHTS)
    simkl.release()
    assert word(answer) == (400, error)
    assert ("code" in answer.json) == (error == "RATE_LIMIT")
    assert ("error_description" in answer.json) == (error == "rate_limit")
    assert first.result(5).status_code == 201


def test_write__of_another_user(probe: Probe, simkl: SimklServer, pool: ThreadPoolExecutor) -> None:
    """The writes of two users are independent (rule 22)."""
    simkl.switches.set(lock_seconds=0.05)
    first = start_write(simkl, probe, pool)
    other = Probe(simkl, simkl.account("ben").token)
    assert other.post(HISTORY, LIGHTS).status_code == 201
    simkl.release()
    assert first.result(5).status_code == 201


def test_write__right_after_another(probe: Probe) -> None:
    """The lock ends with the write, whatever its answer was (rule 23)."""
    assert [probe.post(HISTORY, body).status_code for body in (LIGHTS, "{", LIGHTS)] == [
        201,
        400,
        201,
    ]


def test_reads__during_a_write(probe: Probe, simkl: SimklServer, pool: ThreadPoolExecutor) -> None:
    """Reads do not wait for a write (rule 24)."""
    first = start_write(simkl, probe, pool)
    reads = [pool.submit(probe.get, path) for path in (ACTIVITIES, "/sync/all-items")]
    assert [read.result(5).status_code for read in reads] == [200, 200]
    simkl.release()
    assert first.result(5).status_code == 201


@pytest.mark.parametrize("body", ["{", "", "[1"])
def test_write__malformed_json(probe: Probe, body: str) -> None:
    """Malformed JSON is refused (rule 25)."""
    assert word(probe.post(HISTORY, body)) == (400, "json_error")


def test_oauth2__caching_forbidden(probe: Probe) -> None:
    """Answers under /oauth2 must not be cached (rule 27)."""
    headers = probe.get("/oauth2/token").headers
    assert (headers["Cache-Control"], headers["Pragma"]) == ("no-store", "no-cache")


def test_get__with_body_and_read_scope(simkl: SimklServer, anna: Account) -> None:
    """A GET with a body is a write for a read-only token (rule 28)."""
    probe = Probe(simkl, anna.v2_token("media:read"))
    assert probe.get(ACTIVITIES).status_code == 200
    answer = simkl.app.test_client().get(
        ACTIVITIES, query_string=probe.query, headers=probe.headers, json={}
    )
    assert word(answer) == (403, "insufficient_scope")


def test_write__read_scope(simkl: SimklServer, anna: Account) -> None:
    """A read-only token cannot write, and the challenge names the scopes (rule 40)."""
    answer = Probe(simkl, anna.v2_token("media:read")).post(HISTORY, LIGHTS)
    assert word(answer) == (403, "insufficient_scope")
    assert 'scope="media:read media:write"' in answer.headers["WWW-Authenticate"]
    assert anna.history == []


def test_token__older_than_a_week(probe: Probe, simkl: SimklServer) -> None:
    """A V2 token lives seven days (rule 41)."""
    simkl.clock.advance(7 * 86400 - 1)
    assert probe.get(ACTIVITIES).status_code == 200
    simkl.clock.advance(1)
    assert word(probe.get(ACTIVITIES)) == (401, "invalid_token")


@pytest.mark.parametrize("path", [ACTIVITIES, "/sync/all-items", "/users/settings"])
def test_token__missing(simkl: SimklServer, path: str) -> None:
    """A V2 app needs a token for everything but the cached reads (rule 42)."""
    assert word(Probe(simkl).get(path)) == (401, "user_token_required")


def test_token__disconnected(probe: Probe, simkl: SimklServer, anna: Account) -> None:
    """A disconnected app gets the refusal of its generation (rule 50)."""
    old = v1(simkl)
    anna.disconnect()
    assert word(probe.get(ACTIVITIES)) == (401, "invalid_token")
    answer = old.get(ACTIVITIES)
    assert word(answer) == (401, "user_token_failed")
    assert 'error="user_token_failed"' in answer.headers["WWW-Authenticate"]


def test_token__form(anna: Account) -> None:
    """V2 tokens have 43 characters and V1 tokens stay the same (rules 37 and 57)."""
    assert anna.token.startswith("simkl_at_") and len(anna.token) == 43
    assert anna.v1_token() == anna.v1_token() and len(anna.v1_token()) == 64


def test_path__unknown_or_with_slash(probe: Probe) -> None:
    """A slash at the end is tolerated, an unknown path is url_failed (sections 1.1 and 1.8)."""
    assert probe.get(ACTIVITIES + "/").status_code == 200
    assert word(probe.get("/sync/nonsense")) == (404, "url_failed")


def test_settings__get_and_post(probe: Probe) -> None:
    """The settings answer to both verbs with the plan (rule 189)."""
    answers = [probe.get("/users/settings"), probe.post("/users/settings", {})]
    assert [answer.json["account"]["type"] for answer in answers] == ["free", "free"]


def test_activities__new_account_and_change(probe: Probe, simkl: SimklServer) -> None:
    """All stamps are null at first, then a change moves three to one instant (rules 161, 162)."""
    fresh = probe.get(ACTIVITIES).json
    assert fresh["all"] is None and "watching" not in fresh["movies"]
    probe.post(HISTORY, LIGHTS)
    after = probe.get(ACTIVITIES).json
    moved = (after["all"], after["movies"]["all"], after["movies"]["completed"])
    assert moved == (simkl.clock.stamp(),) * 3


def test_all_items__date_from(probe: Probe, simkl: SimklServer) -> None:
    """date_from returns what changed strictly after it (rules 165 and 166)."""
    before = simkl.clock.stamp()
    probe.post(HISTORY, LIGHTS)
    assert probe.get("/sync/all-items", date_from=simkl.clock.stamp()).json == {}
    assert len(probe.get("/sync/all-items/movies", date_from=before).json["movies"]) == 1


@pytest.mark.parametrize(("switch", "body"), [("object", {}), ("null", None)])
def test_all_items__empty(probe: Probe, simkl: SimklServer, switch: str, body: Any) -> None:
    """An empty library is an empty object, by switch null (rule 174)."""
    simkl.switches.set(empty_library=switch)
    assert probe.get("/sync/all-items").json == body


def test_all_items__episodes_of_a_show(probe: Probe) -> None:
    """Watched episodes come with extended=full only, with their times on request (rule 171)."""
    episode = {"number": 1, "watched_at": "2026-11-19T20:15:00Z"}
    season = {"number": 1, "episodes": [episode]}
    probe.history({"shows": [{"ids": {"tvdb": 910002}, "seasons": [season]}]})
    plain = probe.get("/sync/all-items", episode_watched_at="yes").json["shows"][0]
    full = probe.get("/sync/all-items", episode_watched_at="yes", extended="full").json["shows"][0]
    assert "seasons" not in plain and full["seasons"] == [season]
    assert (plain["last_watched"], plain["next_to_watch"]) == ("S01E01", "S01E02")
    assert plain["show"]["ids"]["simkl"] == 8000002 and plain["show"]["ids"]["tvdb"] == "910002"


def test_details__unknown_or_empty_id(simkl: SimklServer) -> None:
    """An unknown title is an empty list, an empty id an error (sections 14.2 and 1.8)."""
    probe = Probe(simkl)
    assert probe.get("/movies/1").json == probe.get("/tv/episodes/1").json == []
    assert word(probe.get("/tv/episodes/")) == (400, "empty_id")


def test_episode_list__special(simkl: SimklServer) -> None:
    """A special has neither season nor episode, ids are simkl_id only (rule 190)."""
    first = Probe(simkl).get("/tv/episodes/8000002").json[0]
    assert first["type"] == "special" and not {"season", "episode"} & first.keys()
    assert first["ids"].keys() == {"simkl_id"}


def test_switches__mistaken(simkl: SimklServer) -> None:
    """An unknown switch or value is the test's mistake, not a silent no-op."""
    for wrong in ({"nonsense": 1}, {"lock_word": "loud"}, {"lock_seconds": "20"}):
        with pytest.raises(ValueError):
            simkl.switches.set(**wrong)


def test_clock__running(simkl: SimklServer) -> None:
    """A running clock ticks on from the moment it showed, and never back in monotonic time."""
    frozen = simkl.clock.monotonic()
    simkl.clock.run()
    assert not simkl.clock.manual and simkl.clock.stamp()[:10] == NOW[:10]
    assert simkl.clock.monotonic() >= frozen
    simkl.clock.reset()
    assert simkl.clock.monotonic() >= frozen
