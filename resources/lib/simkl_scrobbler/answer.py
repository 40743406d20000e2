# SPDX-License-Identifier: MIT
"""What Simkl answered: JSON, or one of the errors.

SimklError
├── Unreachable     no answer, or not Simkl's: DNS, TLS, socket, time-out, captive portal
├── Busy            Simkl asks to wait: rate limit, daily quota, write lock, block
│   └── Broken      the server failed: it is down, or could not do this very request
├── Refused         the token is dead, missing, or not allowed to write
└── Rejected        any other refusal: something in this very request is wrong
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

# A daily quota ends with the day in New York; on the longest day of the year that is 25 hours.
_LONGEST_RETRY_AFTER = 26 * 3600
# Reference Q23: how long a block lasts is not documented.
_BLOCK_WAITS = (60.0, 300.0, 1800.0)
_MOST_DIGITS = 20
_DAILY = frozenset(("user_limit_exceeded", "app_limit_exceeded"))
_SCOPES = frozenset(("insufficient_scope", "oauth2_token_required"))
# Refusals of a body that a web server in front of Simkl may utter without JSON.
_ABOUT_THE_BODY = frozenset((400, 413, 414, 422))
# What SQLite takes; no id and no number of an episode is anywhere near. And a century, in seconds.
_LARGEST, _LONGEST = 2**63 - 1, 4e9


class SimklError(Exception):
    """Simkl did not do what was asked; the text says why, without any secret.

    `word` is Simkl's own for it, in lower case, "" where it gave none.
    """

    def __init__(self, reason: str, word: str = "") -> None:
        super().__init__(reason)
        self.word = word


class Unreachable(SimklError):
    """No answer came, or one that is not Simkl's."""


class Busy(SimklError):
    """Simkl asks to wait.

    `waits` are the seconds before the first, second, … repetition; after them the asker's own
    back-off decides, or the last of them again if it `holds`.
    """

    def __init__(
        self, reason: str, word: str = "", waits: tuple[float, ...] = (), holds: bool = False
    ) -> None:
        super().__init__(reason, word)
        self.waits = waits
        self.holds = holds


class Broken(Busy):
    """The server failed. Whether it would on anything else, too, it does not say."""


class Refused(SimklError):
    """The token is dead, missing, or not allowed to write."""


class Rejected(SimklError):
    """Something in this very request is wrong; the same again would be refused again."""


class Answer(NamedTuple):
    """What came back over the line; `retry_after` and `date` are headers, "" without them."""

    status: int
    content: bytes
    retry_after: str = ""
    date: str = ""


def read(answer: Answer) -> dict[str, Any]:
    """The object that a success says. Raises `SimklError`."""
    decoded = content(answer)
    if not isinstance(decoded, dict):
        raise _error(answer, "")
    return decoded


def content(answer: Answer) -> Any:
    """Whatever JSON a success says. Raises `SimklError` for anything else."""
    try:
        decoded = json.loads(answer.content, parse_int=_int)
    except (ValueError, RecursionError):
        raise _error(answer, "") from None
    if answer.status // 100 != 2:
        word = decoded.get("error") if isinstance(decoded, dict) else ""
        raise _error(answer, str(word or "").lower())
    return decoded


def whole(value: Any, default: int = 0) -> int:
    """A number that is no less than 0 and that can be stored; the default for anything else."""
    # JSON's true is an int for Python, too.
    return value if type(value) is int and 0 <= value <= _LARGEST else default


def span(value: Any, default: float) -> float:
    """A number of seconds; the default for one that makes no sense, as Infinity."""
    sound = isinstance(value, (int, float)) and 0 < value <= _LONGEST
    return float(value) if sound else default


def _int(digits: str) -> int:
    """Old Pythons reckon for hours with a number that is megabytes long. Raises ValueError."""
    if len(digits) > _MOST_DIGITS:
        raise ValueError("not a number of anything")
    return int(digits)


def moment(answer: Answer) -> float:
    """When the server answered, by its own clock, in UTC epoch seconds; 0 if it does not say."""
    from email.utils import mktime_tz, parsedate_tz  # noqa: PLC0415 -- seldom needed

    parsed = parsedate_tz(answer.date)
    try:
        return float(mktime_tz(parsed)) if parsed else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _error(answer: Answer, word: str) -> SimklError:
    """What a refusal means (reference 1.4 to 1.8); `word` is its `error`, in lower case."""
    status, reason = answer.status, f"{answer.status} {word}".strip()
    if status >= 500 or status == 429:
        return _limit(answer, word, reason)
    if status == 400 and word == "rate_limit":
        return Busy(reason, word, (3.0,))
    if word and status == 412:
        return Busy(reason, word, _BLOCK_WAITS, holds=True)
    if word and (status == 401 or word in _SCOPES):
        return Refused(word, word)
    if status // 100 == 4 and (word or status in _ABOUT_THE_BODY):
        return Rejected(reason, word)
    return Unreachable(f"{reason}, not Simkl's")


def _limit(answer: Answer, word: str, reason: str) -> Busy:
    after = _seconds(answer.retry_after)
    if word in _DAILY:
        return Busy(reason, word, (after or 3600.0,), holds=True)
    if answer.status == 429:
        # Retry-After of the per-second limit carries the daily reset: not to be believed.
        return Busy(reason, word, (1.1,))
    return Broken(reason, word, (after,) if after else ())


def _seconds(retry_after: str) -> float:
    """Seconds from now, 0 for anything else that such a header may hold."""
    number = retry_after.strip()
    if not (number.isascii() and number.isdigit()):
        return 0.0
    return float(min(int(number[:9]), _LONGEST_RETRY_AFTER))
