# SPDX-License-Identifier: MIT
"""The status: who is signed in, what was sent, what waits and why, and what needs attention."""

from __future__ import annotations

from functools import partial
from typing import Callable

from ..account import Account
from ..database import Unwritable
from ..history import ANIME, ANIME_SPECIAL, PARKED, SENT, WAITING, WHICH_ONE, YEAR_2000
from ..ledger import Stored
from ..media import Episode, Item, Movie, Order, Removal, Rewatch, Show, label
from ..outbox import Outbox
from ..pauses import CLOCK, DISK, LIMIT, OFFLINE
from ..rewatch import ACTIVE, NO_REWATCH, NOT_KEPT, NOT_TRACKED
from ..sender import REFUSED
from . import menu, moment, trouble, ui
from .menu import HEADING, Option
from .texts import Text
from .ui import text

_PAGE = 100
_SHORT = ("ova", "ona")
# What a line holds in Estouchy; it cuts off what is longer, and the number of an episode with it.
_WIDTH = 38
_NUMBERS = {WAITING: Text.WAITING, PARKED: Text.ATTENTION, SENT: Text.SENT_LATELY}
_ICONS = {
    WAITING: "DefaultInProgressShows.png",
    PARKED: "DefaultIconWarning.png",
    SENT: "DefaultRecentlyAddedEpisodes.png",
}
_WHY = {
    OFFLINE: Text.OFFLINE,
    LIMIT: Text.LIMITED,
    REFUSED: Text.SIGN_IN_REFUSED,
    DISK: Text.DISK,
    CLOCK: Text.WRONG_CLOCK,
}
_REASONS = {
    "unknown movie": Text.UNKNOWN_MOVIE,
    "unknown show": Text.UNKNOWN_SHOW,
    "unknown episode": Text.UNKNOWN_EPISODE,
    "unreadable": Text.UNREADABLE,
    WHICH_ONE: Text.WHICH_ONE,
    ANIME_SPECIAL: Text.ANIME_SPECIAL,
    NOT_KEPT: Text.NOT_FOR_THIS_PLAN,
    NOT_TRACKED: Text.NOT_TRACKED,
}


class Status:
    """Menus over the outbox.

    `find` asks the person for a Simkl id, 0 for none; `tell` sends the service a message;
    `diagnose` shows the diagnosis, `sign_in` lets the person sign in; `private` are the lines about
    private mode.
    """

    def __init__(
        self,
        outbox: Outbox,
        account: Callable[[], Account],
        find: Callable[[Item | Show], int],
        tell: Callable[[str], None],
        diagnose: Callable[[], None],
        sign_in: Callable[[], None],
        private: Callable[[], list[Option]],
    ) -> None:
        self._outbox = outbox
        self._account = account
        self._find = find
        self._tell = tell
        self._diagnose = diagnose
        self._sign_in = sign_in
        self._private = private

    def show(self) -> None:
        """Until the person goes back."""
        try:
            menu.show(lambda: HEADING, self._lines)
        except Unwritable:
            menu.say(text(Text.OUTBOX_LOCKED))

    def _lines(self) -> list[Option]:
        counts, account = self._outbox.counts(), self._account()
        send_now, diagnose = partial(self._tell, "send_now"), self._diagnose
        return [
            *self._private(),
            _account_line(account, self._sign_in),
            self._opens(WAITING, counts, _why(counts[WAITING], account)),
            self._opens(PARKED, counts, text(Text.ATTENTION_HELP)),
            self._opens(SENT, counts, text(Text.SENT_HELP)),
            Option(text(Text.SEND_NOW), text(Text.SEND_NOW_HELP), send_now, "DefaultNetwork.png"),
            Option(
                text(Text.DIAGNOSIS), text(Text.DIAGNOSIS_HELP), diagnose, "DefaultIconInfo.png"
            ),
        ]

    def _opens(self, state: str, counts: dict[str, int], detail: str) -> Option:
        """The line with the number of entries of a state, which leads to them."""
        line = {WAITING: _waiting_line, PARKED: self._parked_line, SENT: _sent_line}[state]
        pages = _Pages(self._outbox, state, line)
        show = partial(menu.show, pages.heading, pages.lines)
        return Option(_counted(state, counts), detail, show, _ICONS[state])

    def _parked_line(self, stored: Stored) -> Option:
        reason = _REASONS.get(stored.reason, Text.REJECTED)
        detail = f"{text(reason, reason=stored.reason)} {_done(stored)}"
        return Option(_short(stored), detail, partial(self._act, stored), _icon(stored))

    def _act(self, stored: Stored) -> None:
        """What a person can do about a parked entry."""
        item = stored.entry.act.item
        lost = Text.FORGET_REMOVAL_HELP if _is_removal(stored) else Text.FORGET_HELP
        retry, again = partial(self._retry, stored), (Text.TRY_AGAIN, Text.TRY_AGAIN_HELP)
        search = [Option(text(Text.SEARCH), text(Text.SEARCH_HELP), partial(self._search, item))]
        if stored.reason == ANIME_SPECIAL:
            # The title is known, and another one would be taken for all of its episodes.
            again, search = (Text.SEND_BY_NUMBER, Text.SEND_BY_NUMBER_HELP), []
        lines = [
            Option(text(again[0]), text(again[1]), retry),
            *search,
            Option(text(Text.FORGET), text(lost), partial(self._forget, stored)),
        ]
        chosen = menu.ask(_short(stored), lines)
        if chosen >= 0:
            lines[chosen].act()

    def _retry(self, stored: Stored) -> None:
        self._outbox.retry(stored.entry.id)
        self._tell("changed")

    def _search(self, item: Item | Show) -> None:
        simkl = self._find(item)
        if simkl:
            self._outbox.choose(item, simkl)
            self._tell("changed")

    def _forget(self, stored: Stored) -> None:
        sure = Text.FORGET_REMOVAL_SURE if _is_removal(stored) else Text.FORGET_SURE
        if menu.agreed(text(sure, title=_label(stored))):
            self._outbox.forget(stored.entry.id)


class _Pages:
    """The newest entries of a state; older ones when the person wants to see more."""

    def __init__(self, outbox: Outbox, state: str, line: Callable[[Stored], Option]) -> None:
        self._outbox = outbox
        self._state = state
        self._line = line
        self._most = _PAGE

    def heading(self) -> str:
        return _counted(self._state, self._outbox.counts())

    def lines(self) -> list[Option]:
        """Read anew each time: what was done is done."""
        lines = [self._line(stored) for stored in self._outbox.newest(self._state, self._most)]
        left = self._outbox.counts()[self._state] - len(lines)
        if left > 0:
            lines.append(Option(text(Text.MORE), text(Text.MORE_LEFT, number=left), self._more))
        return lines

    def _more(self) -> None:
        self._most += _PAGE


def _counted(state: str, counts: dict[str, int]) -> str:
    return text(_NUMBERS[state], number=counts[state])


def _account_line(account: Account, sign_in: Callable[[], None]) -> Option:
    """Who is signed in; choosing it lets the person sign in, as somebody else too."""
    if not account.signed_in:
        return Option(text(Text.NOT_SIGNED_IN), text(Text.KEPT), sign_in, "DefaultUser.png")
    who = text(Text.SIGNED_IN_AS, name=account.name) if account.name else text(Text.SIGNED_IN)
    plan = text(Text.PLAN, plan=account.plan.upper()) if account.plan else ""
    return Option(who, plan, sign_in, "DefaultUser.png")


def _why(waiting: int, account: Account) -> str:
    """Why something waits."""
    if not waiting:
        return text(Text.NOTHING_WAITS)
    if not account.signed_in:
        return text(Text.NOT_SIGNED_IN)
    told = trouble.told()
    if told is None or told.kind not in _WHY:
        return text(Text.BEING_SENT)
    since, until = moment.shown(told.since), moment.shown(told.until)
    return text(_WHY[told.kind], since=since, until=until)


def _waiting_line(stored: Stored) -> Option:
    return _telling(stored, _done(stored))


def _sent_line(stored: Stored) -> Option:
    confirmed = moment.shown(stored.settled_at)
    anime, _, kind = stored.reason.partition(" ")
    hows = {NO_REWATCH: Text.NO_REWATCH, ANIME: Text.CONFIRMED_AS_ANIME}
    how = hows.get(stored.reason, Text.CONFIRMED)
    if anime == ANIME and kind:
        # Simkl's words: ova, ona, special, movie, music video.
        how, kind = Text.CONFIRMED_AS_KIND, kind.upper() if kind in _SHORT else kind
    return _telling(stored, text(how, done=_done(stored), confirmed=confirmed, kind=kind))


def _telling(stored: Stored, detail: str) -> Option:
    """A line that, when it is chosen, says in full what it may have no room for."""
    say = partial(menu.say, f"{_label(stored)}[CR]{detail}")
    return Option(_short(stored), detail, say, _icon(stored))


def _is_removal(stored: Stored) -> bool:
    return isinstance(stored.entry.act, Removal)


def _icon(stored: Stored) -> str:
    film = isinstance(stored.entry.act.item, Movie)
    return "DefaultMovies.png" if film else "DefaultTVShows.png"


def _label(stored: Stored) -> str:
    return ui.plain(label(stored.entry.act.item))


def _short(stored: Stored) -> str:
    """The label; of a long one of an episode not the number is left out, but the title's end."""
    whole, item = _label(stored), stored.entry.act.item
    if not isinstance(item, Episode) or len(whole) <= _WIDTH:
        return whole
    number = whole[len(item.show.title) :]
    title = ui.plain(item.show.title)
    return f"{title[: _WIDTH - len(number) - 1].rstrip()}…{number}"


def _done(stored: Stored) -> str:
    """What the person did with it, and when."""
    act = stored.entry.act
    at = act[1]
    if isinstance(act, Order):
        wish = Text.WANTS_REWATCH if act.status == ACTIVE else Text.ENDS_REWATCH
        return text(wish, wished=moment.shown(at))
    if isinstance(act, Removal):
        return text(Text.UNWATCHED, unwatched=moment.shown(at))
    if at < YEAR_2000:
        return text(Text.WATCHED_ONCE)
    if isinstance(act, Rewatch):
        return text(Text.WATCHED_AGAIN, watched=moment.shown(at))
    return text(Text.WATCHED, watched=moment.shown(at))
