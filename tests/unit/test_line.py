"""The line, over real sockets of this machine."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from simkl_scrobbler import line as line_room
from simkl_scrobbler.answer import Unreachable
from simkl_scrobbler.line import Line
from tests.certificate import self_signed


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener


def url(listener: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/sync/history"


def serve(listener: socket.socket, answer: bytes, heard: list[bytes]) -> threading.Thread:
    def once() -> None:
        connection, _ = listener.accept()
        with closing(connection):
            heard.append(connection.recv(65536))
            if b"\r\n\r\n" in heard[-1] and heard[-1].endswith(b"\r\n\r\n"):
                heard.append(connection.recv(65536))
            # Whoever asked may have hung up.
            with suppress(OSError):
                connection.sendall(answer)

    thread = threading.Thread(target=once)
    thread.start()
    return thread


def test_post__asks_and_answers(line: Line, listener: socket.socket) -> None:
    """Query, headers and JSON body arrive, and status, body and Retry-After come back."""
    heard: list[bytes] = []
    answer = b"HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}"
    thread = serve(listener, answer, heard)
    headers = {"Authorization": "Bearer t", "User-Agent": "us/1"}
    assert line.send("POST", url(listener), {"client_id": "id"}, headers, '{"a": [1]}') == (
        503,
        b"{}",
        "7",
        "",
    )
    thread.join()
    request = b"".join(heard)
    assert request.startswith(b"POST /sync/history?client_id=id HTTP/1.1\r\n")
    assert b"Authorization: Bearer t\r\n" in request
    assert b"User-Agent: us/1\r\n" in request
    assert json.loads(request.partition(b"\r\n\r\n")[2]) == {"a": [1]}


def test_post__netrc_of_the_machine(
    line: Line, listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A .netrc of the machine does not replace the token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    heard: list[bytes] = []
    thread = serve(listener, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", heard)
    line.send("POST", url(listener), {}, {"Authorization": "Bearer t"}, "{}")
    thread.join()
    assert b"Authorization: Bearer t\r\n" in b"".join(heard)


def test_post__redirect_is_an_answer(line: Line, listener: socket.socket) -> None:
    """A redirection is not followed: the token would go to whoever asks."""
    thread = serve(
        listener,
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        [],
    )
    assert line.send("POST", url(listener), {}, {}, "{}").status == 302
    thread.join()


def test_post__nobody_there(line: Line, listener: socket.socket) -> None:
    """A refused connection is Unreachable, and its text names no address and no parameter."""
    where = url(listener)
    listener.close()
    with pytest.raises(Unreachable) as caught:
        line.send("POST", where, {"client_id": "secret"}, {}, "{}")
    assert str(caught.value) == "ConnectionRefusedError"


def test_post__unknown_host(line: Line) -> None:
    """A name that does not resolve is Unreachable."""
    with pytest.raises(Unreachable):
        line.send("POST", "http://no-such-host.invalid/", {}, {}, "{}")


def test_post__line_ends_early(line: Line, listener: socket.socket) -> None:
    """An answer that breaks off is Unreachable."""
    thread = serve(listener, b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{", [])
    with pytest.raises(Unreachable):
        line.send("POST", url(listener), {}, {}, "{}")
    thread.join()


def test_post__no_certificates(
    line: Line, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the file of those who vouch for servers nothing is sent, and it is Unreachable."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    with pytest.raises(Unreachable) as caught:
        line.send("POST", url(listener, "https"), {}, {}, "{}")
    assert str(caught.value) == "OSError"


def test_post__foreign_certificate(line: Line, listener: socket.socket, tmp_path: Path) -> None:
    """A server with a certificate that nobody vouches for gets no request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    heard: list[bytes] = []

    def once() -> None:
        connection, _ = listener.accept()
        with closing(connection), pytest.raises(OSError):
            heard.append(context.wrap_socket(connection, server_side=True).recv(999))

    thread = threading.Thread(target=once)
    thread.start()
    with pytest.raises(Unreachable):
        line.send("POST", url(listener, "https"), {}, {"Authorization": "Bearer t"}, "{}")
    thread.join()
    assert heard == []


def _asking(line: Line, where: str, ended: threading.Event) -> threading.Thread:
    def ask() -> None:
        with pytest.raises(Unreachable):
            line.send("POST", where, {}, {}, "{}")
        ended.set()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cut__while_the_server_hangs(line: Line, listener: socket.socket, scheme: str) -> None:
    """A request that waits for an answer, or for the TLS handshake, ends at once when cut."""
    ended = threading.Event()
    thread = _asking(line, url(listener, scheme), ended)
    connection, _ = listener.accept()
    assert connection.recv(10)
    line.cut()
    assert ended.wait(2)
    thread.join()
    connection.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cut__while_a_proxy_hangs(
    line: Line, listener: socket.socket, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request by way of the proxy of this machine ends at once, too, when cut."""
    monkeypatch.setenv(f"{scheme}_proxy", url(listener))
    ended = threading.Event()
    thread = _asking(line, f"{scheme}://no-such-host.invalid/", ended)
    connection, _ = listener.accept()
    assert connection.recv(10)
    line.cut()
    assert ended.wait(2)
    thread.join()
    connection.close()


def test_cut__while_it_connects(line: Line) -> None:
    """A connection that nobody takes ends at once when cut."""
    ended = threading.Event()
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        thread = _asking(line, url(full), ended)
        assert not ended.wait(0.3)
        line.cut()
        assert ended.wait(2)
        thread.join()


def test_cut__before_it_begins(line: Line, listener: socket.socket) -> None:
    """After the cut no request begins."""
    line.cut()
    with pytest.raises(Unreachable):
        line.send("POST", url(listener), {}, {}, "{}")


def test_cut__before_the_name_is_looked_up(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the cut no name is looked up: nothing could end that."""
    looked_up: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *name, **_: looked_up.append(name) or [])
    line.cut()
    with pytest.raises(Unreachable):
        line.send("POST", "http://no-such-host.invalid/", {}, {}, "{}")
    assert looked_up == []


def test_answer__without_an_end(
    line: Line, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that fills the memory is given up before it does."""
    monkeypatch.setattr(line_room, "_LONGEST", 100_000)
    thread = serve(listener, b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 10_000_000, [])
    with pytest.raises(Unreachable) as caught:
        line.send("POST", url(listener), {}, {}, "{}")
    assert str(caught.value) == "an answer without an end"
    line.close()
    thread.join()


def test_answer__packed_to_nothing(
    line: Line, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is small on the way and huge unpacked is given up, too."""
    monkeypatch.setattr(line_room, "_LONGEST", 100_000)
    packed = gzip.compress(bytes(50_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    thread = serve(listener, head.encode() + packed, [])
    with pytest.raises(Unreachable):
        line.send("POST", url(listener), {}, {}, "{}")
    line.close()
    thread.join()


def test_answer__that_drips(
    line: Line, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that comes byte by byte, each in time, is not waited for for ever."""
    monkeypatch.setattr(line_room, "_SLOWEST", 0.0)
    thread = serve(listener, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", [])
    with pytest.raises(Unreachable):
        line.send("POST", url(listener), {}, {}, "{}")
    line.close()
    thread.join()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the name server was asked; it knows nobody but this machine."""
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def answer(host: str, *more: Any, **how: Any) -> Any:
        asked.append(host)
        return look_up("127.0.0.1", *more, **how)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(line_room, "_reached", {})
    return asked


FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def ask_once(listener: socket.socket) -> None:
    """With a line of its own, as for each delivery."""
    line = Line()
    thread = serve(listener, FINE, [])
    port = listener.getsockname()[1]
    try:
        line.send("POST", f"http://simkl.invalid:{port}/", {}, {}, "{}")
    finally:
        line.close()
        thread.join()


def test_name__is_looked_up_once(listener: socket.socket, names: list[str]) -> None:
    """A name server that stops answering holds up nobody who was reached lately."""
    for _ in range(3):
        ask_once(listener)
    assert names == ["simkl.invalid"]


def test_name__is_looked_up_again(
    listener: socket.socket, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the name server is asked again."""
    ask_once(listener)
    monkeypatch.setattr(line_room, "_GOOD_FOR", 0.0)
    ask_once(listener)
    assert len(names) == 2


def test_name__after_an_attempt_in_vain(listener: socket.socket, names: list[str]) -> None:
    """Where nobody answers any more, the name server is asked where they are now."""
    ask_once(listener)
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(Unreachable), closing(Line()) as line:
        line.send("POST", f"http://simkl.invalid:{port}/", {}, {}, "{}")
    with closing(socket.create_server(("127.0.0.1", port))) as again:
        ask_once(again)
    assert names == ["simkl.invalid"] * 2
