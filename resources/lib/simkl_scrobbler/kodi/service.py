# SPDX-License-Identifier: MIT
"""Composition root of the service: Kodi's callbacks, and the two threads that do the work."""

from __future__ import annotations

import os
import threading
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import xbmc

from ..account import AccountFile
from ..log import LOG
from ..outbox import Outbox
from ..playback import (
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
from ..sender import Sender
from ..simkl import Simkl, api_url
from . import log, rivals, settings, trouble
from .marks import Update
from .scrobbler import Message, Scrobbler, Stop, Warn
from .texts import Text
from .watching import Stamp

if TYPE_CHECKING:
    from ..rewatching import Rewatching

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
    sender: Sender

    def onSettingsChanged(self) -> None:
        self.inbox.put(settings.read())
        # Simkl may have asked to wait because of what has just been put right.
        self.sender.wake(at_once=True)

    def onNotification(self, sender: str, method: str, data: str) -> None:
        if method == "VideoLibrary.OnUpdate":
            self.inbox.put(Update(data, *Stamp.now()))
            return
        ours = sender == "service.simkl"
        if method == "System.OnWake" or (ours and method == "Other.send_now"):
            self.sender.wake(at_once=True)
        elif ours and method == "Other.signed_in":
            self.sender.signed_in()
        elif ours and method == "Other.changed":
            self.sender.wake()
        elif ours and method == "Other.chosen":
            self.inbox.put(settings.read())


def run() -> None:
    """Be the service until Kodi wants it to end."""
    log.install()
    version = settings.version()
    trouble.tell(None)
    inbox: SimpleQueue[Message] = SimpleQueue()
    if settings.check():
        inbox.put(Warn(Text.SETTINGS_DAMAGED))
    if rivals.is_news(settings.profile("rivals.json")):
        inbox.put(Warn(Text.BOTH_SEND))
    player, monitor = Player(), Monitor()
    outbox = Outbox(
        settings.profile("outbox.db"), on_damage=lambda _: inbox.put(Warn(Text.OUTBOX_DAMAGED))
    )
    accounts = AccountFile(settings.profile("account.json"))
    sender = Sender(
        outbox,
        partial(connect, version),
        accounts,
        tell=inbox.put,
        rewatching=partial(rewatching, outbox, accounts),
    )
    scrobbler = Scrobbler(inbox, player, outbox, accounts.load, sender, settings.read())
    player.inbox = monitor.inbox = inbox
    monitor.sender = sender
    threads = [
        threading.Thread(target=scrobbler.run, name="simkl-scrobbler"),
        threading.Thread(target=sender.run, name="simkl-sender"),
    ]
    for thread in threads:
        thread.start()
    LOG.info("version %s is ready", version)
    monitor.waitForAbort()
    outbox.hurry()
    sender.stop()
    inbox.put(Stop())
    for thread in threads:
        thread.join(_JOIN)
    trouble.tell(None)


def rewatching(outbox: Outbox, accounts: AccountFile) -> Rewatching | None:
    """What sends rewatches, if the person wants any."""
    if not settings.read().track_rewatches:
        return None
    from ..rewatching import Rewatching  # noqa: PLC0415 -- not at the start of Kodi

    return Rewatching(outbox, accounts)


def connect(version: str) -> Simkl:
    """The API of Simkl, for the application that the settings name."""
    from ..line import Line  # noqa: PLC0415 -- brings requests: only when there is something to send

    base = api_url(os.environ.get("SIMKL_API_URL", ""))
    return Simkl(Line(), base, settings.read().client_id, version)
