# SPDX-License-Identifier: MIT
"""The delivery loop: one thread, one request in flight, until nothing waits any more."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Callable, NamedTuple

from .account import Account, AccountFile
from .answer import Broken, Refused, Rejected, SimklError
from .clock import SLACK, Start, moved
from .database import Unwritable
from .history import (
    ANIME_SPECIAL,
    PARKED,
    SENT,
    WAITING,
    WHICH_ONE,
    Entry,
    Outcome,
    Unclear,
    batch,
    body,
    nameless,
    numbered_special,
    outcomes,
)
from .log import LOG
from .media import Item, Order, Removal, Rewatch, Show, Watch, label
from .outbox import Outbox
from .pauses import Pauses, Trouble, WrongClock
from .rewatch import NOT_KEPT, NOT_TRACKED
from .simkl import Simkl
from .suspects import Suspects

if TYPE_CHECKING:
    from .rewatching import Rewatching

REMOVED, REFUSED, TROUBLE, PLAN = "removed", "refused", "trouble", "plan"

# Simkl allows one POST per second (reference "Speed limit"), also across a restart.
BETWEEN_POSTS = 1.1
_AFTER_A_BUG = 1800.0
_WHOLE = 1000
# What does not matter for a moment in the history, in seconds.
_CLOCK_OFF = 600


class Report(NamedTuple):
    """What the person may want to hear: items that were SENT, REMOVED or PARKED, or one of what
    `rewatching` tells.

    REFUSED comes without any, and TROUBLE after each attempt that failed; any other means that it
    is over. PLAN: the account's plan may have changed.
    """

    state: str
    items: list[Item | Show]
    trouble: Trouble | None = None


class Sender:
    """Sends what waits in the outbox; `run` is the thread, the rest may be called from any other.

    `connect` makes the API when there is something to send, `accounts` says as whom, `rewatching`
    sends rewatches, if the person wants any.
    """

    def __init__(
        self,
        outbox: Outbox,
        connect: Callable[[], Simkl],
        accounts: AccountFile,
        tell: Callable[[Report], None],
        rewatching: Callable[[], Rewatching | None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._connect = connect
        self._accounts = accounts
        self._tell = tell
        self._rewatching = rewatching
        self._monotonic = monotonic
        self._woken = threading.Event()
        self._stopped = self._check = False
        self._simkl: Simkl | None = None
        self._most = _WHOLE
        self._not_before = monotonic() + BETWEEN_POSTS
        self._pauses = Pauses(monotonic)
        self._suspects = Suspects()
        self._refused = self._renewed = ""
        self._believed: Start | None = None

    def run(self) -> None:
        """Deliver until `stop`."""
        while not self._stopped:
            try:
                wait = self.deliver()
            except Exception:  # A bug must cost a pause, not the thread and every watch after it.
                LOG.exception("delivery failed")
                wait = _AFTER_A_BUG
            self._woken.wait(wait)
            self._woken.clear()
        self._hang_up()

    def wake(self, at_once: bool = False) -> None:
        """Something new waits; `at_once`: try as if nothing had failed, whatever Simkl asked."""
        if at_once:
            self._pauses.forget()
        self._woken.set()

    def check_plan(self) -> None:
        """See what Simkl keeps for this account, when it can be reached and nothing waits."""
        self._check = True
        self.wake()

    def signed_in(self) -> None:
        """Somebody has signed in; Simkl may have handed out the very token that it refused."""
        self._refused = ""
        self.wake(at_once=True)

    def stop(self) -> None:
        """Let `run` end now, whatever it is waiting for."""
        self._stopped = True
        self._woken.set()
        # Read once: the thread may hang up meanwhile.
        simkl = self._simkl
        if simkl:
            simkl.cut()

    def deliver(self) -> float | None:
        """Send one batch if it is time to; the seconds to wait then, None: until woken."""
        account = self._accounts.load()
        try:
            due = self._suspects.others(self._outbox.due(account.id))
            entries = batch(due)[: self._most]
            if not (entries or self._check) or account.access_token in ("", self._refused):
                self._hang_up()
                return None
            early = max(self._not_before, self._pauses.held_until) - self._monotonic()
            if early > 0:
                return early
            self._send(account, entries)
        except Refused as error:
            self._give_up(account, error)
            return None
        except (SimklError, Unwritable, OSError, WrongClock) as error:
            return self._again(error)
        return BETWEEN_POSTS

    def _send(self, account: Account, entries: list[Entry]) -> None:
        simkl = self._simkl = self._simkl or self._connect()
        try:
            if not (self._stopped or self._prepared(simkl, account, entries)):
                self._attempt(simkl, account, entries)
        except Refused as error:
            if error.word != "invalid_token" or not account.refresh_token or self._renewed:
                raise
            self._renew(simkl, account)
        finally:
            self._not_before = self._monotonic() + BETWEEN_POSTS

    def _attempt(self, simkl: Simkl, account: Account, entries: list[Entry]) -> None:
        try:
            results = self._found(simkl, account, entries)
            if not results:
                results = self._sent(simkl, account, entries)
                self._suspects.sent()
            self._renewed = ""
            self._settle([result for result in results if result.state != WAITING or result.item])
            self._most = min(self._most * 2, _WHOLE)
        except (Rejected, Unclear) as error:
            self._halve(entries, str(error))
        except Broken as error:
            self._suspect(entries, error)

    def _prepared(self, simkl: Simkl, account: Account, entries: list[Entry]) -> bool:
        """Whether something else had to be done before anything is sent, in the next round."""
        self._check_clock(simkl, account)
        if self._outbox.set_right():
            return True
        if account.ends_soon(self._outbox.now()):
            self._renew(simkl, account)
            return True
        if self._check and not entries:
            self._check_plan(simkl, account)
            return True
        return False

    def _check_clock(self, simkl: Simkl, account: Account) -> None:
        """Send nothing while the clock is behind what it was before, unless Simkl's agrees.

        A device may start with a clock of long ago, and set it when it has found the network.
        """
        start, now = self._outbox.start(), self._outbox.now()
        if self._believed and not moved(self._believed, start):
            return
        if now < max(self._outbox.latest(), self._accounts.saved_at()) - SLACK:
            said = simkl.now(account.access_token)
            if said and abs(now - said) > _CLOCK_OFF:
                raise WrongClock(f"{now - said:+.0f} s")
        self._believed = start

    def _check_plan(self, simkl: Simkl, account: Account) -> None:
        if rewatching := self._rewatching():
            rewatching.checked(simkl, account)
        self._check = False
        self._tell(Report(PLAN, []))

    def _found(self, simkl: Simkl, account: Account, entries: list[Entry]) -> list[Outcome]:
        """What is not sent: what has no ids, till it has; a special of an anime by its number."""
        specials = filter(numbered_special, entries)
        guesses = [each for each in specials if self._outbox.is_anime(each.act.item)]
        if guesses or not nameless(entries[0]):
            return [Outcome(each, PARKED, ANIME_SPECIAL, told=WHICH_ONE) for each in guesses]
        from .finding import find  # noqa: PLC0415 -- seldom needed

        [entry] = entries
        return [find(simkl, account, self._outbox, entry) or Outcome(entry, WAITING)]

    def _sent(self, simkl: Simkl, account: Account, entries: list[Entry]) -> list[Outcome]:
        first = entries[0]
        if isinstance(first.act, (Rewatch, Order)):
            return [self._sent_rewatch(simkl, account, first)]
        watches = isinstance(first.act, Watch)
        send = simkl.add_to_history if watches else simkl.remove_from_history
        return outcomes(entries, send(account.access_token, body(entries, self._outbox.now())))

    def _sent_rewatch(self, simkl: Simkl, account: Account, entry: Entry) -> Outcome:
        """Where there are no rewatches, it is a watch as any other."""
        sending = self._rewatching()
        if sending:
            outcome = sending.send(simkl, account, entry)
            if outcome:
                return outcome
            self._tell(Report(PLAN, []))
        if isinstance(entry.act, Order):
            reason = NOT_KEPT if sending else NOT_TRACKED
            return Outcome(entry, PARKED, reason, told=reason)
        watch = entry._replace(act=Watch(*entry.act[:3]))
        [outcome] = self._sent(simkl, account, [watch])
        return outcome

    def _renew(self, simkl: Simkl, account: Account) -> None:
        """Another token for the next round; one that is refused, too, is not exchanged again."""
        self._renewed = self._accounts.renew(simkl, account).access_token

    def _settle(self, results: list[Outcome]) -> None:
        self._outbox.settle(results)
        self._pauses.over()
        told: dict[str, list[Item | Show]] = {}
        for result in results:
            told.setdefault(_told_as(result), []).append(result.entry.act.item)
        told.pop(WAITING, None)
        for state, items in told.items():
            LOG.info("%s: %d", state, len(items))
            LOG.debug("%s: %s", state, ", ".join(map(label, items)))
            self._tell(Report(state, items))

    def _halve(self, entries: list[Entry], reason: str) -> None:
        """Something in these entries is wrong: find the one, and put it aside."""
        self._most = len(entries) // 2 or _WHOLE
        if len(entries) == 1:
            LOG.warning("parked: %s", reason)
            self._settle([Outcome(entries[0], PARKED, reason)])

    def _suspect(self, entries: list[Entry], error: Broken) -> None:
        """The server failed: it may be down, or something in these entries is too much for it."""
        if self._suspects.failed(entries):
            self._most = len(entries) // 2 or _WHOLE
        if not self._suspects.found(entries):
            raise error
        LOG.warning("parked: %s", error)
        self._settle([Outcome(entries[0], PARKED, str(error))])

    def _give_up(self, account: Account, reason: Refused) -> None:
        """Nothing is sent with this token any more; the entries wait for another."""
        LOG.warning("Simkl refused the token: %s", reason)
        self._refused, self._renewed = account.access_token, ""
        self._hang_up()
        self._tell(Report(REFUSED, []))

    def _again(self, error: Exception) -> float:
        """How long to wait after trouble."""
        wait, trouble = self._pauses.after(error)
        # Also because what it was made with, the application's key, may be what is wrong.
        self._hang_up()
        self._tell(Report(TROUBLE, [], trouble))
        return wait

    def _hang_up(self) -> None:
        if self._simkl:
            self._simkl.close()
            self._simkl = None


def _told_as(result: Outcome) -> str:
    removed = result.state == SENT and isinstance(result.entry.act, Removal)
    return result.told or (REMOVED if removed else result.state)
