# SPDX-License-Identifier: MIT
"""What Kodi and our scripts tell the service, as it lies in its inbox until somebody is there."""

from __future__ import annotations

import time
from typing import NamedTuple


class Stamp(NamedTuple):
    """When something was heard of: monotonic seconds and UTC epoch seconds."""

    at: float
    utc: float

    @classmethod
    def now(cls) -> Stamp:
        return cls(time.monotonic(), time.time())


class Update(NamedTuple):
    """What Kodi announced of its library as JSON, and when: monotonic and UTC epoch seconds."""

    data: str
    at: float
    utc: float


class Wake(NamedTuple):
    """Something may be to send; `at_once` is as that of `Sender.wake`."""

    at_once: bool


class SignedIn(NamedTuple):
    """A script has signed somebody in."""


class Warn(NamedTuple):
    """Something of `Text` that the person has to know about the add-on itself."""

    text: int


class Stop(NamedTuple):
    """Kodi wants the service to end."""
