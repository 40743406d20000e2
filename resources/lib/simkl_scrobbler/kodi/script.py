# SPDX-License-Identifier: MIT
"""Composition root of default.py: what a person or another add-on may ask for."""

from __future__ import annotations

import json
import os

import xbmc
import xbmcaddon

from .. import auth
from ..outbox import Outbox
from ..simkl import Simkl, api_url
from . import diagnosis, log, settings, ui
from .match import Matcher
from .status import Status
from .ui import Text


def run(arguments: list[str]) -> None:
    """Do what `["action=send_now"]` asks for; without an action, open the status."""
    log.install()
    asked = dict(argument.partition("=")[::2] for argument in arguments)
    action = asked.get("action", "")
    if action == "send_now":
        notify("send_now")
    elif action in ("", "status"):
        _status().show()
    elif action == "diagnosis":
        diagnosis.show(_outbox(), _account())
    else:
        xbmcaddon.Addon().openSettings()


def notify(message: str) -> None:
    """Tell the running service."""
    params = {"sender": "service.simkl", "message": message}
    request = {"jsonrpc": "2.0", "id": 1, "method": "JSONRPC.NotifyAll", "params": params}
    xbmc.executeJSONRPC(json.dumps(request))


def _status() -> Status:
    outbox, matcher = _outbox(), Matcher(_connect, _account)
    return Status(
        outbox,
        _account,
        find=matcher.find,
        tell=notify,
        diagnose=lambda: diagnosis.show(outbox, _account()),
    )


def _outbox() -> Outbox:
    return Outbox(settings.profile("outbox.db"), on_damage=lambda _: ui.warn(Text.OUTBOX_DAMAGED))


def _account() -> auth.Account | None:
    return auth.load(settings.profile("account.json"))


def _connect() -> Simkl:
    from ..line import Line  # noqa: PLC0415 -- brings requests: only when something is searched for

    base = api_url(os.environ.get("SIMKL_API_URL", ""))
    return Simkl(Line(), base, settings.read().client_id, settings.version())
