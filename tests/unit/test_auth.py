"""Signing in, against the emulator and its person at simkl.com/pin, on a clock that is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simkl_scrobbler.account import V1, V2, Account
from simkl_scrobbler.answer import Answer, Refused, Unreachable
from simkl_scrobbler.auth import Code, CodeExpired, ReadOnly, SignIn
from simkl_scrobbler.line import Line
from simkl_scrobbler.simkl import SCOPE, Simkl
from tests.simkl_server.server import SimklServer

GENERATIONS = pytest.mark.parametrize("generation", [V1, V2])


@pytest.fixture
def server() -> Iterator[SimklServer]:
    with SimklServer() as server:
        server.clock.freeze()
        yield server
        assert server.client_faults == []


class Couch:
    """A sign-in as a window does it: polls when it is time to, and waits by the server's clock."""

    def __init__(self, server: SimklServer, client_id: str) -> None:
        self.server = server
        self.line = Line()
        simkl = Simkl(self.line, server.url, client_id, "1.0")
        self.sign_in = SignIn(simkl, server.clock.monotonic)

    def begin(self) -> Code:
        return self.sign_in.begin()

    def poll(self) -> Account | None:
        wait = self.sign_in.poll_at - self.server.clock.monotonic()
        self.server.clock.advance(max(0.0, wait))
        return self.sign_in.poll()


@pytest.fixture
def couch(server: SimklServer, request: pytest.FixtureRequest) -> Iterator[Couch]:
    generation = (
        request.node.callspec.params["generation"] if hasattr(request.node, "callspec") else V2
    )
    couch = Couch(server, server.client_id if generation == V2 else server.v1_client_id)
    yield couch
    couch.line.close()


@GENERATIONS
def test_sign_in__code_entered(server: SimklServer, couch: Couch, generation: str) -> None:
    """The client_id itself decides how; once the code is entered, the account is known."""
    server.account("anna", "pro")
    code = couch.begin()
    assert (couch.poll(), couch.poll()) == (None, None)
    server.approve(code.user_code, "anna")
    account = couch.poll()
    assert account is not None
    assert (account.generation, account.name, account.plan) == (generation, "anna", "pro")
    assert account.id == server.account("anna").number
    assert bool(account.refresh_token) == (generation == V2)
    assert account.scope == (SCOPE if generation == V2 else "")


@GENERATIONS
def test_code__address_and_link(couch: Couch, generation: str) -> None:
    """The link holds the code, so that a phone has to enter nothing."""
    code = couch.begin()
    assert code.address == "https://simkl.com/pin"
    assert code.link.startswith(code.address)
    assert code.user_code in code.link


@GENERATIONS
def test_code__expires(server: SimklServer, couch: Couch, generation: str) -> None:
    """A code that nobody enters in time, or whose person says no, is dead; a new one can be had."""
    server.decline(couch.begin().user_code)
    with pytest.raises(CodeExpired):
        while couch.poll() is None:
            pass
    server.approve(couch.begin().user_code, "anna")
    assert couch.poll() is not None


def test_slow_down__is_waited(server: SimklServer, couch: Couch) -> None:
    """After slow_down the interval is five seconds longer, for every further poll."""
    couch.begin()
    server.faults.add("error", path="/oauth2/token", error="slow_down")
    couch.poll()
    before = server.clock.monotonic()
    couch.poll()
    assert server.clock.monotonic() - before == pytest.approx(10)
    couch.poll()
    assert server.clock.monotonic() - before == pytest.approx(20)


@pytest.mark.parametrize("kind", ["html_200", "close_before", "status", "malformed"])
@GENERATIONS
def test_poll__network_trouble(
    server: SimklServer, couch: Couch, kind: str, generation: str
) -> None:
    """What goes wrong on the way is asked again, until the code ends."""
    code = couch.begin()
    server.faults.add(kind, path="/oauth*")
    assert couch.poll() is None
    server.approve(code.user_code, "anna")
    server.faults.add(kind, path="/users/settings")
    assert couch.poll() is None
    account = couch.poll()
    assert account is not None and account.name == "anna"


def test_scope__read_only(server: SimklServer, couch: Couch) -> None:
    """A token that may only read is refused."""
    server.approve(couch.begin().user_code, "anna", scope="media:read")
    with pytest.raises(ReadOnly):
        couch.poll()


def test_client_id__unknown(server: SimklServer) -> None:
    """An application key that Simkl does not know is refused at once."""
    couch = Couch(server, "f" * 64)
    with pytest.raises(Refused):
        couch.begin()
    couch.line.close()


def test_begin__unreachable(server: SimklServer, couch: Couch) -> None:
    """Without network there is no code, and that is said."""
    server.faults.add("html_200", path="/oauth2/device")
    with pytest.raises(Unreachable):
        couch.begin()


class Saying:
    """A wire that always says the same."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def send(self, *_: Any) -> Any:
        return Answer(200, self.content)

    def cut(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"null", b'{"user_code": 5, "device_code": "x"}', b'{"user_code": ""}'],
)
def test_begin__nonsense(content: bytes) -> None:
    """An answer without a code is no code."""
    with pytest.raises(Unreachable):
        SignIn(Simkl(Saying(content), "https://x", "id", "1")).begin()
