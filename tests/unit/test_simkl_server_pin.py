# SPDX-License-Identifier: MIT
"""The emulator's AUTH V1 sign-in, the PIN flow: rules 50 to 58, and the list of client faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from werkzeug.test import TestResponse

from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

NOW = "2026-11-20T12:00:00Z"
PIN = "/oauth/pin"
PENDING = {"result": "KO", "message": "Authorization pending"}
SLOW_DOWN = {"result": "KO", "message": "Slow down"}


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze(NOW)
    return server


@pytest.fixture
def probe(simkl: SimklServer) -> Probe:
    return Probe(simkl, client_id=simkl.v1_client_id)


class Television:
    """A client that signs in; it waits by the emulator's clock."""

    def __init__(self, simkl: SimklServer, probe: Probe) -> None:
        self._clock = simkl.clock
        self._probe = probe
        self.pin: str = probe.get(PIN).json["user_code"]

    def poll(self, wait: float = 5) -> dict[str, Any]:
        self._clock.advance(wait)
        answer = self._probe.get(f"{PIN}/{self.pin}")
        assert answer.status_code == 200
        return answer.json


@pytest.fixture
def television(simkl: SimklServer, probe: Probe) -> Television:
    return Television(simkl, probe)


def word(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]


def faults_of(simkl: SimklServer) -> list[str]:
    return [noted.split(":")[0] for noted in simkl.client_faults]


def test_token__disconnected(simkl: SimklServer, television: Television) -> None:
    """A V1 token ends only when the user removes the app, with V1's challenge (rule 50)."""
    simkl.approve(television.pin)
    probe = Probe(simkl, television.poll()["access_token"], simkl.v1_client_id)
    simkl.clock.advance(4 * 365 * 86_400)
    assert probe.get("/sync/activities").status_code == 200
    simkl.account().disconnect()
    answer = probe.get("/sync/activities")
    assert word(answer) == (401, "user_token_failed")
    assert 'error="user_token_failed"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("length", [5, 6])
def test_pin__new(simkl: SimklServer, probe: Probe, length: int) -> None:
    """A V1 app gets a short code, and the literal DEVICE_CODE (rule 51)."""
    simkl.switches.set(pin_length=length)
    code = probe.get(PIN).json
    assert re.fullmatch(r"[0-9A-HJKMNP-Z]+", code["user_code"])
    assert len(code.pop("user_code")) == length
    page = "https://simkl.com/pin"
    assert code == {
        "result": "OK", "device_code": "DEVICE_CODE", "verification_uri": page,
        "verification_url": page, "expires_in": 900, "interval": 5,
    }  # fmt: skip


def test_pin__by_post(simkl: SimklServer, probe: Probe) -> None:
    """A code is asked for with GET only (section 2.4)."""
    assert word(probe.post(PIN, {})) == (404, "url_failed")


@pytest.mark.parametrize("app", ["unknown", "", "suspended"])
def test_pin__refused_app(simkl: SimklServer, probe: Probe, app: str) -> None:
    """V1 refuses an app it does not know as every API request does (rules 1 and 2)."""
    simkl.service.app("suspended", "v1").suspended = True
    probe.query["client_id"] = app
    assert word(probe.get(PIN)) == (412, "client_id_failed")


@pytest.mark.parametrize(
    ("path", "instead"),
    [(PIN, "/oauth2/device"), (f"{PIN}/K7RWX", "/oauth2/token"), ("/oauth/token", "/oauth2/token")],
)
def test_v2_app__on_v1(simkl: SimklServer, path: str, instead: str) -> None:
    """A V2 app is sent to the V2 endpoint by name (rule 52)."""
    probe = Probe(simkl)
    answer = probe.post(path, {}) if path == "/oauth/token" else probe.get(path)
    assert word(answer) == (400, "unauthorized_client")
    assert instead in answer.json["message"]


def test_v2_app__in_a_body(simkl: SimklServer, probe: Probe) -> None:
    """V1's token endpoint knows the app from the body too (rule 52)."""
    del probe.query["client_id"]
    answer = probe.post("/oauth/token", {"client_id": simkl.client_id})
    assert word(answer) == (400, "unauthorized_client")


def test_poll__before_approval(simkl: SimklServer, television: Television) -> None:
    """Polls at the interval are told to go on, after a "no" too (rule 53)."""
    assert television.poll() == PENDING
    simkl.decline(television.pin)
    assert [television.poll() for _ in range(2)] == [PENDING] * 2


def test_poll__too_soon(television: Television) -> None:
    """A poll too soon is slowed down, and starts the interval again (rule 54)."""
    assert [television.poll(wait) for wait in (5, 4.9, 4.9, 5)] == [
        PENDING,
        SLOW_DOWN,
        SLOW_DOWN,
        PENDING,
    ]


@pytest.mark.parametrize("typing", [str.lower, " ".join, str])
def test_poll__approved(
    simkl: SimklServer, television: Television, typing: Callable[[str], str]
) -> None:
    """An allowed code gives a token of 64 hex digits that can do everything (rule 55)."""
    simkl.approve(typing(television.pin), "ben")
    answer = television.poll()
    assert answer.keys() == {"result", "access_token"} and answer["result"] == "OK"
    assert re.fullmatch(r"[0-9a-f]{64}", answer["access_token"])
    probe = Probe(simkl, answer["access_token"], simkl.v1_client_id)
    assert probe.get("/users/settings").json["user"]["name"] == "ben"
    probe.history({"movies": [{"ids": {"imdb": "tt9000001"}}]})
    assert simkl.client_faults == []


@pytest.mark.parametrize("dead", ["used", "expired", "unknown", "foreign"])
@pytest.mark.parametrize("switch", ["new_code", "pending"])
def test_poll__dead_code(
    simkl: SimklServer, probe: Probe, television: Television, switch: str, dead: str
) -> None:
    """A dead code answers with a new one, by switch as if it was pending (rule 56)."""
    simkl.switches.set(dead_pin=switch)
    if dead == "used":
        simkl.approve(television.pin)
        television.poll()
    elif dead == "expired":
        simkl.clock.advance(895)
    elif dead == "unknown":
        television.pin = "nonsense"
    else:
        simkl.service.app("other", "v1")
        probe.query["client_id"] = "other"
    answer = television.poll()
    if switch == "pending":
        assert answer == PENDING
    else:
        assert answer["device_code"] == "DEVICE_CODE" and answer["user_code"] != television.pin
        assert simkl.pending_codes[-1].user_code == answer["user_code"]


def test_sign_in__twice(simkl: SimklServer, probe: Probe) -> None:
    """A second sign-in of one app and user gives the same token (rule 57)."""
    tokens = []
    for user in ("anna", "anna", "ben"):
        television = Television(simkl, probe)
        simkl.approve(television.pin, user)
        tokens.append(television.poll()["access_token"])
    assert tokens[0] == tokens[1] == simkl.account().v1_token() != tokens[2]


def test_redirect__registered_or_not(simkl: SimklServer, probe: Probe) -> None:
    """Only a registered redirect is accepted (rule 58)."""
    app = simkl.service.apps[simkl.v1_client_id]
    app.redirects = ("https://example.org/done",)
    assert word(probe.get(PIN, redirect="https://example.org/")) == (403, "redirect_failed")
    assert simkl.pending_codes == []
    assert probe.get(PIN, redirect="https://example.org/done").status_code == 200
    assert simkl.pending_codes[0].redirect == "https://example.org/done"


def test_scope__unknown_to_v1(simkl: SimklServer, television: Television) -> None:
    """To narrow a V1 sign-in is the test's mistake."""
    with pytest.raises(ValueError):
        simkl.approve(television.pin, scope="media:read")


def test_client_fault__slow_down_not_waited(simkl: SimklServer, television: Television) -> None:
    """After "Slow down" at least the interval is waited; how much more, nobody says."""
    television.poll()
    assert television.poll(4) == SLOW_DOWN
    television.poll(5)
    assert simkl.client_faults == []
    television.poll(4)
    assert faults_of(simkl) == ["slow_down not waited"]


@pytest.mark.parametrize("over", ["success", "expiry"])
def test_client_fault__poll_when_over(
    simkl: SimklServer, television: Television, over: str
) -> None:
    """Who has the token, or was given another code, does not poll again."""
    if over == "success":
        simkl.approve(television.pin)
    television.poll(5 if over == "success" else 900)
    assert simkl.client_faults == []
    television.poll()
    assert faults_of(simkl) == [f"a code is polled after its {over}"]


def test_client_fault__own_deadline(simkl: SimklServer, probe: Probe) -> None:
    """A client ends by its own deadline, where Simkl always answers that a code is pending."""
    simkl.switches.set(code_seconds=0, poll_interval=0, dead_pin="pending")
    Television(simkl, probe).poll(0)
    assert faults_of(simkl) == ["a code is polled after its expiry"]


def test_client_fault__identification(simkl: SimklServer, probe: Probe) -> None:
    """The PIN flow wants the whole identification, unlike /oauth2 (rule 4)."""
    probe.query = {"client_id": simkl.v1_client_id}
    probe.get(PIN)
    assert faults_of(simkl) == ["app-name is missing", "app-version is missing"]


@pytest.fixture
def listening(simkl: SimklServer) -> Iterator[SimklServer]:
    with simkl:
        yield simkl


def get(simkl: SimklServer, path: str, timeout: float = 5) -> requests.Response:
    query = {"client_id": simkl.v1_client_id, "app-name": "probe", "app-version": "1.0"}
    return requests.get(
        simkl.url + path, params=query, timeout=timeout, allow_redirects=False,
        headers={"User-Agent": "probe/1.0"},
    )  # fmt: skip


@pytest.mark.parametrize("part", ["", "/{pin}"])
@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ({"kind": "status", "status": 503, "retry_after": 7}, 503, "{"),
        ({"kind": "status", "status": 502, "content": "html"}, 502, "<html"),
        ({"kind": "error", "error": "client_id_failed"}, 412, '{"error"'),
        ({"kind": "error", "body": {"expires_in": None}, "status": 200}, 200, "{"),
        ({"kind": "html_200"}, 200, "<!doctype"),
        ({"kind": "redirect"}, 302, "<!doctype"),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "malformed"}, 201, "{"),
        ({"kind": "close_before"}, 0, ""),
        ({"kind": "hang"}, 0, ""),
    ],
)
def test_fault__spoilt_answer(
    listening: SimklServer, part: str, fault: dict[str, Any], status: int, start: str
) -> None:
    """Every fault comes from the PIN flow too, and the code is still good afterwards (rule 26)."""
    pin = get(listening, PIN).json()["user_code"]
    listening.approve(pin)
    path = PIN + part.format(pin=pin)
    listening.faults.add(**fault, path=path)
    if status:
        answer = get(listening, path)
        assert answer.status_code == status and answer.text.startswith(start)
    else:
        with pytest.raises((requests.ConnectionError, requests.ReadTimeout)):
            get(listening, path, timeout=0.1)
    assert listening.wait_for(lambda: listening.requests[-1].fault, 5)
    listening.release()
    listening.clock.advance(5)
    assert get(listening, f"{PIN}/{pin}").json()["result"] == "OK"
    assert listening.client_faults == []


def test_control__apps_and_codes(listening: SimklServer) -> None:
    """A test in another process registers a redirect and enters a PIN."""
    order = {"client_id": listening.v1_client_id, "redirects": ["https://example.org/"]}
    assert requests.post(f"{listening.url}/_control/apps", json=order, timeout=5).ok
    pin = get(listening, f"{PIN}?redirect=https://example.org/").json()["user_code"]
    [waiting] = requests.get(f"{listening.url}/_control/codes", timeout=5).json()
    assert (waiting["user_code"], waiting["redirect"]) == (pin, "https://example.org/")
    assert requests.post(f"{listening.url}/_control/approve", json={"code": pin}, timeout=5).ok
    assert get(listening, f"{PIN}/{pin}").json()["result"] == "OK"
