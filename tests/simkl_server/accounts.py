"""Registered apps, users and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .grants import FULL_SCOPE, Grant, scope_text
from .library import Library

if TYPE_CHECKING:
    from .service import Simkl

ALLOWANCE = {"free": 500, "pro": 1_000, "vip": 10_000}  # rules 12 and 15


@dataclass
class App:
    """A registration; it belongs to AUTH V1 or V2 for ever."""

    client_id: str
    generation: str
    suspended: bool = False
    redirects: tuple[str, ...] = ()  # the registered addresses: rule 58


class Account:
    """A user: plan, tokens and library."""

    def __init__(self, simkl: Simkl, name: str, plan: str, number: int) -> None:
        self._simkl = simkl
        self.name = name
        self.number = number
        self._plan = _checked(plan)
        self.library = Library(simkl.clock)
        self.settings_at: str | None = None
        self._grant: Grant | None = None

    @property
    def plan(self) -> str:
        """free, pro or vip."""
        return self._plan

    @plan.setter
    def plan(self, plan: str) -> None:
        if plan != self._plan:
            self._plan = _checked(plan)
            self.settings_at = self._simkl.clock.stamp()  # rule 187

    @property
    def grant(self) -> Grant:
        """The user's own V2 sign-in with full scope, as an account.json needs it."""
        if self._grant is None:
            self._grant = self.sign_in()
        return self._grant

    @property
    def token(self) -> str:
        """The access token of `grant`; it stays the same one until it is refreshed."""
        return self.grant.access_token

    def sign_in(
        self, scope: str = FULL_SCOPE, client_id: str | None = None, text: str | None = None
    ) -> Grant:
        """One more V2 sign-in; a given text replaces the random access token."""
        simkl = self._simkl
        app = client_id or simkl.client_id
        with simkl.lock:
            return simkl.grants.issue(self.name, app, frozenset(scope.split()), text)

    def v2_token(
        self, scope: str = FULL_SCOPE, client_id: str | None = None, text: str | None = None
    ) -> str:
        """The access token of one more V2 sign-in."""
        return self.sign_in(scope, client_id, text).access_token

    def v1_token(self, client_id: str | None = None) -> str:
        """The V1 token of this user for an app, the same one every time."""
        simkl = self._simkl
        with simkl.lock:
            return simkl.grants.v1_token(self.name, client_id or simkl.v1_client_id).text

    def disconnect(self) -> None:
        """The user removes every app under Connected Apps: rule 50."""
        with self._simkl.lock:
            self._simkl.grants.disconnect(self.name)
            self._grant = None

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

    @property
    def removals(self) -> list[dict[str, Any]]:
        """Everything ever removed, in order: an episode unmarked, a film or a whole show."""
        with self._simkl.lock:
            return [dict(removal) for removal in self.library.removals]

    @property
    def watched(self) -> list[dict[str, Any]]:
        """What stands as watched now, after all watches and removals."""
        with self._simkl.lock:
            return self.library.watched

    @property
    def sessions(self) -> list[dict[str, Any]]:
        """Every rewatch session as it is now, with its episodes and moments."""
        with self._simkl.lock:
            return self.library.sessions

    @property
    def rewatches(self) -> list[dict[str, Any]]:
        """Every watch that went into a session, in order; a double would stand here twice."""
        with self._simkl.lock:
            return [dict(watch) for watch in self.library.rewatches]

    def elsewhere(self, order: str, simkl: int, **options: Any) -> int:
        """A person on another device starts, closes or resumes a rewatch; answers its id."""
        with self._simkl.changed:
            rewatch_id = self.library.elsewhere(order, simkl, **options)
            self._simkl.changed.notify_all()
            return rewatch_id

    def reset(self) -> None:
        """An empty library; plan and sign-ins stay."""
        self.library = Library(self._simkl.clock)
        self.settings_at = None

    def as_dict(self) -> dict[str, Any]:
        """The account for the state answer."""
        grants, now = self._simkl.grants, self._simkl.clock.now()
        return {
            "name": self.name,
            "id": self.number,
            "plan": self.plan,
            "tokens": [
                {"text": t.text, "client_id": t.client_id, "generation": t.generation,
                 "scope": scope_text(t.scopes), "alive": t.alive(now)}
                for t in grants.tokens_of(self.name)
            ],
            "grants": [
                {"access_token": g.access_token, "refresh_token": g.refresh_token,
                 "expires_at": g.expires_at, "scope": g.scope, "alive": g.alive(now)}
                for g in grants.of(self.name)
            ],
            "library": self.library.as_dict(),
            "history": self.history,
            "repeats": self.repeats,
            "removals": self.removals,
            "sessions": self.sessions,
            "rewatches": self.rewatches,
        }  # fmt: skip


def _checked(plan: str) -> str:
    if plan not in ALLOWANCE:
        raise ValueError(f"no plan is called {plan}")
    return plan
