# SPDX-License-Identifier: MIT
"""What a good client never does while it signs in, refreshes or signs out."""

from __future__ import annotations

import socket
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import Request

from .identity import parameters
from .listener import abandoned
from .request_log import Exchange

SLOW_DOWN_ADDS = 5.0  # RFC 8628; of V1's "Slow down" nothing is known but the words


@dataclass
class Polling:
    """What a client was told about its code."""

    interval: float
    deadline: float
    slowed: bool = False
    polled_at: float | None = None
    over: str = ""  # "success" or "expiry", once the client has been told


class SignInConduct:
    """Watches the clients by their requests and the answers they got, injected ones too."""

    def __init__(self) -> None:
        self._pollings: dict[str, Polling] = {}
        self._refreshing: dict[str, dict[int, socket.socket | None]] = defaultdict(dict)

    def arrive(self, exchange: Exchange, request: Request) -> list[str]:
        """Judge a request as it arrives."""
        given = parameters(request)
        found = self._secrets(request, given)
        polling = self._pollings.get(_polled(request, given))
        if polling is not None:
            found += _pace(polling, exchange.monotonic)
        return found + self._refresh(exchange, request, given)

    def _secrets(self, request: Request, given: dict[str, Any]) -> list[str]:
        basic = request.headers.get("Authorization", "").lower().startswith("basic ")
        secret = basic or "client_secret" in given or "client_secret" in request.args
        found = ["a client_secret is sent"] if secret else []
        known = any(value in self._pollings for value in request.args.values())
        leaks = known or "device_code" in request.args
        return found + (["the query holds a device_code"] if leaks else [])

    def _refresh(self, exchange: Exchange, request: Request, given: dict[str, Any]) -> list[str]:
        if not _refreshes(request, given):
            return []
        running = self._refreshing[str(given["refresh_token"])]
        found = any(not abandoned(connection) for connection in running.values())
        running[exchange.number] = request.environ.get("werkzeug.socket")
        return ["another refresh of the token is running"] if found else []

    def leave(self, exchange: Exchange, request: Request) -> None:
        """Note what a client was told; an answer that did not reach it tells nothing."""
        given = parameters(request)
        if _refreshes(request, given):
            self._refreshing[str(given["refresh_token"])].pop(exchange.number, None)
        answer = exchange.answer
        if not isinstance(answer, dict) or abandoned(request.environ.get("werkzeug.socket")):
            return
        polling = self._pollings.get(_polled(request, given))
        if polling is not None:
            _hear(polling, answer)
        elif _begins(request) and exchange.status == 200:
            self._begin(answer)

    def _begin(self, answer: dict[str, Any]) -> None:
        """A code was given out; the client's deadline runs in real time, whatever the clock says.

        A poll that was under way at the deadline gets the length of an interval to arrive.
        """
        named = "device_code" if "verification_uri_complete" in answer else "user_code"
        interval = _seconds(answer.get("interval"), 5.0)
        deadline = time.monotonic() + _seconds(answer.get("expires_in"), 900.0) + interval
        self._pollings[str(answer.get(named))] = Polling(interval, deadline)


def _seconds(value: Any, default: float) -> float:
    """What an answer says; an injected one can say anything."""
    return float(value) if isinstance(value, (int, float)) else default


def _begins(request: Request) -> bool:
    return request.path.rstrip("/") in ("/oauth2/device", "/oauth/pin")


def _polled(request: Request, given: dict[str, Any]) -> str:
    """The code that a request polls for, "" for any other request."""
    if request.path.startswith("/oauth/pin/"):
        return request.path.rstrip("/").rpartition("/")[2]
    return str(given.get("device_code", "")) if request.path == "/oauth2/token" else ""


def _refreshes(request: Request, given: dict[str, Any]) -> bool:
    return request.path == "/oauth2/token" and "refresh_token" in given


def _pace(polling: Polling, now: float) -> list[str]:
    """A poll that should not have come, or not yet."""
    last, polling.polled_at = polling.polled_at, now
    over = polling.over or ("expiry" if time.monotonic() >= polling.deadline else "")
    if over:
        return [f"a code is polled after its {over}"]
    if polling.slowed and last is not None and now - last < polling.interval:
        return [f"slow_down not waited: the last poll is only {now - last:.3f} s old"]
    return []


def _hear(polling: Polling, answer: dict[str, Any]) -> None:
    """The client hears the answer to a poll."""
    if "access_token" in answer:
        polling.over = "success"
    elif "device_code" in answer or answer.get("error") in ("expired_token", "invalid_grant"):
        polling.over = "expiry"
    elif answer.get("error") == "slow_down":
        polling.slowed = True
        polling.interval += SLOW_DOWN_ADDS
    elif answer.get("message") == "Slow down":
        polling.slowed = True
