# SPDX-License-Identifier: MIT
"""The window in which a person signs in: a code, a picture of it, and the time that it is good."""

from __future__ import annotations

import os
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any, Callable, Union

import xbmc
import xbmcgui

from ..account import Account
from ..answer import Refused, SimklError
from ..auth import Code, CodeExpired, ReadOnly, SignIn
from ..simkl import Simkl
from . import picture, settings
from .texts import Text
from .ui import text

# The controls of service-simkl-sign-in.xml.
_QR, _BIG_CODE, _HEADING, _STEPS, _REMARK = 10, 11, 12, 13, 14
_NEW_CODE, _CANCEL = 20, 21
_LINK, _TEXT = "-link.png", "-text.png"
_BACK = (xbmcgui.ACTION_NAV_BACK, xbmcgui.ACTION_PREVIOUS_MENU)
# How often the countdown is looked at, and the person's wish to leave, in seconds.
_TICK = 0.1
_JOIN = 2.0

News = Union[Code, Account, Exception]


class _Attempt:
    """One code, in a thread of its own: the window has to answer while a poll hangs."""

    def __init__(self, simkl: Simkl) -> None:
        self._simkl = simkl
        self._sign_in = SignIn(simkl)
        self._news: SimpleQueue[News] = SimpleQueue()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simkl-sign-in")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._news.put(self._sign_in.begin())
            while not self._cancelled.wait(self._sign_in.poll_at - time.monotonic()):
                account = self._sign_in.poll()
                if account:
                    self._news.put(account)
                    break
        except (SimklError, CodeExpired, ReadOnly) as error:
            self._news.put(error)
        self._simkl.close()

    def news(self) -> News | None:
        try:
            return self._news.get_nowait()
        except Empty:
            return None

    def seconds_left(self) -> int:
        return max(0, int(self._sign_in.ends_at - time.monotonic()))

    def cancel(self) -> None:
        """Let go of whatever it waits for; the window is answered before the thread has ended."""
        self._cancelled.set()
        self._simkl.cut()

    def join(self) -> None:
        # Kodi waits for what a script leaves behind; only a name lookup can last so long.
        self._thread.join(_JOIN)


class _Window(xbmcgui.WindowXMLDialog):
    """What is seen; `wish` is the control that the person has pressed last."""

    wish = 0
    ready = False
    _picture = ""

    def onInit(self) -> None:
        self._control(_HEADING).setLabel(text(Text.SIGN_IN))
        self._control(_NEW_CODE).setLabel(text(Text.NEW_CODE))
        self._control(_CANCEL).setLabel(text(Text.CANCEL))
        self.show_remark(Text.ASKING_FOR_CODE)
        self.ready = True

    def onClick(self, controlId: int) -> None:
        self.wish = controlId

    def onAction(self, action: xbmcgui.Action) -> None:
        if action.getId() in _BACK:
            self.wish = _CANCEL

    def show_code(self, code: Code) -> None:
        self._forget_picture()
        # A new name each time: Kodi remembers pictures by their path.
        self._picture = settings.profile(f"code-{time.monotonic_ns()}")
        picture.of_link(code.link, self._picture + _LINK)
        picture.of_text(code.user_code, self._picture + _TEXT)
        self._control(_QR).setImage(self._picture + _LINK, False)
        self._control(_BIG_CODE).setImage(self._picture + _TEXT, False)
        address = code.address.partition("://")[2].rstrip("/")
        self._control(_STEPS).setText(text(Text.HOW_TO_SIGN_IN, address=address))
        self._offer_new_code(False)

    def show_time(self, seconds: int) -> None:
        time_left = f"{seconds // 60}:{seconds % 60:02d}"
        self._control(_REMARK).setText(text(Text.CODE_GOOD_FOR, time=time_left))

    def show_remark(self, remark: int) -> None:
        """A sentence in the place of a code."""
        for control in (_QR, _BIG_CODE):
            self._control(control).setImage("")
        self._forget_picture()
        self._control(_STEPS).setText("")
        self._control(_REMARK).setText(text(remark))
        self._offer_new_code(remark not in (Text.ASKING_FOR_CODE, Text.WRONG_CLIENT_ID))

    def leave(self) -> None:
        self.close()
        self._forget_picture()

    def _control(self, number: int) -> Any:
        """A button, an image or a textbox, as the XML says."""
        return self.getControl(number)

    def _offer_new_code(self, offered: bool) -> None:
        self._control(_NEW_CODE).setVisible(offered)
        self.setFocusId(_NEW_CODE if offered else _CANCEL)

    def _forget_picture(self) -> None:
        for end in (_LINK, _TEXT):
            if self._picture and os.path.exists(self._picture + end):
                os.unlink(self._picture + end)
        self._picture = ""


class _Conversation:
    """Between the window and one attempt after another, on the script's own thread."""

    def __init__(self, connect: Callable[[], Simkl], window: _Window) -> None:
        self._connect = connect
        self._window = window
        self._attempt = _Attempt(connect())
        self._seconds: int | None = None
        """What the countdown shows, None while there is none."""
        self.account: Account | None = None
        self.over = False

    def go_on(self) -> None:
        wish, self._window.wish = self._window.wish, 0
        if wish == _CANCEL:
            self.over = True
        elif wish == _NEW_CODE:
            self._attempt.cancel()
            self._attempt.join()
            self._remark(Text.ASKING_FOR_CODE)
            self._attempt = _Attempt(self._connect())
        self._hear(self._attempt.news())
        self._count()

    def _hear(self, news: News | None) -> None:
        if isinstance(news, Account):
            self.account, self.over = news, True
        elif isinstance(news, Code):
            self._window.show_code(news)
            self._seconds = -1
        elif news:
            self._remark(_sentence(news))

    def _remark(self, remark: int) -> None:
        self._seconds = None
        self._window.show_remark(remark)

    def _count(self) -> None:
        left = self._attempt.seconds_left()
        if self._seconds is not None and left != self._seconds:
            self._seconds = left
            self._window.show_time(left)

    def end(self) -> None:
        self._attempt.cancel()
        self._window.leave()
        self._attempt.join()


def ask(connect: Callable[[], Simkl], folder: str) -> Account | None:
    """The account that the person signs in to, None if the person leaves.

    `folder` is the add-on's own; `connect` makes the API for one attempt.
    """
    monitor = xbmc.Monitor()
    window = _Window("service-simkl-sign-in.xml", folder, "Default", "1080i")
    window.show()
    conversation = _Conversation(connect, window)
    while not conversation.over and not monitor.waitForAbort(_TICK):
        if window.ready:
            conversation.go_on()
    conversation.end()
    return conversation.account


def _sentence(error: Exception) -> int:
    if isinstance(error, CodeExpired):
        return Text.CODE_RAN_OUT
    if isinstance(error, ReadOnly):
        return Text.READ_ONLY
    return Text.WRONG_CLIENT_ID if isinstance(error, Refused) else Text.NO_CONNECTION
