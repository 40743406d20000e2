# SPDX-License-Identifier: MIT
"""The line that requests travel on; another thread can cut it.

The one room that imports `requests`, which costs more than all of the add-on: load it late.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.poolmanager import PoolManager, ProxyManager

from .answer import Answer, Unreachable

_CONNECT = 4.0
# A write may wait 20 s for another one of the same user (reference "The write lock").
_READ = 30.0
# No answer of Simkl's is so long, or takes so long: bytes, and seconds from the first of them on.
_LONGEST, _SLOWEST = 32 * 1024 * 1024, 300.0


class Line:
    """One connection at a time, used by one thread."""

    def __init__(self) -> None:
        self._plug = _Plug()
        self._session = requests.Session()
        self._session.mount("http://", _Adapter(self._plug))
        self._session.mount("https://", _Adapter(self._plug))

    def send(
        self,
        method: str,
        url: str,
        params: dict[str, str],
        headers: dict[str, str],
        data: str | dict[str, str] | None,
    ) -> Answer:
        """Send a text, or the fields of a form. Raises `Unreachable` if no answer comes."""
        try:
            response = self._session.request(
                method,
                url,
                params=params,
                data=data,
                # As auth, or a .netrc of this machine would overrule the header.
                auth=_Headers(headers),
                timeout=(_CONNECT, _READ),
                # Simkl's API does not redirect; a captive portal does.
                allow_redirects=False,
                stream=True,
            )
            content = _content(response)
        except (OSError, HTTPError) as error:
            # requests lets some of sockets, TLS and urllib3 through. The text of these errors names
            # the address with all its parameters: only their kind.
            raise Unreachable(_kind(error)) from None
        told = response.headers
        after, date = told.get("Retry-After", ""), told.get("Date", "")
        return Answer(response.status_code, content, after, date)

    def cut(self) -> None:
        """End the request in flight, if any, and let none begin; from any thread."""
        self._plug.pull()

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()
        self._plug.release()


def _content(response: requests.Response) -> bytes:
    """What came, as long as it may be. Raises `Unreachable`, and what requests raises."""
    content, until = bytearray(), time.monotonic() + _SLOWEST
    for part in response.iter_content(65536):
        content += part
        if len(content) > _LONGEST or time.monotonic() > until:
            response.close()
            raise Unreachable("an answer without an end")
    return bytes(content)


def _kind(error: Exception) -> str:
    """The name of what lies at the bottom of an error of requests."""
    wrapped = next((part for part in error.args if isinstance(part, Exception)), error)
    reason = getattr(wrapped, "reason", wrapped)
    return type(getattr(reason, "__cause__", None) or reason).__name__


class _Headers(requests.auth.AuthBase):
    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


# Where a host was reached last, and when. Nobody can end a lookup while the name server does not
# answer, and Kodi's end would wait for it: what is known is not asked for again for a while.
_reached: dict[tuple[str, int], tuple[Any, float]] = {}
_GOOD_FOR = 3600.0


def _places(host: str, port: int) -> list[Any]:
    """As `getaddrinfo` says them. What is known is forgotten until it is reached again."""
    place, at = _reached.pop((host, port), (None, 0.0))
    if place and time.monotonic() < at + _GOOD_FOR:
        return [place]
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


class _Plug:
    """Holds a twin of the socket in use, from before it connects.

    A twin because TLS takes the socket itself over; shutting the twin down ends whatever the other
    thread is blocked in. Only a name lookup can't be ended.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._twin: socket.socket | None = None
        self._pulled = False

    def connect(self, host: str, port: int) -> socket.socket:
        self._check()
        failure = OSError("no address")
        for place in _places(host, port):
            family, kind, protocol, _, address = place
            sock = socket.socket(family, kind, protocol)
            try:
                self._hold(sock)
                sock.settimeout(_CONNECT)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
                # A connection that is shut down while it is made looks like one that was made.
                self._check()
            except OSError as error:
                sock.close()
                failure = error
            else:
                _reached[host, port] = place, time.monotonic()
                return sock
        raise failure

    def _hold(self, sock: socket.socket) -> None:
        self.release()
        with self._lock:
            self._check()
            self._twin = sock.dup()

    def _check(self) -> None:
        if self._pulled:
            raise OSError("the line is cut")

    def pull(self) -> None:
        with self._lock:
            self._pulled = True
            if self._twin:
                # The other side may have been quicker.
                with contextlib.suppress(OSError):
                    self._twin.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        with self._lock:
            if self._twin:
                self._twin.close()
            self._twin = None


class _Adapter(HTTPAdapter):
    """Lets requests connect through our plug."""

    def __init__(self, plug: _Plug) -> None:
        self._plug = plug
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._plug)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        # SOCKS brings connections of its own.
        if isinstance(manager, ProxyManager):
            manager.pool_classes_by_scheme = _pools(self._plug)
        return manager


def _pools(plug: _Plug) -> dict[str, Any]:
    class Http(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(plug, self)

    class Https(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(plug, self)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}


def _connect(plug: _Plug, connection: HTTPConnection) -> socket.socket:
    """A socket for urllib3, which takes a bare error of one for trouble after the connecting."""
    try:
        return plug.connect(connection.host, connection.port or connection.default_port)
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from error
