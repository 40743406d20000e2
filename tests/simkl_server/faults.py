"""Fault injection: rule 26. A queue of faults, each meant for some requests to come."""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import dataclass
from typing import Any

from flask import Response

from .errors import CHALLENGES, DOCUMENTED, body_of, json_response

KINDS = (
    "status", "html_200", "redirect", "empty", "malformed", "error",
    "close_before", "close_after", "hang", "hang_after", "hang_write", "slow", "slow_write",
)  # fmt: skip
PORTAL = "<!doctype html><title>Hotel Wi-Fi</title><p>Please accept our terms."


@dataclass
class Fault:
    """One fault; `applied` says that the request takes effect before the answer is spoilt."""

    kind: str
    path: str | None = None  # a path or a pattern of fnmatch; None is any API request
    method: str | None = None
    query: dict[str, str] | None = None  # what the query must hold, as {"allow_rewatch": "yes"}
    times: int = 1
    status: int = 500
    content: str = "json"  # of "status": json, html or empty
    retry_after: int | str | None = None
    error: str = "internal"
    message: str | None = None
    body: Any = None  # of "error": another body than the documented envelope
    location: str = "http://portal.invalid/login"
    seconds: float = 1.0
    applied: bool = False
    serve_late: bool = False  # of "hang": a released request is served instead of dropped

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind}")
        if self.kind == "error" and self.body is None and self.error not in DOCUMENTED:
            raise ValueError(f"Simkl documents no error {self.error}")
        if self.kind in ("close_after", "hang_after"):
            self.applied = True

    def matches(self, method: str, path: str, query: dict[str, str]) -> bool:
        """Whether the fault is meant for this request."""
        if self.method not in (None, method) or not (self.query or {}).items() <= query.items():
            return False
        return self.path is None or fnmatch.fnmatch(path.rstrip("/"), self.path.rstrip("/"))


def error(word: str, **options: Any) -> dict[str, Any]:
    """The options of an error fault with the status that word usually comes with."""
    return {"kind": "error", "error": word, "status": DOCUMENTED.get(word, 400), **options}


class Faults:
    """The queue, and the waiting of those that hang."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: list[Fault] = []
        self._released = 0
        self._held: str | None = None
        self._stopped = False

    def add(self, kind: str, **options: Any) -> None:
        """Queue a fault; for "error" the status follows the word unless it is given."""
        options = error(options["error"], **options) if "error" in options else {**options}
        options["kind"] = kind
        with self._changed:
            self._queue.append(Fault(**options))

    def clear(self) -> None:
        """Forget what is queued, and release what hangs."""
        with self._changed:
            self._queue.clear()
        self.release()

    def pending(self) -> list[Fault]:
        """The faults not yet met."""
        with self._changed:
            return list(self._queue)

    def take(self, method: str, path: str, query: dict[str, str]) -> Fault | None:
        """The fault a request meets, used up once."""
        with self._changed:
            fault = next((f for f in self._queue if f.matches(method, path, query)), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._queue.remove(fault)
                return fault
            held = self._held is not None and fnmatch.fnmatch(path, self._held)
            return Fault("hang", serve_late=True) if held else None

    def hold(self, path: str = "*") -> None:
        """Keep every request to such paths waiting until release; then it is served."""
        with self._changed:
            self._held = path

    def release(self) -> None:
        """Let everything go that hangs."""
        with self._changed:
            self._held = None
            self._released += 1
            self._changed.notify_all()

    def stop(self, stopped: bool = True) -> None:
        """The server stops, so nothing may wait any longer; or it begins again."""
        with self._changed:
            self._stopped = stopped
            self._changed.notify_all()

    def released(self) -> int:
        """How often release was called: a request notes it as it arrives."""
        with self._changed:
            return self._released

    def wait(self, seconds: float | None, since: int) -> bool:
        """Wait so long, or until a release after `since`; False when the server stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._released != since, seconds)
            return not self._stopped


def answer_of(fault: Fault) -> Response | None:
    """The spoilt answer, or None for a closed socket."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.kind == "html_200":
        return Response(PORTAL, 200, mimetype="text/html")
    if fault.kind == "redirect":
        return Response(PORTAL, 302, {"Location": fault.location}, mimetype="text/html")
    if fault.kind == "empty":
        return Response("", 200)
    if fault.kind == "malformed":
        return Response('{"added": {"movies": 1, ', 201, mimetype="application/json")
    if fault.kind == "error":
        return _error(fault, headers)
    return _status(fault, headers) if fault.kind == "status" else None


def _error(fault: Fault, headers: dict[str, str]) -> Response:
    body = body_of(fault.error, fault.status, fault.message) if fault.body is None else fault.body
    if fault.error in CHALLENGES:
        headers["WWW-Authenticate"] = CHALLENGES[fault.error]
    return json_response(body, fault.status, headers)


def _status(fault: Fault, headers: dict[str, str]) -> Response:
    if fault.content == "json":
        return json_response({"error": "internal", "code": fault.status}, fault.status, headers)
    page = f"<html><h1>{fault.status}</h1></html>" if fault.content == "html" else ""
    return Response(page, fault.status, headers, mimetype="text/html")
