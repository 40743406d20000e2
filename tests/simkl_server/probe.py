"""Plain clients of the emulator, without a socket, for the emulator's own tests."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from .grants import FULL_SCOPE
from .server import SimklServer
from .sign_in import DEVICE_GRANT

AGENT = "probe/1.0"


class Probe:
    """Sends well-formed requests of one user; the clock goes on by a second before each POST."""

    def __init__(
        self, simkl: SimklServer, token: str | None = None, client_id: str | None = None
    ) -> None:
        self._simkl = simkl
        self._client = simkl.app.test_client()
        self.headers = {"User-Agent": AGENT}
        self.query = {
            "client_id": client_id or simkl.client_id, "app-name": "probe", "app-version": "1.0",
        }  # fmt: skip
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: str) -> TestResponse:
        """A GET request."""
        return self._client.get(path, query_string={**self.query, **query}, headers=self.headers)

    def post(self, path: str, body: Any, **query: str) -> TestResponse:
        """A POST request of an object, or of a text as it is."""
        self._simkl.clock.advance(1)
        payload = {"data": body} if isinstance(body, str) else {"json": body}
        return self._client.post(
            path, query_string={**self.query, **query}, headers=self.headers,
            content_type="application/json", **payload,
        )  # fmt: skip

    def form(self, path: str, **values: str) -> TestResponse:
        """A POST of a form without any query, as /oauth2 wants it."""
        return self._client.post(path, data=values, headers=self.headers)

    def history(self, body: Any, **query: str) -> Any:
        """What POST /sync/history answers with its usual status."""
        return self._written("/sync/history", body, **query)

    def remove(self, body: Any, **query: str) -> Any:
        """What POST /sync/history/remove answers with its usual status."""
        return self._written("/sync/history/remove", body, **query)

    def _written(self, path: str, body: Any, **query: str) -> Any:
        answer = self.post(path, body, **query)
        assert answer.status_code == self._simkl.switches.sync_success, answer.text
        return answer.json


class Television:
    """A V2 client that signs in; it waits by the emulator's clock."""

    def __init__(self, simkl: SimklServer, scope: str = FULL_SCOPE, client_id: str = "") -> None:
        self.simkl = simkl
        self.probe = Probe(simkl)
        self.client_id = client_id or simkl.client_id
        self.code = self.probe.form("/oauth2/device", client_id=self.client_id, scope=scope).json

    def poll(self, wait: float = 5) -> TestResponse:
        """A poll so many seconds later."""
        self.simkl.clock.advance(wait)
        return self.probe.form(
            "/oauth2/token",
            grant_type=DEVICE_GRANT,
            client_id=self.client_id,
            device_code=self.code["device_code"],
        )

    def sign_in(self, user: str = "anna") -> dict[str, Any]:
        """The token response after the user has allowed it."""
        self.simkl.approve(self.code["user_code"], user)
        answer = self.poll()
        assert answer.status_code == 200, answer.text
        return answer.json
