# SPDX-License-Identifier: MIT
"""What a good client never does with rewatches and reads, and faults on flagged writes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.simkl_server import archive
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer

HISTORY, REMOVE = "/sync/history", "/sync/history/remove"
FIRST, LATER = "2026-11-01T20:00:00Z", "2026-11-06T20:00:00Z"
FERRY: dict[str, Any] = {"title": "Night Ferry", "ids": {"tvdb": 910002}}
FILM: dict[str, Any] = {"ids": {"imdb": "tt9000001"}, "watched_at": LATER}
FLAG = {"allow_rewatch": "yes"}
FULL = {**FLAG, "extended": "full", "episode_watched_at": "yes"}


@pytest.fixture
def simkl() -> Iterator[SimklServer]:
    with SimklServer() as server:
        server.clock.freeze("2026-11-20T12:00:00Z")
        server.switches.set(rewatch_expected=True)
        server.account(plan="pro")
        yield server


@pytest.fixture
def probe(simkl: SimklServer) -> Probe:
    """Ten episodes of Night Ferry were seen once."""
    one = Probe(simkl, simkl.account().token)
    one.history(episode(*range(1, 11), at=FIRST))
    return one


def episode(*numbers: int, at: str = LATER, **fields: Any) -> dict[str, Any]:
    named = [{"number": number, "watched_at": at} for number in numbers]
    return {"shows": [{**FERRY, **fields, "seasons": [{"number": 1, "episodes": named}]}]}


class Wire:
    """The same requests over a socket."""

    def __init__(self, simkl: SimklServer, probe: Probe) -> None:
        self.simkl = simkl
        self.probe = probe

    def post(self, path: str, body: Any, **query: str) -> Any:
        """What is answered; None when the line was cut."""
        self.simkl.clock.advance(1)
        address = f"{path}?{urlencode({**self.probe.query, **query})}"
        host, port = self.simkl.url.removeprefix("http://").split(":")
        line = http.client.HTTPConnection(host, int(port), timeout=5)
        headers = {**self.probe.headers, "Content-Type": "application/json"}
        try:
            line.request("POST", address, json.dumps(body), headers)
            return json.loads(line.getresponse().read())
        except (http.client.HTTPException, ConnectionError):
            return None
        finally:
            line.close()


@pytest.fixture
def wire(simkl: SimklServer, probe: Probe) -> Wire:
    return Wire(simkl, probe)


@pytest.mark.parametrize(("kind", "stored"), [("close_before", 0), ("close_after", 1)])
def test_fault__line_cut_at_a_flagged_write(
    wire: Wire, simkl: SimklServer, kind: str, stored: int
) -> None:
    """The line is cut before or after a session was opened; others are not touched (rule 26)."""
    simkl.faults.add(kind, method="POST", path=HISTORY, query=FLAG)
    assert wire.post(HISTORY, episode(1)) is not None
    assert wire.post(HISTORY, episode(2), **FLAG) is None
    assert len(simkl.account().sessions) == len(simkl.account().rewatches) == stored


@pytest.mark.parametrize(("kind", "left"), [("close_before", 10), ("close_after", 9)])
def test_fault__line_cut_at_a_removal(wire: Wire, simkl: SimklServer, kind: str, left: int) -> None:
    """The line is cut before or after the episode is unmarked (rule 26)."""
    simkl.faults.add(kind, path=REMOVE)
    body = {"shows": [{**FERRY, "seasons": [{"number": 1, "episodes": [{"number": 3}]}]}]}
    assert wire.post(REMOVE, body) is None
    assert (len(simkl.account().watched), simkl.account().watched[-1]["episode"]) == (left, 10)


def test_fault__applied_status(probe: Probe, simkl: SimklServer) -> None:
    """A flagged write may take effect and yet be answered by a server error (rule 26)."""
    simkl.faults.add("status", status=502, applied=True, query=FLAG)
    assert probe.post(HISTORY, episode(1), **FLAG).status_code == 502
    assert len(simkl.account().sessions) == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"movies": [FILM, {**FILM, "ids": {"imdb": "tt9000025"}}]}, "2 items are flagged at once"),
        ({"movies": [FILM], **episode(1)}, "2 items are flagged at once"),
        ({"movies": [{"ids": FILM["ids"]}]}, "a rewatch has no watched_at of its own"),
        ({"shows": [{**FERRY, "episodes": [{"number": 1}]}]}, "a rewatch has no watched_at"),
        ({"shows": [FERRY]}, "a show without episodes is sent: Night Ferry"),
        ({"shows": [{**FERRY, "is_rewatch": True, "seasons": []}]}, "a show without episodes"),
    ],
)
def test_client_fault__flagged_body(
    probe: Probe, simkl: SimklServer, body: dict[str, Any], fault: str
) -> None:
    """What a good client never flags is noted."""
    probe.history(body, **FLAG)
    assert any(fault in noted for noted in simkl.client_faults), simkl.client_faults


@pytest.mark.parametrize(
    "fields", [{"is_rewatch": True}, {"rewatch_id": 31007}, {"rewatch_status": "closed"}]
)
def test_client_fault__fields_without_flag(
    probe: Probe, simkl: SimklServer, fields: dict[str, Any]
) -> None:
    """The fields of a session without the flag are noted."""
    probe.history(episode(1, **fields))
    assert [f"{next(iter(fields))} is sent without" in noted for noted in simkl.client_faults] == [
        True
    ]


@pytest.mark.parametrize("flag", ["yes", "no"])
@pytest.mark.parametrize("path", ["/sync/all-items", "/sync/activities"])
def test_client_fault__flag_not_expected(
    probe: Probe, simkl: SimklServer, path: str, flag: str
) -> None:
    """Unless a test expects rewatches the flag never leaves the house, on reads neither."""
    probe.get("/sync/activities")
    simkl.switches.set(rewatch_expected=False)
    probe.get(path, allow_rewatch=flag)
    assert [noted.split(":")[0] for noted in simkl.client_faults] == [
        f"allow_rewatch={flag} is sent"
    ]


def test_client_fault__flag_in_the_wrong_place(probe: Probe, simkl: SimklServer) -> None:
    """Expected or not, the flag belongs to two addresses only."""
    probe.get("/sync/activities", **FLAG)
    assert len(simkl.client_faults) == 1


def test_client_fault__whole_life_of_a_session(probe: Probe, simkl: SimklServer) -> None:
    """A good client opens, fills, closes, resumes, and reads back without a fault."""
    simkl.switches.set(bare_show_expected=True)
    probe.history({"shows": [{**FERRY, "watched_at": FIRST}]})
    simkl.switches.set(bare_show_expected=False)
    pinned = {**FERRY, "rewatch_id": 31007}
    for body in (
        {"shows": [{**FERRY, "is_rewatch": True}]},
        episode(1, rewatch_id=31007),
        episode(2, rewatch_id=31007),
        {"shows": [{**pinned, "rewatch_status": "closed"}]},
        {"shows": [{**pinned, "rewatch_status": "active"}]},
    ):
        probe.history(body, **FLAG)
    probe.get("/sync/activities")
    probe.get("/sync/all-items/shows", **FULL)
    assert simkl.client_faults == []
    assert simkl.account().sessions[0]["rewatch_status"] == "active"


def test_client_fault__unpinned(probe: Probe, simkl: SimklServer) -> None:
    """A write into a running session without its id is noted (section 5.2)."""
    probe.history(episode(1), **FLAG)
    probe.history(episode(2), **FLAG)
    assert simkl.client_faults == ["rewatch 31007 of Night Ferry is written to without its id"]


def test_client_fault__session_of_another_device(probe: Probe, simkl: SimklServer) -> None:
    """Of a session begun elsewhere a client need not know."""
    simkl.account().elsewhere("start", 8000002)
    probe.history(episode(1), **FLAG)
    assert simkl.client_faults == []


BLIND = "a flagged write is repeated without reading its sessions"


@pytest.mark.parametrize(
    ("fault", "noted"),
    [
        ({"kind": "close_before"}, True),
        ({"kind": "status", "status": 500}, True),
        ({"kind": "malformed"}, True),
        ({"kind": "error", "error": "rate_limit", "status": 400}, False),
        ({"kind": "error", "error": "user_limit_exceeded"}, False),
        ({"kind": "error", "error": "invalid_token"}, False),
    ],
)
def test_client_fault__blind_repeat(
    probe: Probe, simkl: SimklServer, fault: dict[str, Any], noted: bool
) -> None:
    """A flagged write of unknown outcome is not repeated blindly, a refused one may be (1.10)."""
    simkl.faults.add(**fault)
    for _ in range(2):
        probe.post(HISTORY, episode(1), **FLAG)
    assert [fault.split(":")[0] for fault in simkl.client_faults] == [BLIND] * noted


def test_client_fault__repeat_after_reading(probe: Probe, simkl: SimklServer) -> None:
    """After the sessions were read back the same write may be sent (section 1.10)."""
    simkl.faults.add("close_before", path=HISTORY)
    probe.post(HISTORY, episode(1), **FLAG)
    probe.get("/sync/all-items/shows", date_from=FIRST, **FULL)
    probe.history(episode(1), **FLAG)
    assert simkl.client_faults == []


def test_client_fault__done_and_sent_again(probe: Probe, simkl: SimklServer) -> None:
    """What was answered is not sent again either; a person's new start may be (section 5.6)."""
    start = {"shows": [{**FERRY, "is_rewatch": True}]}
    for body in (start, start, episode(1, is_rewatch=True), episode(1, is_rewatch=True)):
        probe.history(body, **FLAG)
    assert [fault.split(":")[0] for fault in simkl.client_faults].count(BLIND) == 1


FULL_READ = "a library is read in full without a look at /sync/activities"


def test_client_fault__full_reads(probe: Probe, simkl: SimklServer) -> None:
    """After one look each type may be read in full once (section 1.11)."""
    probe.get("/sync/activities")
    for kind in ("shows", "movies", "anime"):
        probe.get(f"/sync/all-items/{kind}")
    assert simkl.client_faults == []
    probe.get("/sync/all-items/anime")
    assert [noted.split(":")[0] for noted in simkl.client_faults] == [FULL_READ]


@pytest.mark.parametrize(("query", "noted"), [({}, 1), ({"date_from": FIRST}, 0)])
def test_client_fault__read_without_a_look(
    probe: Probe, simkl: SimklServer, query: dict[str, str], noted: int
) -> None:
    """Without a look at the activities only a delta may be read (section 1.11)."""
    probe.get("/sync/all-items/shows", **query)
    assert len(simkl.client_faults) == noted


def test_client_fault__look_that_failed(probe: Probe, simkl: SimklServer) -> None:
    """A look that was not answered is none (section 1.11)."""
    simkl.faults.add("status")
    probe.get("/sync/activities")
    probe.get("/sync/all-items/shows")
    assert len(simkl.client_faults) == 1


def test_archive__keeps_what_a_reset_forgets(
    probe: Probe, simkl: SimklServer, request: pytest.FixtureRequest
) -> None:
    """Every request stays with its test, query and body, after a reset and over control."""
    before = len(archive.requests())
    probe.history(episode(1), **FLAG)
    simkl.reset()
    assert simkl.requests == []
    (kept,) = archive.requests()[before:]
    assert (kept["test"], kept["path"]) == (request.node.nodeid, HISTORY)
    assert (kept["query"]["allow_rewatch"], json.loads(kept["body"])) == ("yes", episode(1))
    assert probe.get("/_control/archive").json[-1] == kept


def test_archive__in_a_file(probe: Probe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file in the environment every process adds its requests to it."""
    file = tmp_path / "requests.jsonl"
    monkeypatch.setenv(archive.FILE, str(file))
    probe.history(episode(1))
    probe.get("/sync/activities")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == archive.requests()[-2:]
