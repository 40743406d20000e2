# SPDX-License-Identifier: MIT
"""Composition root of the service: Kodi's callbacks, and the two threads that do the work."""

from __future__ import annotations

import os
import threading
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Iterator

import xbmc

from .. import whole_file
from ..events import (
    ENDED,
    PAUSED,
    REPLACED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
    Event,
)
from ..exclusions import private
from ..log import LOG
from ..waiting import waits
from . import log, rivals, settings, trouble
from .inbox import SignedIn, Stamp, Stop, Update, Wake, Warn
from .texts import Text

if TYPE_CHECKING:
    from ..account import AccountFile
    from ..outbox import Outbox
    from ..rewatching import Rewatching
    from ..sender import Sender
    from ..simkl import Simkl
    from .scrobbler import Message, Scrobbler

# What the person has to do again if it cannot be read.
_NEEDED = {"account.json": Text.ACCOUNT_DAMAGED, "exclusions.json": Text.CHOICES_DAMAGED}
# Kodi kills a script that needs five seconds to end.
_JOIN = 2.0


class Player(xbmc.Player):
    """Stamps what Kodi says of the player and hands it on; Kodi waits for each of these."""

    inbox: SimpleQueue[Message]

    def onPlayBackStarted(self) -> None:
        # Of a video that is skipped Kodi says nothing more: it is over when another one starts.
        self._put(REPLACED)

    def onAVStarted(self) -> None:
        self._put(STARTED)

    def onPlayBackPaused(self) -> None:
        self._put(PAUSED)

    def onPlayBackResumed(self) -> None:
        self._put(RESUMED)

    def onPlayBackSeek(self, time: int, seekOffset: int) -> None:
        self._put(SEEKED, position=time / 1000)

    def onPlayBackSpeedChanged(self, speed: int) -> None:
        self._put(SPEED_CHANGED, speed=speed)

    def onPlayBackStopped(self) -> None:
        self._put(STOPPED)

    def onPlayBackError(self) -> None:
        self._put(STOPPED)

    def onPlayBackEnded(self) -> None:
        self._put(ENDED)

    def _put(self, kind: str, position: float | None = None, speed: float = 1.0) -> None:
        self.inbox.put(Event(kind, *Stamp.now(), position, speed=speed))


class Monitor(xbmc.Monitor):
    """Hears of changed settings, of marks in the library, of the end of a sleep, of our scripts.

    `send_now` is the person's wish; `changed` says that a script wrote into the outbox, `chosen`
    that it changed what is to be left alone.
    """

    inbox: SimpleQueue[Message]

    def onSettingsChanged(self) -> None:
        self.inbox.put(settings.read())
        # Simkl may have asked to wait because of what has just been put right.
        self.inbox.put(Wake(at_once=True))

    def onNotification(self, sender: str, method: str, data: str) -> None:
        if method == "VideoLibrary.OnUpdate":
            self.inbox.put(Update(data, *Stamp.now()))
            return
        ours = sender == "service.simkl"
        if method == "System.OnWake" or (ours and method == "Other.send_now"):
            self.inbox.put(Wake(at_once=True))
        elif ours and method == "Other.signed_in":
            self.inbox.put(SignedIn())
        elif ours and method == "Other.changed":
            self.inbox.put(Wake(at_once=False))
        elif ours and method == "Other.chosen":
            self.inbox.put(settings.read())


class Works:
    """What does the work, in threads of its own: loaded with the first thing that there is to do.

    While nothing plays, waits or is marked, the service is an ear and costs no more than one.
    """

    def __init__(self, inbox: SimpleQueue[Message], player: Player, version: str) -> None:
        self._inbox = inbox
        self._player = player
        self._version = version
        self._settings = settings.read()
        self._outbox: Outbox | None = None
        self._sender: Sender | None = None
        self._ends = False
        self._thread = threading.Thread(target=self._run, name="simkl-scrobbler")

    def start(self) -> None:
        """Wait for the first message, if there is nothing to do at once."""
        exclusions, utc = self._settings.exclusions, Stamp.now().utc
        if private(exclusions, utc) or self._settings.track_rewatches:
            self._inbox.put(self._settings)
        marked = os.path.exists(settings.profile("marks.json"))
        if marked or waits(settings.profile("outbox.db")):
            self._inbox.put(Wake(at_once=False))
        self._thread.start()

    def stop(self) -> None:
        """End all threads, from the main one."""
        self._ends = True
        self._hurry()
        self._inbox.put(Stop())
        self._thread.join(2 * _JOIN)

    def _run(self) -> None:
        first = self._inbox.get()
        if isinstance(first, Stop):
            return
        from . import rewatches

        scrobbler, sender = self._made()
        if self._ends:
            # There was nothing to be hurried yet.
            self._hurry()
        thread = threading.Thread(target=sender.run, name="simkl-sender")
        thread.start()
        scrobbler.run(first)
        rewatches.hide()
        thread.join(_JOIN)

    def _hurry(self) -> None:
        """Let nothing hold up the end any more."""
        if self._outbox:
            self._outbox.hurry()
        if self._sender:
            self._sender.stop()

    def _made(self) -> tuple[Scrobbler, Sender]:
        from ..account import AccountFile
        from ..outbox import Outbox
        from ..sender import Sender
        from .scrobbler import Scrobbler

        tell = self._inbox.put
        outbox = self._outbox = Outbox(
            settings.profile("outbox.db"), on_damage=lambda _: tell(Warn(Text.OUTBOX_DAMAGED))
        )
        accounts = AccountFile(settings.profile("account.json"))
        sender = self._sender = Sender(
            outbox,
            partial(connect, self._version),
            accounts,
            tell=tell,
            rewatching=partial(rewatching, outbox, accounts),
        )
        scrobbler = Scrobbler(
            self._inbox, self._player, outbox, accounts.load, sender, self._settings
        )
        return scrobbler, sender


def run() -> None:
    """Be the service until Kodi wants it to end."""
    log.install()
    version = settings.version()
    trouble.tell(None)
    inbox: SimpleQueue[Message] = SimpleQueue()
    for text in look_over():
        inbox.put(Warn(text))
    player, monitor = Player(), Monitor()
    player.inbox = monitor.inbox = inbox
    works = Works(inbox, player, version)
    works.start()
    LOG.info("version %s is ready", version)
    monitor.waitForAbort()
    works.stop()
    trouble.tell(None)


def look_over() -> Iterator[int]:
    """What the person has to know before anything is done, as texts of `Text`."""
    for name, text in _NEEDED.items():
        if whole_file.damaged(settings.profile(name)):
            yield text
    if settings.check():
        yield Text.SETTINGS_DAMAGED
    if rivals.is_news(settings.profile("rivals.json")):
        yield Text.BOTH_SEND


def rewatching(outbox: Outbox, accounts: AccountFile) -> Rewatching | None:
    """What sends rewatches, if the person wants any."""
    if not settings.read().track_rewatches:
        return None
    from ..rewatching import Rewatching

    return Rewatching(outbox, accounts)


def connect(version: str) -> Simkl:
    """The API of Simkl, for the application that the settings name."""
    # It brings requests: only when there is something to send.
    from ..line import Line
    from ..simkl import Simkl, api_url

    base = api_url(os.environ.get("SIMKL_API_URL", ""))
    return Simkl(Line(), base, settings.read().client_id, version)
