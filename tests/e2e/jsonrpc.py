# SPDX-License-Identifier: MIT
"""Kodi's JSON-RPC over its raw TCP port: answers, and everything Kodi announces."""

from __future__ import annotations

import codecs
import contextlib
import itertools
import json
import socket
import threading
import time
from typing import Any, Callable, Iterator, NamedTuple

# Generous: a dozen Kodis share a few cores.
TIMEOUT = 20.0


class RpcError(Exception):
    """Kodi refused a call."""


class KodiDied(Exception):
    """Kodi ended by itself; such a test is run once more (see conftest.py)."""


class Notification(NamedTuple):
    method: str
    data: Any
    at: float
    """Monotonic seconds of its arrival."""


Predicate = Callable[[Any], bool]


class Connection:
    """One connection for the life of one Kodi process; a thread of its own reads it."""

    def __init__(self, port: int) -> None:
        self.notifications: list[Notification] = []
        self._news = threading.Condition()
        self._answers: dict[int, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._closed = False
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, name="kodi-json-rpc", daemon=True)
        self._reader.start()

    def call(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._socket.sendall(json.dumps(request).encode())
        with self._news:
            self._news.wait_for(lambda: number in self._answers or self._closed, TIMEOUT)
            answer = self._answers.pop(number, None)
        if answer is None and self._closed:
            raise KodiDied(f"during {method}")
        if answer is None:
            raise TimeoutError(f"Kodi did not answer {method}")
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait_for(
        self, method: str, predicate: Predicate | None, timeout: float, since: int
    ) -> Notification:
        def found() -> Notification | None:
            for news in self.notifications[since:]:
                if news.method == method and (predicate is None or predicate(news.data)):
                    return news
            return None

        with self._news:
            result = self._news.wait_for(lambda: found() or self._closed, timeout)
        if isinstance(result, Notification):
            return result
        if result:
            raise KodiDied(f"before {method} came")
        seen = "\n".join(f"  {news.method} {news.data}" for news in self.notifications[since:])
        raise TimeoutError(f"no {method} in {timeout} s; there came:\n{seen}")

    def close(self) -> None:
        # Kodi may have ended and taken its side of the connection with it.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(TIMEOUT)
        self._socket.close()

    def _read(self) -> None:
        for message in self._messages():
            self._take(message)
        with self._news:
            self._closed = True
            self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                data = message.get("params", {}).get("data")
                self.notifications.append(Notification(message["method"], data, time.monotonic()))
            self._news.notify_all()

    def _messages(self) -> Iterator[dict[str, Any]]:
        """The objects in the stream: Kodi writes them one after another without any framing."""
        text = ""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        for chunk in self._chunks():
            text += decode(chunk)
            while text:
                try:
                    message, end = json.JSONDecoder().raw_decode(text)
                except ValueError:
                    break
                yield message
                text = text[end:].lstrip()

    def _chunks(self) -> Iterator[bytes]:
        while True:
            try:
                # Kodi lets an answer wait until its last notification is acknowledged, for which
                # the system would take its time; it forgets this option with each reading.
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                chunk = self._socket.recv(65536)
            except OSError:
                return
            if not chunk:
                return
            yield chunk
