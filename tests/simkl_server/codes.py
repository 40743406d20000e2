# SPDX-License-Identifier: MIT
"""The codes shown on televisions, and the page simkl.com/pin where a person enters them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .clock import Clock, format_utc
from .grants import FULL_SCOPE, Grant, granted, scope_text
from .switches import Switches

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTUVWXYZ"  # rule 29: neither I nor L nor O
PAGE = "https://simkl.com/pin"
NO_DEVICE_CODE = "DEVICE_CODE"  # rule 51: of every V1 code, literally


def entered(text: str) -> str:
    """What Simkl reads in a code as a person entered it: rule 36."""
    return "".join(text.split()).upper().translate(str.maketrans("ILO", "110", "-"))


@dataclass
class Code:
    """One code; `user` stays None until somebody has allowed it."""

    user_code: str
    device_code: str
    client_id: str
    scopes: frozenset[str]
    expires_at: datetime
    redirect: str | None = None
    user: str | None = None
    declined: bool = False
    used: bool = False
    grant: Grant | None = None
    polled_at: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The code for the control answers."""
        return {
            "user_code": self.user_code, "device_code": self.device_code,
            "client_id": self.client_id, "scope": scope_text(self.scopes),
            "expires_at": format_utc(self.expires_at), "redirect": self.redirect,
            "user": self.user, "declined": self.declined, "used": self.used,
        }  # fmt: skip


class Codes:
    """Every code of both generations; the callers hold the state's lock."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self.issued: list[Code] = []

    def clear(self) -> None:
        """No code was ever asked for."""
        self.issued.clear()

    def issue_device(self, client_id: str, asked: str) -> Code:
        """A V2 code: rule 29."""
        text = _characters(8)
        device_code = secrets.token_hex(20)
        return self._issue(f"{text[:4]}-{text[4:]}", device_code, client_id, asked)

    def issue_pin(self, client_id: str, redirect: str | None = None) -> Code:
        """A V1 code, for everything: V1 knows no scopes."""
        pin = _characters(self._switches.pin_length)
        code = self._issue(pin, NO_DEVICE_CODE, client_id, FULL_SCOPE)
        code.redirect = redirect
        return code

    def _issue(self, user_code: str, device_code: str, client_id: str, asked: str) -> Code:
        until = self._clock.now() + timedelta(seconds=self._switches.code_seconds)
        self.issued.append(Code(user_code, device_code, client_id, granted(asked), until))
        return self.issued[-1]

    def by_device_code(self, device_code: str, client_id: str) -> Code | None:
        """The V2 code an app polls for, used and expired ones too."""
        wanted = (device_code, client_id)
        return next((c for c in self.issued if (c.device_code, c.client_id) == wanted), None)

    def by_pin(self, user_code: str, client_id: str) -> Code | None:
        """The V1 code an app polls for, used and expired ones too."""
        wanted = (user_code, client_id)
        return next((c for c in self.issued if (c.user_code, c.client_id) == wanted), None)

    def expired(self, code: Code) -> bool:
        """Rules 35 and 56: by the settable wall time."""
        return self._clock.now() >= code.expires_at

    def too_soon(self, code: Code) -> bool:
        """Rules 33 and 54: by the monotonic time; the attempt itself starts the interval again."""
        now, last = self._clock.monotonic(), code.polled_at
        code.polled_at = now
        return last is not None and now - last < self._switches.poll_interval

    def pending(self) -> list[Code]:
        """The codes that can still be allowed, newest last; a "no" leaves no trace: rule 34."""
        return [one for one in self.issued if one.user is None and not self.expired(one)]

    def entered(self, text: str) -> Code:
        """The code a person has entered at simkl.com/pin: rule 36."""
        for code in self.pending():
            if entered(code.user_code) == entered(text):
                return code
        raise ValueError(f"no code {text} waits for anybody")

    def approve(self, text: str, user: str, scope: str | None = None) -> None:
        """The user allows the app, by another scope than the app asked for if one is given."""
        code = self.entered(text)
        if scope is not None and code.device_code == NO_DEVICE_CODE:
            raise ValueError("V1 knows no scopes")
        if scope is not None:
            code.scopes = granted(scope)
        code.user = user

    def decline(self, text: str) -> None:
        """The user says no."""
        self.entered(text).declined = True


def _characters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))
