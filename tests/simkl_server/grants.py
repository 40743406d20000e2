# SPDX-License-Identifier: MIT
"""What users have allowed apps: access tokens and refresh tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .clock import Clock

READ, WRITE = "media:read", "media:write"
FULL_SCOPE = f"{READ} {WRITE}"
V2_LIFETIME = timedelta(days=7)  # rule 41
REFRESH_LIFETIME = timedelta(days=180)  # rule 44


def granted(asked: str) -> frozenset[str]:
    """The scopes a sign-in gets: rule 39, whatever is not exactly media:write adds nothing."""
    return frozenset({READ, WRITE} if WRITE in asked.split() else {READ})


def scope_text(scopes: frozenset[str]) -> str:
    """Scopes in the form of a token response."""
    return " ".join(sorted(scopes))


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


@dataclass
class Grant:
    """One V2 sign-in: a refresh token that stays and the access token of the moment."""

    refresh_token: str
    refresh_until: datetime
    token: Token
    revoked: bool = False

    @property
    def access_token(self) -> str:
        """The access token of the moment."""
        return self.token.text

    @property
    def expires_at(self) -> int:
        """When the access token ends, in UTC epoch seconds."""
        return int(self.token.expires_at.timestamp()) if self.token.expires_at else 0

    @property
    def scope(self) -> str:
        """What was granted."""
        return scope_text(self.token.scopes)

    def alive(self, now: datetime) -> bool:
        """Whether it can be refreshed: rules 44, 46 and 49."""
        return not self.revoked and now < self.refresh_until

    def revoke(self) -> None:
        """Rule 49: both tokens are dead."""
        self.revoked = self.token.revoked = True


class Grants:
    """Every token; the callers hold the state's lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tokens: dict[str, Token] = {}
        self._grants: dict[str, Grant] = {}

    @property
    def refresh_tokens(self) -> list[str]:
        """Of every sign-in, dead ones too."""
        return list(self._grants)

    def issue(
        self, user: str, client_id: str, scopes: frozenset[str], text: str | None = None
    ) -> Grant:
        """A V2 sign-in with a pair of its own: rule 48; a given text is its access token."""
        token = Token(text or _v2_text("at"), client_id, "v2", user, scopes)
        self._begin(token)
        until = self._clock.now() + REFRESH_LIFETIME
        grant = Grant(_v2_text("rt"), until, token)
        self._grants[grant.refresh_token] = grant
        return grant

    def _begin(self, token: Token) -> None:
        token.expires_at = self._clock.now() + V2_LIFETIME
        self.tokens[token.text] = token

    def v1_token(self, user: str, client_id: str) -> Token:
        """The V1 token of a user for an app: rule 57, the same one every time."""
        for token in self.tokens.values():
            if (token.user, token.client_id, token.revoked) == (user, client_id, False):
                return token
        token = Token(secrets.token_hex(32), client_id, "v1", user, granted(FULL_SCOPE))
        self.tokens[token.text] = token
        return token

    def refreshable(self, refresh_token: str, client_id: str) -> Grant | None:
        """The living grant of a refresh token, None for any that the app cannot use."""
        grant = self._grants.get(refresh_token)
        if grant is None or grant.token.client_id != client_id:
            return None
        return grant if grant.alive(self._clock.now()) else None

    def refresh(self, grant: Grant) -> None:
        """Rule 44: a new access token, the old one dies, the refresh token's days restart."""
        old = grant.token
        old.revoked = True
        grant.token = Token(_v2_text("at"), old.client_id, "v2", old.user, old.scopes)
        self._begin(grant.token)
        grant.refresh_until = self._clock.now() + REFRESH_LIFETIME

    def revoke(self, text: str, client_id: str) -> None:
        """Rule 49: the app gives back a grant, named by either of its tokens."""
        for grant in self._grants.values():
            named = text in (grant.refresh_token, grant.access_token)
            if named and grant.token.client_id == client_id:
                grant.revoke()

    def disconnect(self, user: str) -> None:
        """Rule 50: nothing that the user allowed any app is left."""
        for grant in self.of(user):
            grant.revoke()
        for token in self.tokens_of(user):
            token.revoked = True

    def of(self, user: str) -> list[Grant]:
        """The user's V2 sign-ins, oldest first."""
        return [grant for grant in self._grants.values() if grant.token.user == user]

    def tokens_of(self, user: str) -> list[Token]:
        """Every access token the user ever had."""
        return [token for token in self.tokens.values() if token.user == user]

    def renew(self) -> None:
        """Everything as newly issued."""
        now = self._clock.now()
        for token in self.tokens.values():
            token.renew(now)
        for grant in self._grants.values():
            grant.refresh_until = now + REFRESH_LIFETIME


def _v2_text(kind: str) -> str:
    """Rule 37: both kinds have 43 characters."""
    return f"simkl_{kind}_{secrets.token_hex(17)}"
