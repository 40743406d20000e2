"""An evening in front of Kodi: a plan of what the person does, and a clock that only it moves."""

from __future__ import annotations

import json
import threading
from collections import deque
from pathlib import Path
from queue import Empty
from typing import Any, Callable, Iterable

import pytest
import xbmc

from simkl_scrobbler.account import Account
from simkl_scrobbler.kodi import inbox, scrobbler, settings, watching
from simkl_scrobbler.kodi.library import Ref
from simkl_scrobbler.kodi.scrobbler import Message, Scrobbler, Stop
from simkl_scrobbler.kodi.service import Monitor, Player
from simkl_scrobbler.media import Item
from simkl_scrobbler.outbox import Outbox
from tests.unit.builders import EVENING

from .fakes import ANSWERS, FakeKodi

_BOOTED = 1000.0
"""What the monotonic clock says at the beginning."""


class Killed(BaseException):
    """Nothing catches it."""


class Evening:
    """The inbox, the clock and the player of one scrobbler.

    Nothing waits: when the scrobbler does, the clock jumps to what comes next.
    """

    def __init__(self, kodi: FakeKodi, path: Path) -> None:
        self.kodi = kodi
        self.outbox = Outbox(str(path))
        self.account = Account("token", id=7, plan="free")
        self.plans_checked = 0
        """How often the sender was asked to see what Simkl keeps for the account."""
        self.woken: list[float] = []
        """The seconds at which the sender was woken."""
        self.asked: list[float] = []
        """The seconds at which the player was asked what it plays."""
        self.outside = False
        """Whether what plays is played by a program outside of Kodi."""
        self.sings = False
        """Whether what plays has no picture."""
        self._now = 0.0
        self._plan: list[tuple[float, Callable[[], object]]] = []
        self._messages: deque[Message] = deque()
        self._file, self._length = "", 0.0
        self._position, self._since, self._speed = 0.0, 0.0, 0.0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put clock and player in the place of Kodi's."""
        for module in (inbox, scrobbler, watching):
            monkeypatch.setattr(module, "time", self)
        monkeypatch.setattr(xbmc.Player, "getPlayingFile", lambda _: self._ask())
        monkeypatch.setattr(xbmc.Player, "getTotalTime", lambda _: self._playing(self._length))
        monkeypatch.setattr(xbmc.Player, "getTime", lambda _: self._playing(self._where()))
        monkeypatch.setattr(xbmc.Player, "isExternalPlayer", lambda _: self.outside)
        monkeypatch.setattr(xbmc.Player, "isPlayingVideo", lambda _: not self.sings)
        self.player = Player()
        self.player.inbox = self
        self.monitor = Monitor()
        self.monitor.inbox = self

    def monotonic(self) -> float:
        return _BOOTED + self._now

    def time(self) -> float:
        return EVENING + self._now

    def put(self, message: Message) -> None:
        self._messages.append(message)

    def empty(self) -> bool:
        return not self._messages

    def get(self, timeout: float | None) -> Message:
        self.hear_the_person()
        until = None if timeout is None else self._now + timeout
        while not self._messages:
            assert self._plan or until is not None, "the scrobbler waits for ever"
            if until is None or (self._plan and self._plan[0][0] <= until):
                self._now, act = self._plan.pop(0)
                act()
                self.hear_the_person()
            else:
                self._now = until
                raise Empty
        return self._messages.popleft()

    def hear_the_person(self) -> None:
        """A question is answered at once, if anybody is there to answer it."""
        for thread in threading.enumerate():
            if thread.name == "simkl-question" and self.kodi.person.is_set():
                thread.join()

    def at(self, second: float, act: Callable[..., object], *arguments: Any) -> None:
        """Plan something that is done at a second of the evening."""
        self._plan.append((second, lambda: act(*arguments)))
        self._plan.sort(key=lambda planned: planned[0])

    def run(self, until: float) -> list[tuple[Item, float]]:
        """Live through the plan; the items that wait in the outbox then, with their seconds."""
        self.live(until)
        acts = [entry.act for entry in self.outbox.due()]
        return [(item, moment - EVENING) for item, moment, _ in acts]

    def live(self, until: float) -> None:
        """Live through the plan until Kodi ends at that second."""
        self.at(until, self.put, Stop())
        account = self.account
        Scrobbler(self, self.player, self.outbox, lambda: account, self, settings.read()).run()

    def kill(self) -> None:
        """Kodi is killed at this second: nothing more is done."""
        raise Killed

    def wake(self) -> None:
        self.woken.append(self._now)

    def check_plan(self) -> None:
        self.plans_checked += 1

    def play(self, answer: str = "movie", length: float = 1000.0, position: float = 0.0) -> None:
        """Start a video of which Kodi says what stands under `answer` in answers.json."""
        self.open(answer, length, position)
        self.player.onPlayBackStarted()
        self.player.onAVStarted()

    def open(self, answer: str, length: float, position: float) -> None:
        """The player has another video, and has not said so yet."""
        self.kodi.answers["Player.GetItem"] = ANSWERS[answer]
        self.kodi.answers["VideoLibrary.GetTVShowDetails"] = ANSWERS["show"]
        self.kodi.fullscreen = self.kodi.plays = True
        self._file, self._length = f"{answer}.mkv", length
        self._move(position, 1.0)

    def pause(self) -> None:
        self._move(self._where(), 0.0)
        self.player.onPlayBackPaused()

    def resume(self) -> None:
        self._move(self._where(), 1.0)
        self.player.onPlayBackResumed()

    def seek(self, position: float) -> None:
        before = self._where()
        self._move(position, self._speed)
        self.player.onPlayBackSeek(int(position * 1000), int((position - before) * 1000))

    def stop(self) -> None:
        self.close()
        self.player.onPlayBackStopped()

    def end(self) -> None:
        self.close()
        self.player.onPlayBackEnded()

    def close(self) -> None:
        """The player lets go of the video, and has not said so yet."""
        self.kodi.fullscreen = self.kodi.plays = False
        self._file, self._speed = "", 0.0

    def mark(self, *refs: Ref) -> None:
        """Kodi says that these have been played, whoever made it so."""
        self._counted(refs, 1)

    def unmark(self, *refs: Ref) -> None:
        """Kodi says that these have not been played, whoever made it so."""
        self._counted(refs, 0)

    def _counted(self, refs: Iterable[Ref], playcount: int) -> None:
        for kind, dbid in refs:
            item = {"id": dbid, "type": kind}
            self.library_says({"item": item, "playcount": playcount})
            # Then it says that it has saved the state of the file.
            self.library_says(item)

    def library_says(self, data: object) -> None:
        self.monitor.onNotification("xbmc", "VideoLibrary.OnUpdate", json.dumps(data))

    def _move(self, position: float, speed: float) -> None:
        self._position, self._since, self._speed = position, self._now, speed

    def _where(self) -> float:
        return min(self._length, self._position + (self._now - self._since) * self._speed)

    def _ask(self) -> str:
        self.asked.append(self._now)
        return self._playing(self._file)

    def _playing(self, value: Any) -> Any:
        if not self._file:
            raise RuntimeError("Kodi is not playing any media file")
        return value
