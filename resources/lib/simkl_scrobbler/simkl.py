# SPDX-License-Identifier: MIT
"""Simkl's API: the endpoints. All of them raise `SimklError`."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from .answer import Answer, Refused, Rejected, Unreachable, content, moment, read, whole

API = "https://api.simkl.com"
APP_NAME = "kodi-service-simkl"
# Without media:write the first write would be refused (reference 2.2).
SCOPE = "media:read media:write"
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Found(NamedTuple):
    """A title that a search found; `year` is 0 where Simkl does not say one."""

    simkl: int
    title: str
    year: int
    kind: str


class FileFound(NamedTuple):
    """What a file is by its name: a film; a show; or one episode, then `number` is not 0.

    `season` is -1 where Simkl counts without seasons, as in a cour of an anime, or says none;
    `year` is 0 where it says none.
    """

    simkl: int
    title: str
    year: int
    kind: str
    season: int = -1
    number: int = 0


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
        return self._history("/sync/history", token, body, "added")

    def add_rewatch(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /sync/history?allow_rewatch=yes`: only ever what the person asked for.

        Raises `SimklError`. Repeating it is not safe (reference "Idempotency"). A bare show in it
        is not filled, should it turn out to have unseen episodes.
        """
        flags = {"allow_rewatch": "yes", "skip_auto_watching": "yes"}
        return self._history("/sync/history", token, body, "added", flags)

    def activities(self, token: str) -> dict[str, Any]:
        """`GET /sync/activities`: `{"all": …, "settings": {"all": …}, …}`. Raises `SimklError`."""
        return self._get("/sync/activities", token)

    def now(self, token: str) -> float:
        """What time it is, in UTC epoch seconds; 0 if Simkl does not say. Raises `SimklError`."""
        answer = self._fetch("/sync/activities", token, {})
        read(answer)
        return moment(answer)

    def all_items(self, token: str, kind: str, **params: str) -> dict[str, Any]:
        """`GET /sync/all-items/KIND`, like shows or shows/completed: `{"shows": […], …}`.

        To be asked only after `activities`, or with `date_from`. Raises `SimklError`.
        """
        answer = content(self._fetch(f"/sync/all-items/{kind}", token, params))
        # Registrations of old get null for an empty library.
        if not (answer is None or isinstance(answer, dict)):
            raise Unreachable("not an answer of /sync/all-items")
        return answer or {}

    def remove_from_history(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /sync/history/remove`; the answer, `{"deleted": {…}, "not_found": {…}}`.

        Raises `SimklError`. Repeating it is safe.
        """
        return self._history("/sync/history/remove", token, body, "deleted")

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
            read(answer)

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
        rows = content(self._fetch(f"/search/{kind}", token, {"q": title}))
        if not (rows is None or isinstance(rows, list)):
            raise Unreachable("not an answer of /search")
        return [_found(kind, row) for row in rows or ()]

    def search_file(self, token: str, name: str, part: int) -> FileFound | None:
        """`POST /search/file`: what Simkl takes a file for; `part` is 1 for its first episode.

        `name` is the file's own and that of its folder, never a path. Raises `SimklError`.
        """
        answer = self._send_body("/search/file", token, {"file": name, "part": part}, {})
        return _file_found(content(answer))

    def cut(self) -> None:
        """End the request in flight, if any, and let none begin; from any thread."""
        self._wire.cut()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def _history(
        self, path: str, token: str, body: Any, done: str, flags: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = self._post(path, token, body, flags or {})
        if not _is_of_history(answer, done):
            raise Unreachable(f"not an answer of {path}")
        return answer

    def _get(self, path: str, token: str = "", **params: str) -> dict[str, Any]:
        return read(self._fetch(path, token, params))

    def _fetch(self, path: str, token: str, params: dict[str, str]) -> Answer:
        headers = {**self._agent, **_bearer(token)}
        params = {**self._params, **params}
        return self._wire.send("GET", self._base + path, params, headers, None)

    def _post(self, path: str, token: str, body: Any, flags: dict[str, str]) -> dict[str, Any]:
        return read(self._send_body(path, token, body, flags))

    def _send_body(self, path: str, token: str, body: Any, flags: dict[str, str]) -> Answer:
        import simplejson  # noqa: PLC0415 -- nothing is encoded at the start of Kodi

        headers = {**self._agent, **_bearer(token), "Content-Type": "application/json"}
        text = simplejson.dumps(body)
        params = {**self._params, **flags}
        return self._wire.send("POST", self._base + path, params, headers, text)

    def _form(self, path: str, **fields: str) -> dict[str, Any]:
        return read(self._send_form(path, **fields))

    def _send_form(self, path: str, **fields: str) -> Answer:
        """`/oauth2/*` takes the client_id as a field, and no query (reference 1.2)."""
        fields["client_id"] = self._params["client_id"]
        return self._wire.send("POST", self._base + path, {}, self._agent, fields)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _is_of_history(answer: dict[str, Any], done: str) -> bool:
    counts, not_found = answer.get(done), answer.get("not_found") or {}
    if answer.get("error") or not isinstance(counts, dict) or not isinstance(not_found, dict):
        return False
    # Registrations of old get null for what is empty.
    return all(part is None or isinstance(part, list) for part in not_found.values())


def _found(kind: str, row: Any) -> Found:
    """From `{"title": "Night Ferry", "year": 2021, "ids": {"simkl_id": 8000002, …}, …}`."""
    ids = row.get("ids") if isinstance(row, dict) else None
    simkl = whole(ids.get("simkl_id")) if isinstance(ids, dict) else 0
    if not simkl:
        raise Unreachable("not a row of /search")
    return Found(simkl, str(row.get("title") or ""), whole(row.get("year")), kind)


def _file_found(answer: Any) -> FileFound | None:
    """From `{"type": "episode", "show": {…}, "episode": {"season": 1, "episode": 2, …}}`.

    Of a film it is `{"type": "movie", "movie": {…}}`; null or [] where nothing was found.
    """
    if answer is None or answer == []:
        return None
    kind = answer.get("type") if isinstance(answer, dict) else None
    if kind not in ("movie", "show", "episode"):
        raise Unreachable("not an answer of /search/file")
    titled = _titled(answer.get("movie" if kind == "movie" else "show"), kind)
    if kind != "episode":
        return titled
    episode = answer.get("episode")
    number = whole(episode.get("episode")) if isinstance(episode, dict) else 0
    if number < 1:
        raise Unreachable("not an episode of /search/file")
    return titled._replace(season=whole(episode.get("season"), -1), number=number)


def _titled(media: Any, kind: str) -> FileFound:
    ids = media.get("ids") if isinstance(media, dict) else None
    if not isinstance(ids, dict) or whole(ids.get("simkl")) < 1:
        raise Unreachable("not a title of /search/file")
    # Only anime has ids of these; the answer has no other word for it.
    kind = "movie" if kind == "movie" else "anime" if {"mal", "anidb"} & set(ids) else "tv"
    title, year = str(media.get("title") or ""), whole(media.get("year"))
    return FileFound(ids["simkl"], title, year, kind)
