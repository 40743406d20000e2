# SPDX-License-Identifier: MIT
"""The emulator's sign-in over real sockets: faults, rule 26, the client faults, and control."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.simkl_server.probe import Probe, Television
from tests.simkl_server.server import SimklServer
from tests.simkl_server.sign_in import DEVICE_GRANT

NOW = "2026-11-20T12:00:00Z"
BOTH, READ = "media:read media:write", "media:read"
DEVICE, TOKEN, REVOKE = "/oauth2/device", "/oauth2/token", "/oauth2/revoke"


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze(NOW)
    return server


@pytest.fixture
def television(simkl: SimklServer) -> Television:
    return Television(simkl)


def faults_of(simkl: SimklServer) -> list[str]:
    return [noted.split(":")[0] for noted in simkl.client_faults]


@pytest.fixture
def listening(simkl: SimklServer) -> Iterator[SimklServer]:
    with simkl:
        yield simkl


def post(simkl: SimklServer, path: str, timeout: float = 5, **form: str) -> requests.Response:
    return requests.post(
        simkl.url + path, data=form, timeout=timeout, allow_redirects=False,
        headers={"User-Agent": "probe/1.0"},
    )  # fmt: skip


def post_refresh(simkl: SimklServer, timeout: float = 5) -> requests.Response:
    token = simkl.account().grant.refresh_token
    given = {"client_id": simkl.client_id, "refresh_token": token}
    return post(simkl, TOKEN, timeout, grant_type="refresh_token", **given)


def post_poll(simkl: SimklServer, device_code: str, timeout: float = 5) -> requests.Response:
    given = {"client_id": simkl.client_id, "device_code": device_code}
    return post(simkl, TOKEN, timeout, grant_type=DEVICE_GRANT, **given)


def control(simkl: SimklServer, path: str, order: Any = None) -> requests.Response:
    url = f"{simkl.url}/_control/{path}"
    if order is None:
        return requests.get(url, timeout=5)
    return requests.post(url, json=order, timeout=5)


@pytest.mark.parametrize("injected", [True, False])
def test_client_fault__slow_down_not_waited(
    simkl: SimklServer, television: Television, injected: bool
) -> None:
    """After slow_down the interval is five seconds longer, for every further poll."""
    television.poll()
    if injected:
        simkl.faults.add("error", error="slow_down", path=TOKEN)
    assert television.poll(5 if injected else 4).json["error"] == "slow_down"
    television.poll(10)
    assert simkl.client_faults == []
    television.poll(9)
    assert faults_of(simkl) == ["slow_down not waited"]


def test_client_fault__device_code_in_the_query(simkl: SimklServer, television: Television) -> None:
    """A device_code belongs in the body, under whatever name."""
    client, code = simkl.app.test_client(), television.code["device_code"]
    for query in ({"device_code": "x"}, {"x": code}):
        client.post(TOKEN, query_string=query, data={}, headers=television.probe.headers)
    leaks = [fault for fault in faults_of(simkl) if "device_code" in fault]
    assert leaks == ["the query holds a device_code"] * 2


def test_client_fault__poll_after_expiry(simkl: SimklServer, television: Television) -> None:
    """One poll learns that the code has expired, as the clock is the test's; a second does not."""
    television.poll(900)
    assert simkl.client_faults == []
    television.poll()
    assert faults_of(simkl) == ["a code is polled after its expiry"]


def test_client_fault__own_deadline(simkl: SimklServer) -> None:
    """A client ends by its own deadline, in real time, when Simkl's clock stands still."""
    simkl.switches.set(code_seconds=0, poll_interval=0)
    Television(simkl).poll(0)
    assert faults_of(simkl) == ["a code is polled after its expiry"]


def test_client_fault__poll_after_success(simkl: SimklServer, television: Television) -> None:
    """Who has the tokens does not poll again."""
    television.sign_in()
    television.poll()
    assert faults_of(simkl) == ["a code is polled after its success"]


@pytest.mark.parametrize("place", ["form", "json", "query", "basic"])
def test_client_fault__client_secret(simkl: SimklServer, place: str) -> None:
    """A client_secret is never sent, by no way."""
    secret = {"client_secret": "x"}
    client, headers = simkl.app.test_client(), {"User-Agent": "probe/1.0"}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": secret},
        "json": {"json": secret},
        "query": {"query_string": secret, "data": {"x": "y"}},
        "basic": {"data": {"x": "y"}, "auth": ("x", "x")},
    }
    client.post(DEVICE, headers=headers, **ways[place])
    assert faults_of(simkl) == ["a client_secret is sent"]


def test_client_fault__two_refreshes_at_once(listening: SimklServer) -> None:
    """Two refreshes of one token at a time are noted, one that was given up is not."""
    listening.hold(TOKEN)
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(post_refresh, listening)]
        assert listening.wait_for(lambda: len(listening.requests) == 1, 5)
        held.append(pool.submit(post_refresh, listening))
        assert listening.wait_for(lambda: len(listening.requests) == 2, 5)
        listening.release()
        assert [one.result(5).status_code for one in held] == [200, 200]
    assert faults_of(listening) == ["another refresh of the token is running"]
    listening.reset()
    listening.faults.add("hang", path=TOKEN)
    with pytest.raises(requests.ReadTimeout):
        post_refresh(listening, timeout=0.1)
    assert listening.wait_for(lambda: listening.requests, 5)
    assert post_refresh(listening).status_code == 200
    assert listening.client_faults == []


def test_refresh__answer_lost(listening: SimklServer) -> None:
    """A refresh whose answer is lost can be repeated, the refresh token is the same (rule 44)."""
    old = listening.account().token
    listening.faults.add("close_after", path=TOKEN)
    with pytest.raises(requests.ConnectionError):
        post_refresh(listening)
    assert listening.account().token != old
    assert post_refresh(listening).json()["access_token"] == listening.account().token
    assert listening.client_faults == []


@pytest.mark.parametrize("late", [False, True])
def test_poll__answer_lost(listening: SimklServer, late: bool) -> None:
    """Tokens that came too late or never are gone; that client may well poll again (rule 38)."""
    given = {"client_id": listening.client_id, "scope": BOTH}
    code = post(listening, DEVICE, **given).json()
    listening.approve(code["user_code"])
    if late:
        listening.hold(TOKEN)
    else:
        listening.faults.add("hang_after", path=TOKEN)
    with pytest.raises(requests.ReadTimeout):
        post_poll(listening, code["device_code"], timeout=0.1)
    assert listening.wait_for(lambda: len(listening.requests) == 2, 5)
    listening.release()
    assert listening.wait_for(lambda: all(one.finished for one in listening.requests), 5)
    assert post_poll(listening, code["device_code"]).json()["error"] == "expired_token"
    assert listening.client_faults == []


@pytest.mark.parametrize("path", [DEVICE, TOKEN, REVOKE])
@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ({"kind": "status", "status": 503, "retry_after": 7}, 503, "{"),
        ({"kind": "status", "status": 502, "content": "html"}, 502, "<html"),
        ({"kind": "status", "status": 500, "content": "empty"}, 500, ""),
        ({"kind": "error", "error": "invalid_client"}, 401, '{"error"'),
        ({"kind": "error", "error": "rate_limit"}, 429, '{"error"'),
        ({"kind": "error", "body": ["x"], "status": 200}, 200, "["),
        ({"kind": "error", "body": {"interval": "soon"}, "status": 200}, 200, "{"),
        ({"kind": "html_200"}, 200, "<!doctype"),
        ({"kind": "redirect"}, 302, "<!doctype"),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "malformed"}, 201, "{"),
    ],
)
def test_fault__spoilt_answer(
    listening: SimklServer, path: str, fault: dict[str, Any], status: int, start: str
) -> None:
    """Every spoilt answer comes from the sign-in too, and changes nothing (rule 26)."""
    before = listening.account().token
    listening.faults.add(**fault, path=path)
    given = {"grant_type": "refresh_token", "token": before}
    given["refresh_token"] = listening.account().grant.refresh_token
    answer = post(listening, path, client_id=listening.client_id, **given)
    assert answer.status_code == status and answer.text.startswith(start)
    assert (listening.account().token, listening.pending_codes) == (before, [])
    assert Probe(listening, before).get("/sync/activities").status_code == 200


@pytest.mark.parametrize("path", [DEVICE, TOKEN, REVOKE])
@pytest.mark.parametrize(("kind", "lost"), [("close_before", True), ("slow", False)])
def test_fault__socket(listening: SimklServer, path: str, kind: str, lost: bool) -> None:
    """Closed sockets and slow answers come from the sign-in too (rule 26)."""
    listening.faults.add(kind, path="/oauth2/*", seconds=0.05)
    if lost:
        with pytest.raises(requests.ConnectionError):
            post(listening, path, client_id=listening.client_id)
    else:
        answer = post(listening, path, client_id=listening.client_id)
        assert answer.elapsed.total_seconds() >= 0.05
    assert listening.requests[0].fault == kind


def test_server__down_while_a_code_waits(listening: SimklServer) -> None:
    """A code survives that the network is lost in the middle (rule 26)."""
    code = post(listening, DEVICE, client_id=listening.client_id, scope=BOTH).json()
    listening.stop_listening()
    with pytest.raises(requests.ConnectionError):
        post_poll(listening, code["device_code"])
    listening.start_listening()
    listening.approve(code["user_code"])
    assert post_poll(listening, code["device_code"]).json()["scope"] == BOTH


def test_control__person_at_the_pin_page(listening: SimklServer) -> None:
    """A test in another process looks codes up, allows and declines them."""
    codes = [post(listening, DEVICE, client_id=listening.client_id).json() for _ in range(2)]
    waiting = control(listening, "codes").json()
    assert [one["user_code"] for one in waiting] == [one["user_code"] for one in codes]
    assert control(listening, "decline", {"code": codes[1]["user_code"]}).status_code == 200
    order = {"code": codes[0]["user_code"].lower(), "user": "ben", "scope": BOTH}
    assert control(listening, "approve", order).status_code == 200
    assert post_poll(listening, codes[0]["device_code"]).json()["scope"] == BOTH
    [declined] = control(listening, "codes").json()
    assert declined["declined"] and declined["user_code"] == codes[1]["user_code"]
    used = control(listening, "state").json()["codes"][0]
    assert (used["user"], used["used"]) == ("ben", True)
    assert control(listening, "approve", order).status_code == 400


def test_control__account_file(listening: SimklServer) -> None:
    """A test in another process gets all that an account.json needs."""
    user = control(listening, "accounts", {"name": "anna", "scope": READ}).json()
    [read] = listening.service.grants.of("anna")
    assert (user["token"], user["refresh_token"]) == (read.access_token, read.refresh_token)
    assert (user["scope"], user["expires_at"]) == (READ, read.expires_at)
