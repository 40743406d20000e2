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

API = "https://api.simkl.com"
APP_NAME = "kodi-service-simkl"
# Without media:write the first write would be refused (reference 2.2).
SCOPE = "media:read media:write"
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

# A daily quota ends with the day in New York; on the longest day of the year that is 25 hours.
_LONGEST_RETRY_AFTER = 26 * 3600
# Reference Q23: how long a block lasts is not documented.
_BLOCK_WAITS = (60.0, 300.0, 1800.0)
_DAILY = frozenset(("user_limit_exceeded", "app_limit_exceeded"))
_SCOPES = frozenset(("insufficient_scope", "oauth2_token_required"))
# Refusals of a body that a web server in front of Simkl may utter without JSON.
_ABOUT_THE_BODY = frozenset((400, 413, 414, 422))


class SimklError(Exception):
    """Simkl did not do what was asked; the text says why, without any secret.

    `word` is Simkl's own for it, in lower case, "" where it gave none.
    """

    def __init__(self, reason: str, word: str = "") -> None:
        super().__init__(reason)
        self.word = word


class Unreachable(SimklError):
    """No answer came, or one that is not Simkl's."""


class Busy(SimklError):
    """Simkl asks to wait.

    `waits` are the seconds before the first, second, … repetition; after them the asker's own
    back-off decides, or the last of them again if it `holds`.
    """

    def __init__(
        self, reason: str, word: str = "", waits: tuple[float, ...] = (), holds: bool = False
    ) -> None:
        super().__init__(reason, word)
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


class Found(NamedTuple):
    """A title that a search found; `year` is 0 where Simkl does not say one."""

    simkl: int
    title: str
    year: int
    kind: str


class Wire(Protocol):
    """What carries requests: `line.Line`, or a test's own. `send` raises `Unreachable`.

    Its `data` is a text that is sent as it is, or the fields of a form.
    """

    def send(
        self,
        method: str,
        url: str,
        params: dict[str, str],
        headers: dict[str, str],
        data: str | dict[str, str] | None,
    ) -> Answer: ...

    def cut(self) -> None: ...

    def close(self) -> None: ...


def api_url(override: str) -> str:
    """The address to talk to; `override` counts only if it is https, or http on this machine."""
    from urllib.parse import urlsplit  # noqa: PLC0415 -- a tenth of what the start of Kodi would pay for us

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

    def device_code(self) -> dict[str, Any]:
        """`POST /oauth2/device`: a code to show, `{"device_code": …, "user_code": …, …}`.

        Raises `SimklError`; `Refused` with the word `invalid_client` for a client_id of V1.
        """
        return self._form("/oauth2/device", scope=SCOPE)

    def device_token(self, device_code: str) -> dict[str, Any]:
        """`POST /oauth2/token`: the tokens, once somebody has entered the code.

        Raises `SimklError`; `Rejected` with the words `authorization_pending`, `slow_down` and
        `expired_token` (reference 2.2).
        """
        return self._form("/oauth2/token", grant_type=_DEVICE_GRANT, device_code=device_code)

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """`POST /oauth2/token`: a new access token; the old one is dead at once (reference 2.3).

        Raises `SimklError`; `Refused` when the refresh token is dead, too.
        """
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        try:
            return self._form("/oauth2/token", **fields)
        except Rejected as error:
            if error.word == "invalid_grant":
                raise Refused(error.word, error.word) from None
            raise

    def revoke(self, token: str) -> None:
        """`POST /oauth2/revoke`: both tokens of this sign-in are dead. Raises `SimklError`."""
        answer = self._send_form("/oauth2/revoke", token=token)
        if answer.status != 200:
            _read(answer)

    def pin(self) -> dict[str, Any]:
        """`GET /oauth/pin`: a code to show, for a client_id of V1. Raises `SimklError`."""
        return self._get("/oauth/pin")

    def pin_token(self, user_code: str) -> dict[str, Any]:
        """`GET /oauth/pin/CODE`: `{"result": "KO"}` until somebody has entered the code.

        Then `{"result": "OK", "access_token": …}`; anything with a `device_code` is about another
        code: this one is dead (reference 2.4). Raises `SimklError`.
        """
        return self._get("/oauth/pin/" + "".join(filter(str.isalnum, user_code)))

    def user_settings(self, token: str) -> dict[str, Any]:
        """`GET /users/settings`: `{"user": {"name": …}, "account": …}`. Raises `SimklError`."""
        return self._get("/users/settings", token)

    def search(self, kind: str, title: str, token: str) -> list[Found]:
        """`GET /search/KIND`, of movie, tv or anime; best matches first. Raises `SimklError`."""
        rows = _decoded(self._fetch(f"/search/{kind}", token, {"q": title}))
        if not (rows is None or isinstance(rows, list)):
            raise Unreachable("not an answer of /search")
        return [_found(kind, row) for row in rows or ()]

    def cut(self) -> None:
        """End the request in flight, if any, and let none begin; from any thread."""
        self._wire.cut()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _get(self, path: str, token: str = "", **params: str) -> dict[str, Any]:
        return _read(self._fetch(path, token, params))

    def _fetch(self, path: str, token: str, params: dict[str, str]) -> Answer:
        headers = {**self._agent, **_bearer(token)}
        params = {**self._params, **params}
        return self._wire.send("GET", self._base + path, params, headers, None)

    def _post(self, path: str, token: str, body: Any) -> dict[str, Any]:
        import simplejson  # noqa: PLC0415 -- nothing is encoded at the start of Kodi

        headers = {**self._agent, **_bearer(token), "Content-Type": "application/json"}
        text = simplejson.dumps(body)
        return _read(self._wire.send("POST", self._base + path, self._params, headers, text))

    def _form(self, path: str, **fields: str) -> dict[str, Any]:
        return _read(self._send_form(path, **fields))

    def _send_form(self, path: str, **fields: str) -> Answer:
        """`/oauth2/*` takes the client_id as a field, and no query (reference 1.2)."""
        fields["client_id"] = self._params["client_id"]
        return self._wire.send("POST", self._base + path, {}, self._agent, fields)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _is_of_history(answer: dict[str, Any]) -> bool:
    added, not_found = answer.get("added"), answer.get("not_found") or {}
    if answer.get("error") or not isinstance(added, dict) or not isinstance(not_found, dict):
        return False
    # Registrations of old get null for what is empty.
    return all(part is None or isinstance(part, list) for part in not_found.values())


def _found(kind: str, row: Any) -> Found:
    """From `{"title": "Night Ferry", "year": 2021, "ids": {"simkl_id": 8000002, …}, …}`."""
    ids = row.get("ids") if isinstance(row, dict) else None
    simkl = ids.get("simkl_id") if isinstance(ids, dict) else None
    if not isinstance(simkl, int) or simkl <= 0:
        raise Unreachable("not a row of /search")
    year = row.get("year")
    return Found(simkl, str(row.get("title") or ""), year if isinstance(year, int) else 0, kind)


def _read(answer: Answer) -> dict[str, Any]:
    decoded = _decoded(answer)
    if not isinstance(decoded, dict):
        raise _error(answer, "")
    return decoded


def _decoded(answer: Answer) -> Any:
    """What a success says; raises what anything else means."""
    try:
        decoded = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise _error(answer, "") from None
    if answer.status // 100 != 2:
        word = decoded.get("error") if isinstance(decoded, dict) else ""
        raise _error(answer, str(word or "").lower())
    return decoded


def _error(answer: Answer, word: str) -> SimklError:
    """What a refusal means (reference 1.4 to 1.8); `word` is its `error`, in lower case."""
    status, reason = answer.status, f"{answer.status} {word}".strip()
    if status >= 500 or status == 429:
        return _limit(answer, word, reason)
    if status == 400 and word == "rate_limit":
        return Busy(reason, word, (3.0,))
    if word and status == 412:
        return Busy(reason, word, _BLOCK_WAITS, holds=True)
    if word and (status == 401 or word in _SCOPES):
        return Refused(word, word)
    if status // 100 == 4 and (word or status in _ABOUT_THE_BODY):
        return Rejected(reason, word)
    return Unreachable(f"{reason}, not Simkl's")


def _limit(answer: Answer, word: str, reason: str) -> Busy:
    after = _seconds(answer.retry_after)
    if word in _DAILY:
        return Busy(reason, word, (after or 3600.0,), holds=True)
    if answer.status == 429:
        # Retry-After of the per-second limit carries the daily reset: not to be believed.
        return Busy(reason, word, (1.1,))
    return Busy(reason, word, (after,) if after else ())


def _seconds(retry_after: str) -> float:
    """Seconds from now, 0 for anything else that such a header may hold."""
    number = retry_after.strip()
    if not (number.isascii() and number.isdigit()):
        return 0.0
    return float(min(int(number[:9]), _LONGEST_RETRY_AFTER))
