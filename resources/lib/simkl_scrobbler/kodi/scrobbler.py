# SPDX-License-Identifier: MIT
"""The pump: one thread that turns what Kodi did into acts, and news into toasts.

It sleeps until something is put in or the one moment comes at which it has to look, so Kodi's own
threads only stamp and queue, and nothing runs while nothing plays.
"""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from typing import Any, Callable, Sequence, Union

import xbmc

from ..account import Account
from ..database import Unwritable
from ..events import Event
from ..exclusions import private
from ..history import PARKED, WHICH_ONE
from ..log import LOG
from ..media import Act, Removal, Rewatch, Watch
from ..outbox import Outbox
from ..pauses import Trouble
from ..rewatch import NOT_KEPT, NOT_REWATCHED, NOT_TRACKED, TOO_SOON
from ..sender import PLAN, REFUSED, TROUBLE, Report, Sender
from . import menu, trouble, ui
from .inbox import SignedIn, Stop, Update, Wake, Warn
from .marks import Marks, mark_of
from .news import News
from .playing import Playing
from .questions import Answer, Asked, Questions, Wording
from .rewatches import Rewatches
from .settings import ALWAYS, NEVER, Settings, profile
from .texts import Text
from .watching import Watching

# What the person hears of even if they don't want to hear of what went well.
_FAILED = (PARKED, WHICH_ONE, NOT_REWATCHED, TOO_SOON, NOT_KEPT, NOT_TRACKED)
_FLUSH_EVERY = 60.0
# More than a person marks in one go may be another add-on that rearranges a whole library.
_FEW = 50


Message = Union[Event, Update, Answer, Report, Settings, Wake, SignedIn, Warn, Stop]


class Scrobbler:
    """Keeps what was watched and marked, and tells the person when nothing is disturbed.

    `run` is the thread; it lives on what is put into `inbox`. The sender is woken when there is
    something new to send.
    """

    def __init__(
        self,
        inbox: SimpleQueue[Message],
        player: xbmc.Player,
        outbox: Outbox,
        account: Callable[[], Account],
        sender: Sender,
        settings: Settings,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._sender = sender
        self._settings = settings
        self._watching = Watching(player, self._watched, settings)
        self._rewatches = Rewatches(outbox, account)
        self._marks = Marks(profile("marks.json"))
        self._questions = Questions(inbox.put)
        self._news = News()
        self._flush_at: float | None = None
        self._private_end: float | None = None
        self._running = True
        self._does: dict[type, Callable[[Any], None]] = {
            Event: self._play,
            Update: self._hear,
            Answer: self._answered,
            Report: self._report,
            Settings: self._obey,
            Warn: lambda warn: self._news.warn(warn.text, time.monotonic()),
            Wake: lambda wake: self._sender.wake(wake.at_once),
            SignedIn: lambda _: self._sender.signed_in(),
            Stop: lambda _: self._stop(),
            type(None): lambda _: self._on_time(),
        }

    def run(self, first: Message | None = None) -> None:
        """Work until `Stop` is put in; `first` was taken out before."""
        self._await_private_end()
        if self._settings.follow_library:
            self._marks.recall(time.monotonic())
        else:
            self._marks.forget()
        if self._rewatches.obey(self._settings):
            self._sender.check_plan()
        if first is not None:
            self._take(first)
        while self._running:
            if self._inbox.empty():
                # Hundreds may come at once; what came together is one writing.
                self._marks.write()
            self._take(self._next())

    def _next(self) -> Message | None:
        """The next message; None when it is time for something before one comes."""
        try:
            return self._inbox.get(timeout=self._wait())
        except Empty:
            return None

    def _take(self, message: Message | None) -> None:
        try:
            self._does[type(message)](message)
        except Exception:  # A bug must cost one message, not all the watches after it.
            LOG.exception("a message was lost: %s", type(message).__name__)

    def _play(self, event: Event) -> None:
        self._watching.hear(event)
        self._news.quiet(event.at)
        self._questions.quiet(event.at)

    def _obey(self, settings: Settings) -> None:
        new = settings.track_rewatches and not self._settings.track_rewatches
        self._settings = settings
        self._watching.obey(settings)
        self._await_private_end()
        if self._rewatches.obey(settings) and new:
            self._news.warn(Text.NOT_FOR_THIS_PLAN, time.monotonic())
            # They may have become PRO since the sign-in.
            self._sender.check_plan()

    def _await_private_end(self) -> None:
        exclusions, utc = self._settings.exclusions, time.time()
        left = exclusions.private_until - utc
        self._private_end = time.monotonic() + left if private(exclusions, utc) else None

    def _end_private(self, now: float) -> None:
        """Private mode may be over, if the clock was right when that moment was reckoned."""
        self._await_private_end()
        if self._private_end is None:
            self._news.warn(Text.PRIVATE_OVER, now)

    def _watched(self, watch: Watch, playing: Playing) -> None:
        """A playback is a watch, at once; whether it was a rewatch, too, only the person knows."""
        if not playing.sure:
            self._save(lambda: self._outbox.add(watch, doubt=WHICH_ONE))
            self._news.add(WHICH_ONE, [watch.item], time.monotonic())
            return
        act = self._rewatches.meant(watch)
        self._keep(act)
        if act is watch and self._rewatches.asks(watch, playing.seen_at):
            self._questions.add_rewatch(Rewatch(*watch), time.monotonic())

    def _answered(self, answer: Answer) -> None:
        acts = self._questions.answered(time.monotonic())
        if answer.said == menu.YES:
            self._keep(*acts)
        elif answer.said == menu.OTHER and acts:
            self._rewatches.never(acts[0])

    def _hear(self, update: Update) -> None:
        """The library changed: Kodi's own count of a playback, or a mark that somebody made."""
        if private(self._settings.exclusions, update.utc):
            return
        mark = mark_of(update)
        if mark and self._settings.follow_library and not self._watching.counted(mark, update.at):
            self._marks.add(mark, update.at)

    def _marked(self) -> None:
        """Keep what was marked in one go, or ask first."""
        unmark = self._settings.unmark
        acts = self._marks.acts(self._settings.exclusions)
        watches = [act for act in acts if isinstance(act, Watch)]
        removals = [act for act in acts if isinstance(act, Removal)]
        self._questions.overtaken(removals)
        self._keep_or_ask(watches, ui.send_marked, asked=len(watches) > _FEW)
        if unmark != NEVER:
            self._keep_or_ask(
                removals, ui.remove_unmarked, asked=unmark != ALWAYS or len(removals) > _FEW
            )
        if not self._outbox.unsaved:
            # Else they are read again at the next start, should Kodi end before they are saved.
            self._marks.forget()

    def _keep_or_ask(self, acts: Sequence[Asked], wording: Wording, asked: bool) -> None:
        if acts and asked:
            self._questions.add(wording, acts, time.monotonic())
        else:
            self._keep(*acts)

    def _report(self, report: Report) -> None:
        now = time.monotonic()
        if report.state == TROUBLE:
            trouble.tell(report.trouble)
            return
        if report.state == PLAN:
            kept = self._rewatches.on
            if self._rewatches.obey(self._settings) and kept:
                self._news.warn(Text.NOT_FOR_THIS_PLAN, now)
            return
        refused = report.state == REFUSED
        trouble.tell(Trouble(REFUSED, time.time()) if refused else None)
        if refused:
            self._news.warn(Text.REFUSED, now)
        elif report.state in _FAILED or self._settings.notify:
            self._news.add(report.state, report.items, now)

    def _stop(self) -> None:
        """What still plays ends here for us; what is still in memory gets its last chance."""
        # First, so that nothing that goes wrong here holds up Kodi's end.
        self._running = False
        self._watching.end()
        if self._outbox.unsaved:
            self._save(self._outbox.flush)
        if self._marks.due is not None:
            self._marked()

    def _wait(self) -> float | None:
        """Seconds until the next moment at which there is something to do; None: when told."""
        moments = [at for at, _ in self._plan() if at is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _on_time(self) -> None:
        now = time.monotonic()
        for at, act in self._plan():
            if at is not None and at <= now:
                act(now)

    def _plan(self) -> list[tuple[float | None, Callable[[float], None]]]:
        """What is to be done at which monotonic moment."""
        return [
            (self._watching.look_at, self._watching.look),
            (self._marks.due, lambda _: self._marked()),
            (self._questions.due, self._questions.ask),
            (self._news.due, self._news.tell),
            (self._private_end, self._end_private),
            (self._flush_at, lambda _: self._save(self._outbox.flush)),
        ]

    def _keep(self, *acts: Act) -> None:
        if acts:
            self._questions.overtaken(acts)
            self._save(lambda: self._outbox.add(*acts))

    def _save(self, write: Callable[[], None]) -> None:
        """Bring acts to the disk and wake the sender; what the disk refuses is tried again."""
        refused_before, self._flush_at = self._flush_at is not None, None
        try:
            write()
        except Unwritable as error:
            now = time.monotonic()
            self._flush_at = now + _FLUSH_EVERY
            if not refused_before:
                LOG.error("the outbox cannot be written: %s", error)
                self._news.warn(Text.OUTBOX_UNWRITABLE, now)
        else:
            if refused_before and self._marks.due is None:
                self._marks.forget()
            self._sender.wake()
