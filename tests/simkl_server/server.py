"""The emulator inside a test's process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .accounts import Account
from .app import make_app
from .catalogue import Catalogue
from .clock import Clock
from .codes import Code
from .faults import Faults
from .limits import Limits
from .listener import Listener
from .request_log import Exchange
from .service import CLIENT_ID, V1_CLIENT_ID, Simkl
from .switches import Switches


class SimklServer:
    """A Simkl of one's own; `with SimklServer() as simkl:` starts and stops it."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        client_id: str = CLIENT_ID,
        v1_client_id: str = V1_CLIENT_ID,
        certificate: tuple[str, str] | None = None,
    ) -> None:
        """With the files of a `certificate` and its key it is reached by https."""
        self.service = Simkl(client_id, v1_client_id)
        self.app = make_app(self.service)
        self._listener = Listener(self.app, host, port, certificate)
        self._scheme = "https" if certificate else "http"

    def __enter__(self) -> SimklServer:
        self.start_listening()
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.close()
        if exception[0] is None and self.service.own_errors:
            raise AssertionError(f"the emulator itself failed: {self.service.own_errors}")

    @property
    def url(self) -> str:
        """The address in place of https://api.simkl.com, without a slash at the end."""
        return f"{self._scheme}://{self._listener.host}:{self._listener.port}"

    @property
    def clock(self) -> Clock:
        """The settable clock."""
        return self.service.clock

    @property
    def catalogue(self) -> Catalogue:
        """The titles Simkl knows."""
        return self.service.catalogue

    @property
    def switches(self) -> Switches:
        """The choices where the sources conflict or are silent."""
        return self.service.switches

    @property
    def faults(self) -> Faults:
        """The queue of faults."""
        return self.service.faults

    @property
    def limits(self) -> Limits:
        """The counters of the limits."""
        return self.service.limits

    @property
    def client_id(self) -> str:
        """A registered V2 app."""
        return self.service.client_id

    @property
    def v1_client_id(self) -> str:
        """A registered V1 app."""
        return self.service.v1_client_id

    @property
    def requests(self) -> list[Exchange]:
        """Every API request since the last reset, in order of arrival; archive.py has all."""
        with self.service.lock:
            return list(self.service.log.exchanges)

    @property
    def client_faults(self) -> list[str]:
        """What the clients did wrong so far."""
        with self.service.lock:
            return list(self.service.conduct.faults)

    def account(self, name: str = "anna", plan: str = "free") -> Account:
        """The user of that name, made when there is none."""
        return self.service.account(name, plan)

    @property
    def pending_codes(self) -> list[Code]:
        """The codes that wait for somebody to enter them, newest last."""
        with self.service.lock:
            return self.service.codes.pending()

    def approve(self, code: str, user: str = "anna", scope: str | None = None) -> None:
        """A user enters a code at simkl.com/pin and allows the app what it asks, or a scope."""
        self.service.approve(code, user, scope)

    def decline(self, code: str) -> None:
        """A user enters a code at simkl.com/pin and says no."""
        self.service.decline(code)

    def state(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return self.service.state()

    def reset(self) -> None:
        """As after the start; apps, accounts and tokens stay."""
        self.service.reset()

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 10.0) -> bool:
        """Wait until the predicate holds; it is asked again with every request and answer."""
        with self.service.changed:
            return bool(self.service.changed.wait_for(predicate, timeout))

    def hold(self, path: str = "*") -> None:
        """Keep requests to such paths waiting until release."""
        self.faults.hold(path)

    def release(self) -> None:
        """Let everything go that hangs."""
        self.faults.release()

    def start_listening(self) -> None:
        """The server is up, on the same port as before."""
        self.faults.stop(False)
        self.service.write_locks.stop(False)
        self._listener.start()

    def stop_listening(self) -> None:
        """The server is down: connections are closed, new ones refused."""
        self.faults.stop()
        self.service.write_locks.stop()
        self._listener.stop()
