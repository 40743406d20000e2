# SPDX-License-Identifier: MIT
"""Sends what is about rewatches, one entry at a time, and never anything twice.

Only the person starts a rewatch: what is sent here is in the outbox because they said so.
"""

from __future__ import annotations

import time

from . import rewatch
from .account import Account, AccountFile
from .answer import Rejected
from .auth import identified
from .history import SENT, YEAR_2000, Entry, Outcome, outcomes, sent_as
from .log import LOG
from .media import Episode, Movie, Order, Rewatch, Show
from .outbox import Outbox
from .rewatch import (
    ACTIVE,
    CLOSED,
    COMPLETED,
    ENDED_ELSEWHERE,
    FINISHED,
    NO_REWATCH,
    NOT_REWATCHED,
    RESUMED,
    RESUMING,
    REWATCHED,
    STARTED,
    STOPPED,
    TOO_SOON,
    WHOLE,
    WILL_START,
    Row,
    Session,
)
from .simkl import Simkl

_ENDED = {CLOSED: ENDED_ELSEWHERE, COMPLETED: FINISHED}


class Rewatching:
    """What is sent goes through `send`; all of it raises `SimklError` and `Unwritable`."""

    def __init__(self, outbox: Outbox, accounts: AccountFile) -> None:
        self._outbox = outbox
        self._accounts = accounts

    def checked(self, simkl: Simkl, account: Account) -> tuple[Account, str]:
        """The account with its plan as it is now, and Simkl's newest moment.

        The plan is read anew only when the activities say that something about it changed.
        Raises OSError.
        """
        activities = simkl.activities(account.access_token)
        settings = activities.get("settings")
        changed = str((settings.get("all") if isinstance(settings, dict) else "") or "never")
        if changed != account.settings_at:
            account = identified(simkl, account)._replace(settings_at=changed)
            if self._accounts.load().access_token == account.access_token:
                self._accounts.save(account)
        return account, rewatch.since(activities.get("all"))

    def send(self, simkl: Simkl, account: Account, entry: Entry) -> Outcome | None:
        """Send one; None if Simkl keeps no rewatches for this account: then it is a plain watch.

        What was sent before without an answer is looked for first, and sent again only if it is
        nowhere. Raises OSError.
        """
        attempted = self._outbox.attempted(entry.id)
        account, newest = self.checked(simkl, account)
        if not rewatch.kept_by_simkl(account.plan):
            return None
        if attempted is None:
            entry = _not_later(entry, time.time())
            self._outbox.attempt(entry.id, newest, entry.act[1])
        work = _Sending(self._outbox, simkl, account, entry, attempted or newest)
        result = work.looked_for() if attempted is not None else None
        return result or work.sent()


def _not_later(entry: Entry, now: float) -> Entry:
    """By a clock that was ahead each attempt would have another moment: that of the sending."""
    act = entry.act
    if isinstance(act, Rewatch) and YEAR_2000 <= now < act.watched_at:
        return entry._replace(act=act._replace(watched_at=int(now)))
    return entry


class _Sending:
    """One entry on its way; `since` is Simkl's newest moment before it first went out."""

    def __init__(
        self, outbox: Outbox, simkl: Simkl, account: Account, entry: Entry, since: str
    ) -> None:
        self._outbox = outbox
        self._simkl = simkl
        self._account = account
        self._entry = entry
        self._since = since
        self._session = outbox.session(account.id, entry.act.item)

    def looked_for(self) -> Outcome | None:
        """What an earlier attempt has come to, by the sessions that Simkl has; None: nothing.

        First those that changed since. Whether Simkl tells of every change is not documented for
        sure (reference, question 7): then all of them.
        """
        arrived = self._arrived(self._since)
        if arrived or not self._since:
            return arrived
        try:
            return self._arrived("")
        except Rejected as error:
            # A library can be too big for one answer.
            LOG.warning("not all sessions can be read: %s", error)
            return None

    def _arrived(self, since: str) -> Outcome | None:
        """A removal, or another device, may have changed the sessions, too; our own moment is in
        one of them only if it arrived.
        """
        act = self._entry.act
        if isinstance(act, Order):
            row = self._ordered(act, since)
            return self._obeyed(act, row.rewatch_id, row.status, row.anime) if row else None
        row = self._holding(since)
        return self._recorded(row.rewatch_id, row.status, row.anime) if row else None

    def sent(self) -> Outcome:
        act = self._entry.act
        return self._order(act) if isinstance(act, Order) else self._rewatch()

    def _rewatch(self) -> Outcome:
        running = self._session if self._session and self._session.runs else None
        body = rewatch.watch_body(self._entry, running, time.time())
        answer = self._simkl.add_rewatch(self._account.access_token, body)
        [outcome] = outcomes([self._entry], answer)
        if outcome.state != SENT:
            return outcome
        said = rewatch.said(answer)
        if said.rewatch_id and said.stored:
            return self._recorded(said.rewatch_id, said.status, said.anime)
        if not said.stored and self._near():
            return outcome._replace(reason=NO_REWATCH, told=TOO_SOON)
        row = self._holding(self._since)
        if row:
            return self._recorded(row.rewatch_id, row.status, row.anime)
        if said.stored:
            # It was not in the history yet: the normal write comes first.
            return outcome
        return outcome._replace(reason=NO_REWATCH, told=NOT_REWATCHED)

    def _near(self) -> bool:
        act = self._entry.act
        return isinstance(act, Rewatch) and self._outbox.watched_near(
            act.item, act.watched_at, rewatch.GAP
        )

    def _recorded(self, rewatch_id: int, status: str, anime: bool) -> Outcome:
        """It is in a session, which is pinned for what comes after it."""
        told, item = REWATCHED, self._entry.act.item
        if isinstance(item, Episode):
            told = _ENDED.get(status, REWATCHED)
            # Each cour of an anime has sessions of its own.
            season = item.season if anime else WHOLE
            moment = sent_as(self._entry.act[1], time.time())
            seen = (item.season, item.number, moment)
            session = Session(item.show, season, rewatch_id, status or ACTIVE, seen)
            self._outbox.pin(self._account.id, session)
        return Outcome(self._entry, SENT, told=told)

    def _order(self, order: Order) -> Outcome:
        simkl_id = 0
        if order.status == CLOSED and not order.rewatch_id:
            # It waited for its first episode: Simkl has never heard of it.
            return self._without(order)
        if not order.seen:
            simkl_id = self._completed(order.item)
            if not simkl_id:
                return self._without(order)
        body = rewatch.order_body(order, simkl_id)
        answer = self._simkl.add_rewatch(self._account.access_token, body)
        [outcome] = outcomes([self._entry], answer)
        if outcome.state != SENT:
            return outcome
        said = rewatch.said(answer)
        if said.rewatch_id:
            status = said.status or order.status
            return self._obeyed(order, said.rewatch_id, status, said.anime)
        row = self._ordered(order, self._since)
        if row:
            return self._obeyed(order, row.rewatch_id, row.status, row.anime)
        return outcome._replace(reason=NO_REWATCH, told=NOT_REWATCHED)

    def _completed(self, show: Show) -> int:
        """The Simkl id of a show of which every aired episode is watched, else 0."""
        found = self._simkl.all_items(
            self._account.access_token, "shows/completed", extended="ids_only"
        )
        return rewatch.completed(found, show)

    def _without(self, order: Order) -> Outcome:
        """Nothing can be sent that would not mark the unseen episodes: it is remembered here.

        A session begins, or is taken up, with the first episode that goes into it.
        """
        told, status = STOPPED, order.status
        if order.status == ACTIVE:
            told, status = (RESUMED, RESUMING) if order.rewatch_id else (WILL_START, ACTIVE)
        self._begin(Session(order.item, WHOLE, order.rewatch_id, status, order.seen))
        return Outcome(self._entry, SENT, told=told)

    def _obeyed(self, order: Order, rewatch_id: int, status: str, anime: bool) -> Outcome:
        told = STOPPED
        if order.status == ACTIVE:
            meant = RESUMED if order.rewatch_id else STARTED
            told = _ENDED.get(status, meant)
        season = order.seen[0] if anime and order.seen else WHOLE
        self._begin(Session(order.item, season, rewatch_id, status, order.seen))
        return Outcome(self._entry, SENT, told=told)

    def _begin(self, session: Session) -> None:
        self._outbox.pin(self._account.id, session, begins=session.season == WHOLE)

    def _holding(self, since: str) -> Row | None:
        act = self._entry.act
        if not isinstance(act, Rewatch):
            return None
        return rewatch.holding(self._sessions(since), act, time.time())

    def _ordered(self, order: Order, since: str) -> Row | None:
        """The session that is as it was ordered to be; one that was to begin is still empty."""
        for row in self._sessions(since):
            begun = not (order.rewatch_id or row.watches)
            meant = begun or order.rewatch_id == row.rewatch_id
            closed = order.status == CLOSED and row.status in (CLOSED, COMPLETED)
            if meant and (closed or row.status == order.status):
                return row
        return None

    def _sessions(self, since: str) -> list[Row]:
        """The sessions of the title that changed since a moment, all of them with ""."""
        item = self._entry.act.item
        title = item.show if isinstance(item, Episode) else item
        kind = "movies" if isinstance(item, Movie) else "shows"
        token, rows = self._account.access_token, []
        for each in (kind, "anime"):
            delta = {"date_from": since} if since else {}
            found = self._simkl.all_items(token, each, **delta, **rewatch.reading(each))
            rows += rewatch.rows(found, title)
        return rows
