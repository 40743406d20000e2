"""Speed limits and daily quota: rules 8 to 19."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from datetime import date
from typing import NoReturn

from .accounts import ALLOWANCE
from .clock import Clock
from .errors import refuse
from .identity import Caller
from .switches import Switches

GETS_PER_SECOND = 10


class Limits:
    """Counts the requests of every caller; the callers hold the state's lock."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self.reset()

    def reset(self) -> None:
        """Nobody has asked anything yet."""
        self._gets: dict[str, deque[float]] = defaultdict(deque)
        self._last_post: dict[str, float] = {}
        self._blocked_until: dict[str, float] = {}
        self._spent: Counter[tuple[str, date]] = Counter()

    def spend(self, key: str, requests: int) -> None:
        """Count requests of today under "user <name>" or "app <client_id>"."""
        self._spent[(key, self._clock.day())] += requests

    def spent(self, key: str) -> int:
        """How many requests of today are counted."""
        return self._spent[(key, self._clock.day())]

    def admit(self, caller: Caller, method: str) -> dict[str, str]:
        """Count a request; the rate headers of its answer, or Simkl's refusal."""
        token, account = caller.token, caller.account
        if token is None or account is None:
            return {}  # rule 11
        fresh = not token.used
        # Rules 17 and 18: V2 counts per account whatever the app, V1 per app whoever the user.
        if token.generation == "v2":
            user = f"user {account.name}"
            self._check_speed(user, token.text, method)
            headers = self._count(user, ALLOWANCE[account.plan], "user_limit_exceeded")
        else:
            self._check_speed(token.text, token.text, method)
            app, allowance = f"app {caller.app.client_id}", self._switches.app_daily_limit
            self._count(app, allowance, "app_limit_exceeded")
            headers = {}
        token.used = True
        return {} if fresh else headers  # rule 16

    def _count(self, key: str, allowance: int, word: str) -> dict[str, str]:
        limit = {"X-RateLimit-Limit": str(allowance)}
        if self.spent(key) >= allowance:  # rule 12
            exhausted = {**limit, "X-RateLimit-Remaining": "0"}
            self.refuse_daily(word, exhausted if word.startswith("user") else {})
        self.spend(key, 1)
        return {**limit, "X-RateLimit-Remaining": str(allowance - self.spent(key))}  # rule 13

    def refuse_daily(self, word: str, headers: dict[str, str] | None = None) -> NoReturn:
        """Rules 12, 17 and 19: Retry-After counts the seconds to midnight in New York."""
        headers = {**(headers or {}), "Retry-After": str(self._clock.seconds_to_reset())}
        refuse(word, "The daily limit is used up", headers=headers)

    def _refuse_speed(self) -> NoReturn:
        # The Retry-After of the daily reset stands here as well, misleading as it is.
        refuse("rate_limit", headers={"Retry-After": str(self._clock.seconds_to_reset())})

    def _check_speed(self, key: str, token: str, method: str) -> None:
        now = self._clock.monotonic()
        blocked = now < self._blocked_until.get(token, now)
        overage = method != "GET" and self._post_too_soon(key, now)
        if overage and self._switches.post_overage == "429":
            self._refuse_speed()
        if overage:  # rule 10: each overage extends the block
            self._blocked_until[token] = now + self._switches.post_block_seconds
        if overage or blocked:
            refuse("client_id_failed", "Too many requests, blocked for a while")
        if method == "GET":
            self._count_get(self._gets[key], now)

    def _post_too_soon(self, key: str, now: float) -> bool:
        last, self._last_post[key] = self._last_post.get(key), now
        return last is not None and now - last < self._switches.post_window

    def _count_get(self, recent: deque[float], now: float) -> None:
        while recent and now - recent[0] >= 1.0:  # rule 9
            recent.popleft()
        if len(recent) >= GETS_PER_SECOND:  # rule 8
            self._refuse_speed()
        recent.append(now)
