# SPDX-License-Identifier: MIT
"""Simkl's API: the endpoints, and everything that can go wrong with them.

SimklError
├── Unreachable     no answer, or not Simkl's: DNS, TLS, socket, time-out, captive portal
├── Busy            Simkl asks to wait: rate limit, daily quota, write lock, block, server error
├── Refused         the token is dead, missing, or not allowed to write
└── Rejected        any other refusal: something in this very request is wrong
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

API = "https://api.simkl.com"
APP_NAME = "kodi-service-simkl"

# A daily quota ends with the day in New York; on the longest day of the year that is 25 hours.
_LONGEST_RETRY_AFTER = 26 * 3600
# Reference Q23: how long a block lasts is not documented.
_BLOCK_WAITS = (60.0, 300.0, 1800.0)
_DAILY = frozenset(("user_limit_exceeded", "app_limit_exceeded"))
_SCOPES = frozenset(("insufficient_scope", "oauth2_token_required"))
# Refusals of a body that a web server in front of Simkl may utter without JSON.
_ABOUT_THE_BODY = frozenset((400, 413, 414, 422))


class SimklError(Exception):
    """Simkl did not do what was asked; the text says why, without any secret."""


class Unreachable(SimklError):
    """No answer came, or one that is not Simkl's."""


class Busy(SimklError):
    """Simkl asks to wait.

    `waits` are the seconds before the first, second, … repetition; after them the asker's own
    back-off decides, or the last of them again if it `holds`.
    """

    def __init__(self, reason: str, waits: tuple[float, ...] = (), holds: bool = False) -> None:
        super().__init__(reason)
        self.waits = waits
        self.holds = holds


class Refused(SimklError):
    """The token is dead, missing, or not allowed to write."""


class Rejected(SimklError):
    """Something in this very request is wrong; the same again would be refused again."""


class Answer(NamedTuple):
    """What came back over the line; `retry_after` is the header, "" without one."""

    status: int
    content: bytes
    retry_after: str = ""


class Wire(Protocol):
    """What carries requests: `line.Line`, or a test's own. `post` raises `Unreachable`."""

    def post(
        self, url: str, params: dict[str, str], headers: dict[str, str], body: Any
    ) -> Answer: ...

    def cut(self) -> None: ...

    def close(self) -> None: ...


def api_url(override: str) -> str:
    """The address to talk to; `override` counts only if it is https, or http on this machine."""
    parts = urlsplit(override)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and local)):
        return override.rstrip("/")
    return API


class Simkl:
    """Simkl's API as one application sees it."""

    def __init__(self, wire: Wire, base: str, client_id: str, version: str) -> None:
        self._wire = wire
        self._base = base
        self._agent = {"User-Agent": f"{APP_NAME}/{version}"}
        self._params = {"client_id": client_id, "app-name": APP_NAME, "app-version": version}

    def add_to_history(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /sync/history`; the answer, `{"added": {…}, "not_found": {…}}`.

        Raises `SimklError`. Repeating it is safe: what is watched already stays as it is.
        """
        answer = self._post("/sync/history", token, body)
        if not _is_of_history(answer):
            raise Unreachable("not an answer of /sync/history")
        return answer

    def cut(self) -> None:
        """End the request in flight, if any, and let none begin; from any thread."""
        self._wire.cut()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _post(self, path: str, token: str, body: Any) -> dict[str, Any]:
        headers = {
            **self._agent,
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
        }
        return _read(self._wire.post(self._base + path, self._params, headers, body))


def _is_of_history(answer: dict[str, Any]) -> bool:
    added, not_found = answer.get("added"), answer.get("not_found") or {}
    if answer.get("error") or not isinstance(added, dict) or not isinstance(not_found, dict):
        return False
    # Registrations of old get null for what is empty.
    return all(part is None or isinstance(part, list) for part in not_found.values())


def _read(answer: Answer) -> dict[str, Any]:
    try:
        decoded = json.loads(answer.content)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        raise _error(answer, "")
    if answer.status // 100 != 2:
        raise _error(answer, str(decoded.get("error") or "").lower())
    return decoded


def _error(answer: Answer, word: str) -> SimklError:
    """What a refusal means (reference 1.4 to 1.8); `word` is its `error`, in lower case."""
    status, reason = answer.status, f"{answer.status} {word}".strip()
    if status >= 500 or status == 429:
        return _limit(answer, word, reason)
    if status == 400 and word == "rate_limit":
        return Busy(reason, (3.0,))
    if word and status == 412:
        return Busy(reason, _BLOCK_WAITS, holds=True)
    if word and (status == 401 or word in _SCOPES):
        return Refused(word)
    if status // 100 == 4 and (word or status in _ABOUT_THE_BODY):
        return Rejected(reason)
    return Unreachable(f"{reason}, not Simkl's")


def _limit(answer: Answer, word: str, reason: str) -> Busy:
    after = _seconds(answer.retry_after)
    if word in _DAILY:
        return Busy(reason, (after or 3600.0,), holds=True)
    if answer.status == 429:
        # Retry-After of the per-second limit carries the daily reset: not to be believed.
        return Busy(reason, (1.1,))
    return Busy(reason, (after,) if after else ())


def _seconds(retry_after: str) -> float:
    """Seconds from now, 0 for anything else that such a header may hold."""
    number = retry_after.strip()
    if not (number.isascii() and number.isdigit()):
        return 0.0
    return float(min(int(number[:9]), _LONGEST_RETRY_AFTER))
