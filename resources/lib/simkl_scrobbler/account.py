# SPDX-License-Identifier: MIT
"""The account: whom we are signed in as."""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple

from . import whole_file
from .answer import Unreachable, span
from .log import LOG
from .simkl import Simkl

V1, V2 = "v1", "v2"

# A token is exchanged for a new one when so little of its life is left, in seconds.
_EARLY = 3600.0
# Reference 2.1: of a V2 token, in seconds.
_LIFETIME = 7 * 86400


class Account(NamedTuple):
    """What account.json holds.

    `expires_at` is a UTC epoch second, 0 for a token that does not end; `id` is 0 and the texts are
    "" while unknown; `plan` is free, pro or vip, as it was at
    Simkl's moment `settings_at`. After signing out only id, name and plan are left.
    """

    access_token: str = ""
    generation: str = ""
    refresh_token: str = ""
    expires_at: int = 0
    scope: str = ""
    id: int = 0
    name: str = ""
    plan: str = ""
    settings_at: str = ""

    @property
    def signed_in(self) -> bool:
        return bool(self.access_token)

    def ends_soon(self, now: float) -> bool:
        """Whether the token is to be exchanged before it is used; `now` in epoch seconds."""
        return bool(self.refresh_token) and 0 < self.expires_at < now + _EARLY

    def signed_out(self) -> Account:
        """The account without what opens it."""
        return Account(id=self.id, name=self.name, plan=self.plan)


NOBODY = Account()


class AccountFile:
    """account.json: written by a sign-in, and by the service when it exchanges tokens."""

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self) -> Account:
        """The account, NOBODY while there is none or none that can be read."""
        try:
            return _account(whole_file.load(self._path))
        except FileNotFoundError:
            return NOBODY
        except (OSError, ValueError, TypeError, RecursionError) as error:
            LOG.error("account.json cannot be read: %s", type(error).__name__)
            return NOBODY

    def saved_at(self) -> float:
        """When it was saved, in UTC epoch seconds; 0 while there is none."""
        try:
            return os.path.getmtime(self._path)
        except OSError:
            return 0.0

    def save(self, account: Account) -> None:
        """Replace the file as a whole; nobody else can read it. Raises OSError."""
        whole_file.replace(self._path, account._asdict())

    def renew(self, simkl: Simkl, account: Account) -> Account:
        """Exchange the token for a new one; only the service may, for the old one dies at once.

        Raises `SimklError` (`Refused`: sign in again) and OSError.
        """
        renewed = with_tokens(account, simkl.refresh(account.refresh_token))
        # Somebody may have signed in as another meanwhile.
        if self.load().refresh_token == account.refresh_token:
            self.save(renewed)
        LOG.info("the token was exchanged for a new one")
        return renewed


def _account(fields: Any) -> Account:
    """Of `{"access_token": "…", "id": 7, …}` whatever has the type that it should have."""
    if not isinstance(fields, dict):
        raise TypeError(type(fields).__name__)
    kinds = {name: type(value) for name, value in NOBODY._asdict().items()}
    known = {name: fields[name] for name, kind in kinds.items() if type(fields.get(name)) is kind}
    return Account(**known)


def with_tokens(account: Account, answer: dict[str, Any]) -> Account:
    """The account with the tokens of `{"access_token": …, "refresh_token": …, "expires_in": …}`."""
    token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not (isinstance(token, str) and token and isinstance(refresh_token, str)):
        raise Unreachable("not an answer of /oauth2/token")
    lifetime = span(answer.get("expires_in"), _LIFETIME)
    return account._replace(
        access_token=token,
        generation=V2,
        refresh_token=refresh_token,
        expires_at=int(time.time() + lifetime),
        scope=str(answer.get("scope") or ""),
    )
