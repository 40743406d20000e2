"""Everything the emulator keeps: one object shared by the endpoints and the tests."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import Any, cast

from flask import current_app

from .accounts import Account, App
from .catalogue import Catalogue
from .clock import Clock
from .codes import NO_DEVICE_CODE, Codes
from .conduct import Conduct
from .faults import Faults
from .grants import Grants
from .limits import Limits
from .request_log import RequestLog
from .switches import Switches
from .write_lock import WriteLocks

CLIENT_ID = "c2" * 32
V1_CLIENT_ID = "c1" * 32


class Simkl:
    """The state of the emulator; `lock` guards it, `changed` tells of every request."""

    def __init__(self, client_id: str = CLIENT_ID, v1_client_id: str = V1_CLIENT_ID) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.client_id = client_id
        self.v1_client_id = v1_client_id
        self.clock = Clock()
        self.switches = Switches()
        self.catalogue = Catalogue()
        self.faults = Faults()
        self.write_locks = WriteLocks(self.switches)
        self.limits = Limits(self.clock, self.switches)
        self.log = RequestLog(self.clock)
        self.conduct = Conduct(self.clock, self.switches)
        self.accounts: dict[str, Account] = {}
        self.grants = Grants(self.clock)
        self.codes = Codes(self.clock, self.switches)
        self.apps = {client_id: App(client_id, "v2"), v1_client_id: App(v1_client_id, "v1")}
        self.own_errors: list[str] = []

    def account(self, name: str = "anna", plan: str = "free") -> Account:
        """The user of that name, made when there is none; an existing one keeps its plan."""
        with self.lock:
            if name not in self.accounts:
                self.accounts[name] = Account(self, name, plan, 424242 + len(self.accounts))
            return self.accounts[name]

    def app(self, client_id: str, generation: str = "v2") -> App:
        """Register one more app."""
        with self.lock:
            return self.apps.setdefault(client_id, App(client_id, generation))

    def approve(self, code: str, user: str = "anna", scope: str | None = None) -> None:
        """A user enters a code at simkl.com/pin and allows the app what it asks, or a scope."""
        with self.changed:
            self.codes.approve(code, self.account(user).name, scope)
            self.changed.notify_all()

    def decline(self, code: str) -> None:
        """A user enters a code at simkl.com/pin and says no; the app will not hear of it."""
        with self.changed:
            self.codes.decline(code)
            self.changed.notify_all()

    def reset(self) -> None:
        """As after the start; apps and accounts stay, and their tokens, as newly issued."""
        self.faults.clear()
        with self.changed:
            self.clock.reset()
            self.switches.reset()
            self.catalogue.reset()
            self.limits.reset()
            self.log.clear()
            self.conduct.reset()
            self.own_errors.clear()
            self.codes.clear()
            self.grants.renew()
            for account in self.accounts.values():
                account.reset()
            self.changed.notify_all()

    def secrets(self) -> list[str]:
        """Whatever may stand in no log: tokens, codes and the ids of apps."""
        with self.lock:
            codes = [text for one in self.codes.issued for text in (one.device_code, one.user_code)]
            tokens = [*self.grants.tokens, *self.grants.refresh_tokens]
            return [text for text in [*self.apps, *tokens, *codes] if text != NO_DEVICE_CODE]

    def state(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        with self.lock:
            return {
                "clock": {"now": self.clock.stamp(), "manual": self.clock.manual},
                "switches": asdict(self.switches),
                "apps": [asdict(app) for app in self.apps.values()],
                "codes": [code.as_dict() for code in self.codes.issued],
                "accounts": {name: one.as_dict() for name, one in self.accounts.items()},
                "faults": [asdict(fault) for fault in self.faults.pending()],
                "requests": [exchange.as_dict() for exchange in self.log.exchanges],
                "client_faults": list(self.conduct.faults),
                "own_errors": list(self.own_errors),
                "titles": len(self.catalogue.titles),
            }


def current() -> Simkl:
    """The state of the app that serves the request in hand."""
    return cast(Simkl, current_app.extensions["simkl"])
