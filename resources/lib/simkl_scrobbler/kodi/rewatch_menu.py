# SPDX-License-Identifier: MIT
"""Rewatches by the person's hand: to record, begin, end and take up one, and to see them."""

from __future__ import annotations

import time
from functools import partial
from typing import Sequence

import xbmcgui

from .. import rewatch
from ..account import Account
from ..choice import title_of
from ..database import Unwritable
from ..log import LOG
from ..media import Episode, Movie, Order, Rewatch, Seen, Show, Title, label
from ..outbox import Outbox
from ..rewatch import ACTIVE, CLOSED, COMPLETED, WHOLE, Row, Session
from ..simkl import Simkl
from . import library, menu, moment
from .asking import Asking
from .library import TVSHOW, Listed
from .marking import Marking, When, Wrong, ask_when, named, when_of
from .menu import Option
from .texts import Text
from .ui import plain, text

_STATUS = {
    ACTIVE: Text.STATUS_ACTIVE,
    CLOSED: Text.STATUS_CLOSED,
    COMPLETED: Text.STATUS_COMPLETED,
}


class RewatchMenu:
    """What is chosen is kept by `marking`; `account` is whom we are signed in as."""

    def __init__(self, outbox: Outbox, account: Account, asking: Asking, marking: Marking) -> None:
        self._outbox = outbox
        self._account = account
        self._asking = asking
        self._marking = marking

    def by_menu(self, focused: xbmcgui.ListItem) -> None:
        """Ask what is meant for the item on which the context menu was opened."""
        rows = library.shown(focused)
        if not rows:
            menu.say(text(Text.NOTHING_TO_MARK))
            return
        item = rows[0].item
        show = focused.getVideoInfoTag().getMediaType() == TVSHOW and isinstance(item, Episode)
        title = item.show if show and isinstance(item, Episode) else item
        try:
            lines = self._of_show(title) if isinstance(title, Show) else self._of_item(rows)
        except Unwritable:
            menu.say(text(Text.OUTBOX_LOCKED))
            return
        sessions = partial(self._see, title_of(title))
        lines.append(Option(text(Text.SEE_SESSIONS), text(Text.SEE_SESSIONS_HELP), sessions))
        chosen = menu.ask(plain(label(title)), lines)
        if chosen >= 0:
            lines[chosen].act()

    def by_script(self, asked: dict[str, str]) -> None:
        """Do `{"dbtype": "movie", "dbid": "12", "when": "now"}`; what is wrong is logged.

        A film or an episode is recorded, of a show a session begins.
        """
        try:
            if not rewatch.kept_by_simkl(self._account.plan):
                raise Wrong("Simkl keeps rewatches for PRO and VIP accounts only")
            rows = named(asked)
            when = when_of(asked.get("when", "now"), time.time())
        except Wrong as error:
            LOG.error("rewatch: %s", error)
            return
        item = rows[0].item
        if asked["dbtype"] == TVSHOW and isinstance(item, Episode):
            self._start(item.show)
        else:
            self._marking.keep(_rewatches(rows, when))

    def _of_item(self, rows: Sequence[Listed]) -> list[Option]:
        record = partial(self._record, rows)
        return [Option(text(Text.RECORD_REWATCH), text(Text.RECORD_REWATCH_HELP), record)]

    def _record(self, rows: Sequence[Listed]) -> None:
        when = ask_when(rows)
        if when:
            self._marking.keep(_rewatches(rows, when))

    def _of_show(self, show: Show) -> list[Option]:
        if self._running(show):
            stop = partial(self._stop, show)
            first = Option(text(Text.STOP_REWATCH), text(Text.STOP_REWATCH_HELP), stop)
        else:
            start = partial(self._start, show)
            first = Option(text(Text.START_REWATCH), text(Text.START_REWATCH_HELP), start)
        resume = partial(self._resume, show)
        return [first, Option(text(Text.RESUME_REWATCH), text(Text.RESUME_REWATCH_HELP), resume)]

    def _running(self, show: Show) -> list[Session]:
        return [each for each in self._outbox.sessions(self._account.id, show) if each.runs]

    def _start(self, show: Show) -> None:
        """What runs already ends, or else the next episode would go on with it."""
        self._marking.keep([*self._ends(show), _order(show, ACTIVE)])

    def _stop(self, show: Show) -> None:
        self._marking.keep(self._ends(show))

    def _ends(self, show: Show) -> list[Order]:
        return [_order(show, CLOSED, each.rewatch_id, each.seen) for each in self._running(show)]

    def _resume(self, show: Show) -> None:
        """One of those that are not completed."""
        found = self._read(show)
        if found is None:
            return
        rows = [row for row in found if row.status != COMPLETED and (_seen(row) or not row.anime)]
        if not rows:
            menu.say(text(Text.NOTHING_TO_RESUME))
            return
        chosen = menu.ask(plain(label(show)), [_line(row) for row in rows])
        if chosen >= 0:
            row = rows[chosen]
            self._marking.keep([_order(show, ACTIVE, row.rewatch_id, _seen(row))])

    def _see(self, title: Title) -> None:
        rows = self._read(title)
        if rows is None:
            return
        if not rows:
            menu.say(text(Text.NO_SESSIONS))
        else:
            menu.ask(plain(label(title)), [_line(row) for row in rows])

    def _read(self, title: Title) -> list[Row] | None:
        """All sessions of a title, newest first; None when the person left."""
        ids = title.ids._replace(simkl=self._outbox.chosen(title))
        asked = partial(_sessions, self._account, title._replace(ids=ids))
        rows = self._asking.ask(text(Text.SEARCHING, title=title.title), asked)
        return rows and sorted(rows, key=lambda row: row.last_watched_at, reverse=True)


def _sessions(account: Account, title: Title, simkl: Simkl) -> list[Row]:
    """As Simkl has them now. The look at the activities is what it wants to see first."""
    simkl.activities(account.access_token)
    rows: list[Row] = []
    for kind in ("movies" if isinstance(title, Movie) else "shows", "anime"):
        rows += rewatch.rows(
            simkl.all_items(account.access_token, kind, **rewatch.reading(kind)), title
        )
        if rows:
            break
    return rows


def _line(row: Row) -> Option:
    """A session: when it was watched last, how far it is, and its status in Simkl's words."""
    begun = min((at for _, _, at in row.watches), default=row.last_watched_at)
    started = moment.shown(moment.of_iso(begun)) if moment.of_iso(begun) else ""
    status = text(_STATUS[row.status]) if row.status in _STATUS else row.status
    name = text(Text.SESSION_SINCE, started=started) if started else text(Text.SESSION_EMPTY)
    done = text(Text.SESSION_DONE, seen=len(row.watches), total=row.total, status=status)
    return Option(name, done if row.total else status, menu.nothing)


def _rewatches(rows: Sequence[Listed], when: When) -> list[Rewatch]:
    """What Kodi played by a clock that was ahead, or is not out yet as far as it knows: now."""
    now = int(time.time())
    return [Rewatch(row.item, min(when(row), now), "menu") for row in rows]


def _order(show: Show, status: str, rewatch_id: int = 0, seen: Seen = ()) -> Order:
    return Order(show, int(time.time()), "menu", status, rewatch_id, seen)


def _seen(row: Row) -> Seen:
    """The episode that was seen last of those of which Simkl says all that an order needs.

    Without one, of anime nobody could tell to which season the session belongs.
    """
    known = [watch for watch in row.watches if watch[0] != WHOLE and watch[2]]
    return max(known, key=lambda watch: watch[2], default=())
