"""The listening socket: werkzeug's threaded server with connections that stay open."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

STOP_TIMEOUT = 5.0


def abandoned(connection: socket.socket | None) -> bool:
    """Whether the client has closed its end, so that its request is over for it."""
    if connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:  # closed on this side
        return True


class Handler(WSGIRequestHandler):
    """Keeps a connection open between requests, which werkzeug's own handler does not."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a small body waits for the client's delayed ACK

    def setup(self) -> None:
        """The connection is open: the listener must know it, to close it in the end."""
        super().setup()
        self.server.listener.opened(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        """The connection is over."""
        with contextlib.suppress(ConnectionError):
            super().finish()
        self.server.listener.closed(self.connection)  # type: ignore[attr-defined]

    def run_wsgi(self) -> None:
        """Answer one request; the app has read its body, so the next may follow."""
        body, status, headers = run_wsgi_app(self.server.app, self.make_environ(), buffered=True)
        code, _, reason = status.partition(" ")
        # Without a date of its own: Simkl has the one of its clock.
        self.send_response_only(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"".join(body))

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Nothing: the emulator has its own log."""


class Listener:
    """Listens, stops listening, and listens again on the same port."""

    def __init__(
        self, app: Flask, host: str, port: int, certificate: tuple[str, str] | None = None
    ) -> None:
        self._app = app
        self._certificate = certificate
        self.host = host
        self.port = port
        self._place: socket.socket | None = None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()

    def start(self) -> None:
        """Accept connections from now on."""
        if self._server is not None:
            return
        self._take_place()
        server = make_server(
            self.host,
            self.port,
            self._app,
            threaded=True,
            request_handler=Handler,
            ssl_context=self._certificate,
        )
        server.listener = self  # type: ignore[attr-defined]
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.02,), name="simkl-server", daemon=True
        )
        self._thread.start()

    def _take_place(self) -> None:
        # Without it the port could be somebody else's when it is listened on again.
        if self._place is None:
            self._place = socket.socket()
            self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._place.bind((self.host, self.port))
            self.port = int(self._place.getsockname()[1])

    def close(self) -> None:
        """Stop, and give the port away."""
        self.stop()
        if self._place is not None:
            self._place.close()
            self._place = None

    def stop(self) -> None:
        """Refuse connections from now on, close the open ones and wait for their handlers."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join(STOP_TIMEOUT)
        self._server.server_close()
        self._server = self._thread = None
        with self._changed:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # closed by its client already
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._connections, STOP_TIMEOUT)

    def opened(self, connection: socket.socket) -> None:
        """A handler begins."""
        with self._changed:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """A handler ends."""
        with self._changed:
            self._connections.discard(connection)
            self._changed.notify_all()
