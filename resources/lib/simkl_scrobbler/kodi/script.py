# SPDX-License-Identifier: MIT
"""Composition root of default.py: what a person or another add-on may ask for.

A click is felt: each action loads what it needs, and nothing else.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING

import xbmc
import xbmcaddon

from ..log import LOG
from . import log, settings

if TYPE_CHECKING:
    from ..account import AccountFile
    from ..outbox import Outbox
    from ..simkl import Simkl
    from .excluding import Excluding
    from .private import PrivateMode


def run(arguments: list[str]) -> None:
    """Do what `["action=send_now"]` asks for; without an action, open the status."""
    log.install()
    asked = dict(argument.partition("=")[::2] for argument in arguments)
    action = asked.get("action", "status")
    if action == "private" and "minutes" in asked:
        _private().by_script(asked["minutes"])
    elif action in _ACTIONS:
        _ACTIONS[action]()
    elif action in _MARKS:
        _mark(action, asked)
    elif action == "rewatch":
        _rewatch(asked)
    else:
        LOG.error("there is no action %r", action)


def notify(message: str) -> None:
    """Tell the running service."""
    params = {"sender": "service.simkl", "message": message}
    request = {"jsonrpc": "2.0", "id": 1, "method": "JSONRPC.NotifyAll", "params": params}
    xbmc.executeJSONRPC(json.dumps(request))


def _send_now() -> None:
    notify("send_now")


def _settings() -> None:
    xbmcaddon.Addon().openSettings()


def _sign_in() -> None:
    from . import sign_in

    if sign_in.sign_in(_connect, _accounts(), _outbox()):
        notify("signed_in")


def _sign_out() -> None:
    from . import sign_in

    sign_in.sign_out(_connect, _accounts())


def _enter_client_id() -> None:
    from . import sign_in

    sign_in.change_client_id()


def _status() -> None:
    from .asking import Asking
    from .match import Matcher
    from .status import Status

    accounts = _accounts()
    Status(
        _outbox(),
        accounts.load,
        find=Matcher(Asking(_connect), accounts.load).find,
        tell=notify,
        diagnose=_diagnosis,
        sign_in=_sign_in,
        private=_private().lines,
    ).show()


def _diagnosis() -> None:
    from . import diagnosis

    diagnosis.show(_outbox(), _accounts().load())


def _private() -> PrivateMode:
    from .private import PrivateMode

    return PrivateMode(settings.chosen(), partial(notify, "chosen"))


def _excluding() -> Excluding:
    from .excluding import Excluding

    return Excluding(settings.chosen(), partial(notify, "chosen"))


def _mark(action: str, asked: dict[str, str]) -> None:
    """Of the item that is named, or of the one on which the context menu was opened."""
    from .marking import Marking

    focused = getattr(sys, "listitem", None)
    if focused is None or "dbtype" in asked:
        Marking(_outbox(), partial(notify, "changed")).by_script(action, asked)
    else:
        Marking(_outbox(), _kept).by_menu(action, focused)


def _rewatch(asked: dict[str, str]) -> None:
    from .asking import Asking
    from .marking import Marking
    from .rewatch_menu import RewatchMenu

    focused = None if "dbtype" in asked else getattr(sys, "listitem", None)
    outbox = _outbox()
    marking = Marking(outbox, _kept if focused else partial(notify, "changed"))
    menu = RewatchMenu(outbox, _accounts().load(), Asking(_connect), marking)
    if not settings.read().track_rewatches:
        LOG.error("rewatch: rewatches are not tracked, see the settings")
    elif focused is None:
        menu.by_script(asked)
    else:
        menu.by_menu(focused)


def _kept() -> None:
    """Simkl's answer is told by the service; if it can't come soon, the person hears of that."""
    from ..sender import REFUSED
    from . import trouble, ui
    from .texts import Text

    notify("changed")
    told = trouble.told()
    if (told and told.kind == REFUSED) or not _accounts().load().signed_in:
        ui.tell(Text.KEPT_SIGNED_OUT)
    elif told:
        ui.tell(Text.KEPT_OFFLINE)


def _accounts() -> AccountFile:
    from ..account import AccountFile

    return AccountFile(settings.profile("account.json"))


def _outbox() -> Outbox:
    from ..outbox import Outbox
    from . import ui
    from .texts import Text

    return Outbox(settings.profile("outbox.db"), on_damage=lambda _: ui.warn(Text.OUTBOX_DAMAGED))


def _connect() -> Simkl:
    from .service import connect

    return connect(settings.version())


_MARKS = ("mark_watched", "mark_unwatched")
_ACTIONS = {
    "diagnosis": _diagnosis,
    "enter_client_id": _enter_client_id,
    "exclude_addons": lambda: _excluding().addons(),
    "exclude_folders": lambda: _excluding().folders(),
    "exclude_genres": lambda: _excluding().genres(),
    "private": lambda: _private().ask(),
    "send_now": _send_now,
    "settings": _settings,
    "sign_in": _sign_in,
    "sign_out": _sign_out,
    "status": _status,
}
