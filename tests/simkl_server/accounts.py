"""Registered apps, users and their tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .library import Library

if TYPE_CHECKING:
    from .service import Simkl

FULL_SCOPE = "media:read media:write"
V2_LIFETIME = timedelta(days=7)  # rule 41
ALLOWANCE = {"free": 500, "pro": 1_000, "vip": 10_000}  # rules 12 and 15


@dataclass
class App:
    """A registration; it belongs to AUTH V1 or V2 for ever."""

    client_id: str
    generation: str
    suspended: bool = False


@dataclass
class Token:
    """An access token of one user for one app."""

    text: str
    client_id: str
    generation: str
    user: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    revoked: bool = False
    used: bool = field(default=False, compare=False)

    def renew(self, now: datetime) -> None:
        """As newly issued."""
        self.used = False
        if self.expires_at is not None:
            self.expires_at = now + V2_LIFETIME

    def alive(self, now: datetime) -> bool:
        """Rules 41 and 50."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)


class Account:
    """A user: plan, tokens and library."""

    def __init__(self, simkl: Simkl, name: str, plan: str, number: int) -> None:
        self._simkl = simkl
        self.name = name
        self.number = number
        self.plan = plan
        self.library = Library(simkl.clock)
        self._token: str | None = None

    @property
    def plan(self) -> str:
        """free, pro or vip."""
        return self._plan

    @plan.setter
    def plan(self, plan: str) -> None:
        if plan not in ALLOWANCE:
            raise ValueError(f"no plan is called {plan}")
        self._plan = plan

    @property
    def token(self) -> str:
        """The user's V2 token with full scope; it stays the same one."""
        if self._token is None:
            self._token = self.v2_token()
        return self._token

    def v2_token(
        self, scope: str = FULL_SCOPE, client_id: str | None = None, text: str | None = None
    ) -> str:
        """A newly issued V2 token; a given text replaces the random one."""
        simkl = self._simkl
        token = Token(
            text=text or "simkl_at_" + secrets.token_hex(17),
            client_id=client_id or simkl.client_id,
            generation="v2",
            user=self.name,
            scopes=frozenset(scope.split()),
            expires_at=simkl.clock.now() + V2_LIFETIME,
        )
        simkl.tokens[token.text] = token
        return token.text

    def v1_token(self, client_id: str | None = None) -> str:
        """The V1 token of this user for an app, the same one every time."""
        simkl, client_id = self._simkl, client_id or self._simkl.v1_client_id
        for token in simkl.tokens.values():
            if (token.user, token.client_id, token.revoked) == (self.name, client_id, False):
                return token.text
        text = secrets.token_hex(32)
        scopes = frozenset(FULL_SCOPE.split())
        simkl.tokens[text] = Token(text, client_id, "v1", self.name, scopes)
        return text

    def disconnect(self) -> None:
        """The user removes every app under Connected Apps: rule 50."""
        for token in self._simkl.tokens.values():
            if token.user == self.name:
                token.revoked = True
        self._token = None

    def spend(self, requests: int) -> None:
        """Count this many requests of today, as if another app had sent them."""
        self._simkl.limits.spend(f"user {self.name}", requests)

    @property
    def history(self) -> list[dict[str, Any]]:
        """Every watch ever stored, in order; a double would stand here twice."""
        with self._simkl.lock:
            return [dict(watch) for watch in self.library.watches]

    @property
    def repeats(self) -> list[dict[str, Any]]:
        """Watches received for what was watched already; Simkl ignores them."""
        with self._simkl.lock:
            return [dict(watch) for watch in self.library.repeats]

    def as_dict(self) -> dict[str, Any]:
        """The account for the state answer."""
        own = [token for token in self._simkl.tokens.values() if token.user == self.name]
        return {
            "name": self.name,
            "id": self.number,
            "plan": self.plan,
            "tokens": [
                {"text": t.text, "client_id": t.client_id, "generation": t.generation,
                 "scope": " ".join(sorted(t.scopes)), "alive": t.alive(self._simkl.clock.now())}
                for t in own
            ],
            "library": self.library.as_dict(),
            "history": self.history,
            "repeats": self.repeats,
        }  # fmt: skip
