"""The emulator over real sockets: faults, rule 26, the list of client faults, and control."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.simkl_server.errors import DOCUMENTED
from tests.simkl_server.server import SimklServer

HISTORY, ACTIVITIES = "/sync/history", "/sync/activities"
WATCHED = "2026-11-19T20:15:00Z"
LIGHTS: dict[str, Any] = {"ids": {"imdb": "tt9000001"}, "watched_at": WATCHED}
FERRY: dict[str, Any] = {"ids": {"tvdb": 910002}}
EPISODE: dict[str, Any] = {"number": 1, "watched_at": WATCHED}
SHOW: dict[str, Any] = {**FERRY, "seasons": [{"number": 1, "episodes": [EPISODE]}]}


@pytest.fixture
def simkl() -> Iterator[SimklServer]:
    with SimklServer() as server:
        server.clock.freeze("2026-11-20T12:00:00Z")
        yield server


class Client:
    """A requests client of one user."""

    def __init__(self, simkl: SimklServer) -> None:
        self.simkl = simkl
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "probe/1.0"
        self.session.headers["Authorization"] = f"Bearer {simkl.account().token}"
        self.session.params = {
            "client_id": simkl.client_id,
            "app-name": "probe",
            "app-version": "1.0",
        }

    def post(self, body: Any, path: str = HISTORY, **options: Any) -> requests.Response:
        self.simkl.clock.advance(1)
        return self.session.post(
            self.simkl.url + path, json=body, timeout=5, allow_redirects=False, **options
        )

    def get(self, path: str = ACTIVITIES, **options: Any) -> requests.Response:
        return self.session.get(self.simkl.url + path, timeout=5, **options)


@pytest.fixture
def client(simkl: SimklServer) -> Iterator[Client]:
    one = Client(simkl)
    yield one
    one.session.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(
    ("content", "kind"),
    [("json", "application/json"), ("html", "text/html"), ("empty", "text/html")],
)
def test_fault__status(
    client: Client, simkl: SimklServer, status: int, content: str, kind: str
) -> None:
    """A server error comes once, with Retry-After and any body, and stores nothing (rule 26)."""
    simkl.faults.add("status", status=status, content=content, retry_after=7)
    answer = client.post({"movies": [LIGHTS]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")
    assert answer.headers["Content-Type"].startswith(kind) and bool(answer.text) == (
        content != "empty"
    )
    assert simkl.account().history == []
    assert client.post({"movies": [LIGHTS]}).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [("html_200", 200, "<!doctype"), ("redirect", 302, "<!doctype"), ("empty", 200, ""),
     ("malformed", 201, "{")],
)  # fmt: skip
def test_fault__no_answer_of_simkl(
    client: Client, simkl: SimklServer, kind: str, status: int, body: str
) -> None:
    """A captive portal, an empty and a broken answer store nothing (rule 26)."""
    simkl.faults.add(kind)
    answer = client.post({"movies": [LIGHTS]})
    assert answer.status_code == status and answer.text.startswith(body)
    assert ("Location" in answer.headers) == (kind == "redirect")
    assert simkl.account().history == []


def test_fault__applied_status(client: Client, simkl: SimklServer) -> None:
    """A fault may come after the request took effect (rule 26)."""
    simkl.faults.add("status", status=502, applied=True)
    assert client.post({"movies": [LIGHTS]}).status_code == 502
    assert len(simkl.account().history) == 1


@pytest.mark.parametrize(("kind", "stored"), [("close_before", 0), ("close_after", 1)])
def test_fault__closed_socket(client: Client, simkl: SimklServer, kind: str, stored: int) -> None:
    """The socket is closed before or after the state change (rule 26)."""
    simkl.faults.add(kind)
    with pytest.raises(requests.ConnectionError):
        client.post({"movies": [LIGHTS]})
    assert len(simkl.account().history) == stored
    assert (simkl.requests[0].status, simkl.requests[0].fault) == (None, kind)


@pytest.mark.parametrize(("kind", "stored"), [("hang", 0), ("hang_after", 1)])
def test_fault__no_answer(client: Client, simkl: SimklServer, kind: str, stored: int) -> None:
    """No answer comes before or after the state change, and release ends it (rule 26)."""
    simkl.faults.add(kind)
    with pytest.raises(requests.ReadTimeout):
        client.session.post(simkl.url + HISTORY, json={"movies": [LIGHTS]}, timeout=0.1)
    # The client's patience may be over before the server has got to it.
    assert simkl.wait_for(lambda: len(simkl.account().history) == stored)
    assert not simkl.requests[0].finished
    simkl.release()
    assert simkl.wait_for(lambda: simkl.requests[0].finished, 5)
    assert client.post({"movies": [LIGHTS]}).status_code == 201
    assert simkl.client_faults == []


def test_fault__hang_until_server_stops(
    client: Client, simkl: SimklServer, pool: ThreadPoolExecutor
) -> None:
    """A hanging request ends when the server stops (rule 26)."""
    simkl.faults.add("hang")
    hanging = pool.submit(client.post, {"movies": [LIGHTS]})
    assert simkl.wait_for(lambda: simkl.requests, 5)
    simkl.stop_listening()
    assert isinstance(hanging.exception(5), requests.ConnectionError)
    assert simkl.requests[0].finished


def test_stop_listening__keeps_its_port(client: Client, simkl: SimklServer) -> None:
    """While it does not listen nobody else can take its port, and it listens there again."""
    simkl.stop_listening()
    port = urlsplit(simkl.url).port
    with socket.socket() as another, pytest.raises(OSError, match="in use"):
        another.bind(("127.0.0.1", port))
    with pytest.raises(requests.ConnectionError):
        client.post({"movies": [LIGHTS]})
    simkl.start_listening()
    assert client.post({"movies": [LIGHTS]}).status_code == 201


def test_hold__then_release(client: Client, simkl: SimklServer, pool: ThreadPoolExecutor) -> None:
    """Held requests are served when they are released (rule 26)."""
    simkl.hold(HISTORY)
    held = pool.submit(client.post, {"movies": [LIGHTS]})
    assert simkl.wait_for(lambda: simkl.requests, 5)
    assert simkl.account().history == []
    simkl.release()
    assert held.result(5).status_code == 201


def test_fault__slow(client: Client, simkl: SimklServer) -> None:
    """A slow answer comes after its time (rule 26)."""
    simkl.faults.add("slow", seconds=0.1)
    answer = client.post({"movies": [LIGHTS]})
    assert answer.status_code == 201 and answer.elapsed.total_seconds() >= 0.1


@pytest.mark.parametrize("word", sorted(DOCUMENTED))
def test_fault__error_word(client: Client, simkl: SimklServer, word: str) -> None:
    """Every documented error can be answered with its usual status (rule 26)."""
    simkl.faults.add("error", error=word)
    answer = client.post({"movies": [LIGHTS]})
    assert (answer.status_code, answer.json()["error"]) == (DOCUMENTED[word], word)


def test_fault__lock_words(client: Client, simkl: SimklServer) -> None:
    """The lock's refusal comes in both letter cases (rules 21 and 26)."""
    simkl.faults.add("error", error="RATE_LIMIT")
    simkl.faults.add("error", error="rate_limit", status=400)
    answers = [client.post({"movies": [LIGHTS]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert [answer.json()["error"] for answer in answers] == ["RATE_LIMIT", "rate_limit"]
    assert simkl.client_faults == []


def test_fault__path_and_times(client: Client, simkl: SimklServer) -> None:
    """A fault meets only its path, and so often as it was told (rule 26)."""
    simkl.faults.add("status", path=HISTORY, times=2, status=500)
    assert client.get().status_code == 200
    assert [client.post({}).status_code for _ in range(3)] == [500, 500, 201]


def test_fault__mistaken(simkl: SimklServer) -> None:
    """An unknown kind or error is the test's mistake (rule 26)."""
    for wrong in ({"kind": "nonsense"}, {"kind": "error", "error": "nonsense"}):
        with pytest.raises(ValueError):
            simkl.faults.add(**wrong)


def test_connection__kept_open(simkl: SimklServer) -> None:
    """Several requests share one connection (section 1.7)."""
    connection = http.client.HTTPConnection(simkl.url.removeprefix("http://"), timeout=5)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("POST", HISTORY, "{}", {"Content-Type": "application/json"})
        assert connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_server__down_then_up(client: Client, simkl: SimklServer) -> None:
    """A stopped server refuses connections and comes back on the same port (rule 26)."""
    url = simkl.url
    client.post({"movies": [LIGHTS]})
    simkl.stop_listening()
    with pytest.raises(requests.ConnectionError):
        client.post({})
    simkl.start_listening()
    assert simkl.url == url
    assert client.post({"movies": [LIGHTS]}).status_code == 201
    assert len(simkl.account().history) == 1


def test_log__whole_exchange(client: Client, simkl: SimklServer) -> None:
    """The log holds the request with its times and the answer."""
    client.post({"movies": [LIGHTS]})
    one = simkl.requests[0]
    assert (one.method, one.path, one.json) == ("POST", HISTORY, {"movies": [LIGHTS]})
    assert (one.query["app-name"], one.headers["User-Agent"]) == ("probe", "probe/1.0")
    assert (one.at, one.monotonic) == ("2026-11-20T12:00:01Z", simkl.clock.monotonic())
    assert (one.status, one.answer["added"]["movies"]) == (201, 1)
    assert simkl.state()["accounts"]["anna"]["history"][0]["title"] == "Harbour Lights"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"movies": [{**LIGHTS, "plot": "x"}]}, "unknown field plot"),
        ({"films": []}, "unknown field films"),
        ({"movies": [{**LIGHTS, "memo": {"note": ""}}]}, "unknown field note"),
        ({"movies": [{**LIGHTS, "ids": {"imdb": "tt9000001", "slug": "x"}}]}, "field slug"),
        ({"shows": [{**FERRY, "episodes": [{**EPISODE, "title": "x"}]}]}, "unknown field title"),
        ({"shows": [{**FERRY, "seasons": [{**SHOW["seasons"][0], "title": "x"}]}]}, "field title"),
        ({"shows": [{**FERRY, "episodes": [{**EPISODE, "ids": {"imdb": "tt1"}}]}]}, "field imdb"),
        ({"movies": [{**LIGHTS, "watched_at": "2026-11-19 20:15:00"}]}, "not UTC"),
        ({"movies": [{**LIGHTS, "watched_at": "2026-11-19T20:15:00+01:00"}]}, "not UTC"),
        ({"shows": [FERRY]}, "show without episodes"),
        ({"shows": [{**FERRY, "seasons": []}]}, "show without episodes"),
        ({"shows": [{**FERRY, "seasons": [{"number": 1, "episodes": []}]}]}, "without episodes"),
        ({"movies": [{"ids": {"imdb": "9000001"}}]}, "imdb is '9000001'"),
        ({"movies": [{"ids": {"imdb": None, "tmdb": 900001}}]}, "imdb is empty"),
        ({"movies": [LIGHTS, LIGHTS]}, "sent twice"),
        ({"shows": [SHOW, SHOW]}, "sent twice"),
        ({"shows": [{**FERRY, "episodes": [EPISODE, EPISODE]}]}, "episode is sent twice"),
        ({"movies": [{"ids": {"tmdb": n}} for n in range(1, 52)]}, "51 items"),
        ({"shows": [{**FERRY, "episodes": [{"number": n} for n in range(201)]}]}, "201 episodes"),
    ],
)  # fmt: skip
def test_client_fault__body(client: Client, simkl: SimklServer, body: Any, fault: str) -> None:
    """What a good client never sends is noted (section 16.8)."""
    client.post(body)
    assert any(fault in noted for noted in simkl.client_faults), simkl.client_faults


def test_client_fault__none(client: Client, simkl: SimklServer) -> None:
    """A good request has no faults, whatever it holds of the documented fields (section 16.8)."""
    show = {"title": "Night Ferry", "year": 2021, "use_tvdb_anime_seasons": True, **SHOW}
    movie = {**LIGHTS, "rating": 9, "memo": {"text": "x", "is_private": True}}
    client.post({"shows": [show], "movies": [movie]})
    client.get()
    client.post({"shows": [show]})
    assert simkl.client_faults == []


@pytest.mark.parametrize(
    ("switch", "body", "query"),
    [
        ("bare_show_expected", {"shows": [FERRY]}, {}),
        ("repeated_show_expected",
         {"shows": [SHOW, {**FERRY, "seasons": [{"number": 2, "episodes": [EPISODE]}]}]}, {}),
        ("rewatch_expected", {"movies": [LIGHTS]}, {"allow_rewatch": "yes"}),
    ],
)  # fmt: skip
def test_client_fault__permitted(
    client: Client, simkl: SimklServer, switch: str, body: Any, query: dict[str, str]
) -> None:
    """A test may permit what is a fault otherwise (section 16.8)."""
    client.post(body, params=query)
    assert len(simkl.client_faults) == 1
    simkl.reset()
    simkl.switches.set(**{switch: True})
    client.post(body, params=query)
    assert simkl.client_faults == []


def test_client_fault__parallel(
    client: Client, simkl: SimklServer, pool: ThreadPoolExecutor
) -> None:
    """Two requests of one token at a time are noted (section 16.8)."""
    simkl.hold(HISTORY)
    held = pool.submit(client.post, {"movies": [LIGHTS]})
    assert simkl.wait_for(lambda: simkl.requests, 5)
    client.get()
    simkl.release()
    held.result(5)
    assert [noted.split(":")[0] for noted in simkl.client_faults] == [
        "another request of the token is running"
    ]


def test_client_fault__after_own_timeout(client: Client, simkl: SimklServer) -> None:
    """A request the client has given up no longer counts as running (section 16.8)."""
    simkl.faults.add("hang")
    with pytest.raises(requests.ReadTimeout):
        client.session.post(simkl.url + HISTORY, json={"movies": [LIGHTS]}, timeout=0.1)
    assert client.post({"movies": [LIGHTS]}).status_code == 201
    assert not simkl.requests[0].finished
    assert simkl.client_faults == []


def test_client_fault__posts_too_close(client: Client, simkl: SimklServer) -> None:
    """Two POSTs of one token within a second are noted (section 16.8)."""
    client.post({})
    simkl.clock.advance(-0.5)
    client.post({})
    assert any("the last POST of the token" in noted for noted in simkl.client_faults)


@pytest.mark.parametrize(
    ("word", "status", "noted"),
    [("wrong_parameter", 400, True), ("id_err", 404, True), ("rate_limit", 400, False),
     ("rate_limit", 429, False), ("invalid_token", 401, False), ("client_id_failed", 412, False),
     ("internal", 500, False)],
)  # fmt: skip
def test_client_fault__unchanged_retry(
    client: Client, simkl: SimklServer, word: str, status: int, noted: bool
) -> None:
    """A final refusal must not be repeated unchanged, others may (section 1.9)."""
    simkl.faults.add("error", error=word, status=status)
    client.post({"movies": [LIGHTS]})
    client.post({"movies": [LIGHTS]})
    assert bool(simkl.client_faults) == noted


def test_client_fault__form(client: Client, simkl: SimklServer) -> None:
    """Bodies on GET, wrong types, tokens in the query or at the cache are noted (16.8)."""
    client.get(json={})
    client.get("/tv/8000002")
    client.get(params={"token": "x"})
    client.post(None, data="{}", headers={"Content-Type": "application-json"})
    noted = [fault.split(":")[0] for fault in simkl.client_faults]
    assert noted == [
        "a GET has a body",
        "a cached endpoint was sent Authorization",
        "the query holds a token",
        "the content type is 'application-json'",
    ]


def control(simkl_url: str, path: str, order: Any = None) -> Any:
    url = f"{simkl_url}/_control/{path}"
    answer = requests.get(url, timeout=5) if order is None else requests.post(
        url, json=order, timeout=5)  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_control__all_orders(client: Client, simkl: SimklServer) -> None:
    """Control does over HTTP what the object does, and is never logged or counted."""
    user = control(simkl.url, "accounts", {"name": "anna", "plan": "pro", "spend": 3})
    assert user["token"] == simkl.account().token and simkl.account().plan == "pro"
    control(simkl.url, "clock", {"freeze": "2026-11-22T00:00:00Z", "advance": 5})
    assert simkl.clock.stamp() == "2026-11-22T00:00:05Z"
    control(simkl.url, "switches", {"sync_success": 200})
    titles = control(simkl.url, "catalogue", {"movies": 2})["titles"]
    control(simkl.url, "faults", {"kind": "status", "status": 503})
    assert client.post({"movies": [{"ids": titles[0]["ids"]}]}).status_code == 503
    assert client.post({"movies": [{"ids": titles[1]["ids"]}]}).status_code == 200
    assert control(simkl.url, "wait?requests=2&timeout=5")["came"]
    assert control(simkl.url, "history/anna")[0]["simkl"] == titles[1]["simkl"]
    assert len(control(simkl.url, "requests")) == 2
    assert control(simkl.url, "client_faults") == []
    assert control(simkl.url, "state")["accounts"]["anna"]["plan"] == "pro"
    control(simkl.url, "reset", {})
    assert control(simkl.url, "requests") == control(simkl.url, "history/anna") == []
    assert client.get().status_code == 200


def test_control__mistaken(simkl: SimklServer) -> None:
    """A mistaken order is refused with 400."""
    simkl.account()
    mistakes = {"switches": {"x": 1}, "faults": {"kind": "x"}, "accounts": {"plan": "gold"}}
    for path, order in mistakes.items():
        answer = requests.post(f"{simkl.url}/_control/{path}", json=order, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (400, "control")


def test_own_error__not_hidden() -> None:
    """A bug of the emulator fails the test that met it."""
    server = SimklServer()
    server.service.own_errors.append("x")
    with pytest.raises(AssertionError), server:
        pass


def test_alone__until_sigterm() -> None:
    """The emulator alone prints its address and runs until SIGTERM."""
    command = [sys.executable, "-m", "tests.simkl_server", "--client-id", "c", "--token", "t"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        answer = requests.get(
            url + ACTIVITIES,
            params={"client_id": "c"},
            headers={"Authorization": "Bearer t"},
            timeout=60,
        )
        process.send_signal(signal.SIGTERM)
        assert (answer.status_code, process.wait(60)) == (200, 0)
