# SPDX-License-Identifier: MIT
"""How a person signs in, without pixels.

Simkl has two generations of sign-in; the client_id belongs to one of them for ever. V2 is the
device flow of RFC 8628, V1 the older PIN flow (reference 2.1).
"""

from __future__ import annotations

import time
from typing import Any, Callable, NamedTuple

from .account import NOBODY, V1, V2, Account, with_tokens
from .answer import Busy, Refused, Rejected, Unreachable, span, whole
from .log import LOG
from .simkl import SCOPE, Simkl

# Reference 2.2: the usual interval, and what slow_down adds to it, in seconds.
_INTERVAL = _SLOWER = 5.0
_LIFE, _LONGEST_LIFE = 900.0, 3600.0


class Code(NamedTuple):
    """What the person is shown: enter `user_code` at `address`, or open `link`, which has it."""

    user_code: str
    address: str
    link: str


class CodeExpired(Exception):
    """The code is dead: only a new one can be entered."""


class ReadOnly(Exception):
    """The person allowed reading only; without writing nothing can be added to a history."""


class SignIn:
    """One code, from its asking to the account of whoever enters it.

    `begin`, then `poll` whenever `poll_at` (monotonic) has come, until it returns the account.
    """

    def __init__(self, simkl: Simkl, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._simkl = simkl
        self._monotonic = monotonic
        self._generation = V2
        self._device_code = self._user_code = ""
        self._interval = _INTERVAL
        self._account = NOBODY
        self.poll_at = self.ends_at = 0.0

    def begin(self) -> Code:
        """Ask for a code. Raises `SimklError`; `Refused` when Simkl does not know the client_id."""
        try:
            answer = self._simkl.device_code()
        except Refused as error:
            if error.word != "invalid_client":
                raise
            self._generation = V1
            answer = self._pin()
        self._user_code = _text(answer, "user_code")
        self._device_code = _text(answer, "device_code")
        self._interval = span(answer.get("interval"), _INTERVAL)
        life = min(span(answer.get("expires_in"), _LIFE), _LONGEST_LIFE)
        self.ends_at = self._monotonic() + life
        self._wait()
        address = str(answer.get("verification_uri") or answer.get("verification_url") or "")
        link = answer.get("verification_uri_complete") or f"{address}/{self._user_code}"
        return Code(self._user_code, address, str(link))

    def _pin(self) -> dict[str, Any]:
        try:
            return self._simkl.pin()
        except Busy as error:
            if error.word == "client_id_failed":
                raise Refused(error.word, error.word) from None
            raise

    def poll(self) -> Account | None:
        """The account, None while nobody has entered the code.

        Raises `CodeExpired` and `ReadOnly`; `Refused` when the client_id is at fault. What Simkl
        can't answer now is asked again with the next poll.
        """
        try:
            if not self._account.signed_in:
                self._account = self._poll_v2() if self._generation == V2 else self._poll_v1()
            if self._account.signed_in:
                return identified(self._simkl, self._account)
        except (Unreachable, Busy) as error:
            LOG.debug("signing in: %s", error)
        self._wait()
        if self._monotonic() >= self.ends_at:
            raise CodeExpired
        return None

    def _wait(self) -> None:
        self.poll_at = self._monotonic() + self._interval

    def _poll_v2(self) -> Account:
        try:
            account = with_tokens(NOBODY, self._simkl.device_token(self._device_code))
        except Rejected as error:
            if error.word == "slow_down":
                self._interval += _SLOWER
            elif error.word != "authorization_pending":
                raise CodeExpired from None
            return NOBODY
        # Simkl grants less without a word when it is not asked rightly, or not allowed more.
        if not set(SCOPE.split()) <= set(account.scope.split()):
            raise ReadOnly
        return account

    def _poll_v1(self) -> Account:
        answer = self._simkl.pin_token(self._user_code)
        token = answer.get("access_token")
        if answer.get("result") == "OK" and isinstance(token, str) and token:
            return Account(token, V1)
        if "device_code" in answer:
            raise CodeExpired
        return NOBODY


def identified(simkl: Simkl, account: Account) -> Account:
    """The account with id, name and plan. Raises `SimklError`."""
    settings = simkl.user_settings(account.access_token)
    user, profile = settings.get("user"), settings.get("account")
    if not (isinstance(user, dict) and isinstance(profile, dict)):
        raise Unreachable("not an answer of /users/settings")
    number, plan = whole(profile.get("id")), str(profile.get("type") or "free")
    return account._replace(id=number, name=str(user.get("name") or ""), plan=plan)


def _text(answer: dict[str, Any], key: str) -> str:
    value = answer.get(key)
    if not (isinstance(value, str) and value):
        raise Unreachable(f"no {key} in the answer")
    return value
