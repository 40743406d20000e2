"""Faults of the client: what Simkl would not refuse but a good client never does."""

from __future__ import annotations

import socket
from typing import Any

from flask import Request

from .clock import Clock
from .file_conduct import FileConduct
from .history_conduct import history_faults, removal_faults
from .identity import bearer, is_cached, is_sign_in, missing_identification
from .listener import abandoned
from .reading_conduct import ReadingConduct
from .request_log import Exchange
from .rewatch_conduct import RewatchConduct
from .sign_in_conduct import SignInConduct
from .switches import Switches

RETRIED_STATUSES = (401, 412, 429)  # their retry unchanged is right, later or signed in again

JUDGES = {"/sync/history": history_faults, "/sync/history/remove": removal_faults}


class Conduct:
    """Watches the clients; the callers hold the state's lock."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self.reset()

    def reset(self) -> None:
        """No client has done anything yet; requests still running are forgotten too."""
        self.faults: list[str] = []
        self._running: dict[str, dict[int, socket.socket | None]] = {}
        self._last_post: dict[str, float] = {}
        self._refused: dict[str, tuple[str, str, bytes]] = {}
        self._sign_in = SignInConduct()
        self._reading = ReadingConduct()
        self._files = FileConduct()
        self._rewatches = RewatchConduct(self._switches)

    def arrive(self, exchange: Exchange, request: Request) -> None:
        """Judge a request as it arrives."""
        where = f"{request.method} {request.path} (request {exchange.number})"
        found = [f"{name} is missing" for name in missing_identification(request)]
        found += self._form(request) + self._pace(exchange, request) + self._retry(request)
        if request.method == "POST" and request.path.rstrip("/") in JUDGES:
            judge = JUDGES[request.path.rstrip("/")]
            found += judge(exchange.json, exchange.query, self._switches)
        found += self._sign_in.arrive(exchange, request) + self._reading.arrive(exchange)
        found += self._rewatches.arrive(exchange, request) + self._files.arrive(exchange)
        self.faults += [f"{what}: {where}" for what in found]

    def note(self, what: str) -> None:
        """A fault that only the library shows, found while the write is carried out."""
        self.faults.append(what)

    def _form(self, request: Request) -> list[str]:
        found = []
        if request.method == "GET" and request.get_data():
            found.append("a GET has a body")
        if request.method == "POST" and not self._typed(request):
            found.append(f"the content type is {request.mimetype!r}")
        if is_cached(request.path) and "Authorization" in request.headers:
            found.append("a cached endpoint was sent Authorization")
        return found + (["the query holds a token"] if self._leaks(request) else [])

    def _typed(self, request: Request) -> bool:
        form = request.mimetype == "application/x-www-form-urlencoded"
        allowed = form and request.path.startswith("/oauth2/")
        return allowed or request.mimetype == "application/json"

    def _leaks(self, request: Request) -> bool:
        values, secret = list(request.args.values()), bearer(request)
        known = any(v == secret or v.startswith(("simkl_at_", "simkl_rt_")) for v in values)
        return known or "token" in request.args or "access_token" in request.args

    def _pace(self, exchange: Exchange, request: Request) -> list[str]:
        token = bearer(request)
        if token is None or is_cached(request.path) or is_sign_in(request.path):
            return []
        found = []
        running = self._running.setdefault(token, {})
        if any(not abandoned(connection) for connection in running.values()):
            found.append("another request of the token is running")
        running[exchange.number] = request.environ.get("werkzeug.socket")
        return found + (self._post_pace(token) if request.method == "POST" else [])

    def _post_pace(self, token: str) -> list[str]:
        now, last = self._clock.monotonic(), self._last_post.get(token)
        self._last_post[token] = now
        if last is None or now - last >= self._switches.post_window:
            return []
        return [f"the last POST of the token is only {now - last:.3f} s old"]

    def _retry(self, request: Request) -> list[str]:
        again = self._refused.get(self._sender(request)) == self._signature(request)
        return ["a refused request is repeated unchanged"] if again else []

    def _sender(self, request: Request) -> str:
        return bearer(request) or request.args.get("client_id", "")

    def _signature(self, request: Request) -> tuple[str, str, bytes]:
        return request.method, request.full_path, request.get_data()

    def leave(self, exchange: Exchange, request: Request) -> None:
        """The request has been answered, or dropped."""
        self._sign_in.leave(exchange, request)
        self._reading.leave(exchange)
        self._files.leave(exchange)
        self._rewatches.leave(exchange)
        self._running.get(bearer(request) or "", {}).pop(exchange.number, None)
        self._refused.pop(self._sender(request), None)
        if self._final(exchange.status, exchange.answer):
            self._refused[self._sender(request)] = self._signature(request)

    def _final(self, status: int | None, answer: Any) -> bool:
        word = answer.get("error", "") if isinstance(answer, dict) else ""
        locked = status == 400 and str(word).lower() == "rate_limit"
        # The device flow repeats the first two; sign_in_conduct judges the third.
        polled = word in ("authorization_pending", "slow_down", "expired_token")
        refused = status in range(400, 500) and status not in RETRIED_STATUSES
        return refused and not locked and not polled
