# SPDX-License-Identifier: MIT
"""The pump: one thread that turns what the player did into watches, and news into toasts.

It sleeps until something is put in or the one moment comes at which it has to look, so Kodi's own
threads only stamp and queue, and nothing runs while nothing plays.
"""

from __future__ import annotations

import logging
import time
from queue import Empty, SimpleQueue
from typing import Callable, NamedTuple, Union

import xbmc

from ..database import Unwritable
from ..history import PARKED
from ..media import Item, Movie, label
from ..outbox import Outbox
from ..playback import (
    LOOKED,
    OVER,
    PAUSED,
    REPLACED,
    RESUMED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
    Event,
    Session,
)
from ..sender import REFUSED, TROUBLE, Report, Trouble
from . import library, trouble
from .news import News
from .settings import Settings
from .ui import Text

LOG = logging.getLogger(__name__)

# Only when it has just done one of these can the player say where it is.
_ASKED = frozenset((PAUSED, RESUMED, SPEED_CHANGED, LOOKED))
_LOOK_AGAIN = 1.0
_FLUSH_EVERY = 60.0


class Stamp(NamedTuple):
    """When something was heard of: monotonic seconds and UTC epoch seconds."""

    at: float
    utc: float

    @classmethod
    def now(cls) -> Stamp:
        return cls(time.monotonic(), time.time())


class Warn(NamedTuple):
    """Something of `ui.Text` that the person has to know about the add-on itself."""

    text: int


class Stop(NamedTuple):
    """Kodi wants the service to end."""


Message = Union[Event, Report, Settings, Warn, Stop]


class Scrobbler:
    """Feeds sessions, keeps their watches, and tells the person when nothing is disturbed.

    `run` is the thread; it lives on what is put into `inbox`. `wake` is called when there is
    something new to send.
    """

    def __init__(
        self,
        inbox: SimpleQueue[Message],
        player: xbmc.Player,
        outbox: Outbox,
        wake: Callable[[], None],
        settings: Settings,
    ) -> None:
        self._inbox = inbox
        self._player = player
        self._outbox = outbox
        self._wake = wake
        self._settings = settings
        self._news = News()
        self._session: Session | None = None
        self._file = ""
        self._look_at: float | None = None
        self._flush_at: float | None = None
        self._running = True

    def run(self) -> None:
        """Work until `Stop` is put in."""
        while self._running:
            try:
                message = self._inbox.get(timeout=self._wait())
            except Empty:
                message = None
            try:
                if message is None:
                    self._on_time()
                else:
                    self._take(message)
            except Exception:  # A bug must cost one message, not all the watches after it.
                LOG.exception("a message was lost: %s", type(message).__name__)

    def _take(self, message: Message) -> None:
        if isinstance(message, Event):
            self._hear(message)
        elif isinstance(message, Report):
            self._report(message)
        elif isinstance(message, Settings):
            self._obey(message)
        elif isinstance(message, Warn):
            self._news.warn(message.text, time.monotonic())
        else:
            self._stop()

    def _hear(self, event: Event) -> None:
        if event.kind == STARTED:
            self._feed(event._replace(kind=REPLACED))
            self._begin(event)
        elif event.kind in _ASKED:
            self._feed(self._measured(event) or event)
        else:
            self._feed(event)
        self._news.quiet(event.at)

    def _begin(self, event: Event) -> None:
        """Audio and video run: find out what it is, and open a session for it."""
        item = library.playing()
        if item is None:
            return
        try:
            self._file = self._player.getPlayingFile()
        except RuntimeError:
            return
        started = self._measured(event)
        if started:
            rules, wanted = self._settings.rules, self._wanted(item)
            self._session = Session(item, rules, started, wanted)
            self._look_at = self._session.look_at
            LOG.debug("session: %s", label(item))

    def _obey(self, settings: Settings) -> None:
        """What the person chose counts for what plays now, too."""
        self._settings = settings
        if self._session:
            event = Event(LOOKED, *Stamp.now())
            looked = self._measured(event) or event
            # What was played until now was played under the old rules.
            self._feed(looked)
            self._session.rules = settings.rules
            self._session.wanted = self._wanted(self._session.item)
            self._feed(looked)

    def _report(self, report: Report) -> None:
        now = time.monotonic()
        if report.state == TROUBLE:
            trouble.tell(report.trouble)
            return
        refused = report.state == REFUSED
        trouble.tell(Trouble(REFUSED, time.time()) if refused else None)
        if refused:
            self._news.warn(Text.REFUSED, now)
        elif report.state == PARKED or self._settings.notify:
            self._news.add(report.state, report.items, now)

    def _stop(self) -> None:
        """What still plays ends here for us; what is still in memory gets its last chance."""
        # First, so that nothing that goes wrong here holds up Kodi's end.
        self._running = False
        self._feed(Event(STOPPED, *Stamp.now()))
        if self._outbox.unsaved:
            self._save(self._outbox.flush)

    def _wanted(self, item: Item) -> bool:
        movie = isinstance(item, Movie)
        return self._settings.scrobble_movies if movie else self._settings.scrobble_episodes

    def _feed(self, event: Event) -> None:
        if not self._session:
            return
        watch = self._session.on(event)
        self._look_at = self._session.look_at
        if event.kind in OVER:
            LOG.debug("session over: %s: %s", label(self._session.item), self._session)
            self._session = None
        if watch:
            self._save(lambda: self._outbox.add(watch))
            LOG.info("watched, by %s", watch.source)
            LOG.debug("watched: %s", label(watch.item))

    def _measured(self, event: Event) -> Event | None:
        """The event with what the player says now;

        None when it plays something else, or nothing.
        """
        try:
            if self._player.getPlayingFile() != self._file:
                return None
            position, length = self._player.getTime(), self._player.getTotalTime()
        except RuntimeError:
            return None
        return Event(event.kind, *Stamp.now(), position, length, event.speed)

    def _wait(self) -> float | None:
        """Seconds until the next moment at which there is something to do; None: when told."""
        moments = [at for at in (self._look_at, self._news.due, self._flush_at) if at is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _on_time(self) -> None:
        now = time.monotonic()
        if self._look_at is not None and self._look_at <= now:
            self._look(now)
        if self._news.due is not None and self._news.due <= now:
            self._news.tell(now)
        if self._flush_at is not None and self._flush_at <= now:
            self._save(self._outbox.flush)

    def _look(self, now: float) -> None:
        # If the player is on its way to something else, it will say so. Set first: what fails must
        # not be tried again at once.
        self._look_at = now + _LOOK_AGAIN
        looked = self._measured(Event(LOOKED, *Stamp.now()))
        if looked:
            self._feed(looked)

    def _save(self, write: Callable[[], None]) -> None:
        """Bring watches to the disk and wake the sender; what the disk refuses is tried again."""
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
            self._wake()
