# SPDX-License-Identifier: MIT
"""Composition root of default.py: what a person or another add-on may ask for."""

from __future__ import annotations

import json
import logging

import xbmc
import xbmcaddon

from ..account import AccountFile
from ..simkl import Simkl
from . import log, settings

LOG = logging.getLogger(__name__)


def run(arguments: list[str]) -> None:
    """Do what `["action=send_now"]` asks for; without an action, open the settings."""
    log.install()
    asked = dict(argument.partition("=")[::2] for argument in arguments)
    action = asked.get("action", "settings")
    if action in _ACTIONS:
        _ACTIONS[action]()
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
    from ..outbox import Outbox  # noqa: PLC0415 -- a click on another action needs none of these
    from . import sign_in  # noqa: PLC0415

    if sign_in.sign_in(_connect, _accounts(), Outbox(settings.profile("outbox.db"))):
        notify("signed_in")


def _sign_out() -> None:
    from . import sign_in  # noqa: PLC0415

    sign_in.sign_out(_connect, _accounts())


def _accounts() -> AccountFile:
    return AccountFile(settings.profile("account.json"))


def _connect() -> Simkl:
    from .service import connect  # noqa: PLC0415

    return connect(settings.version())


_ACTIONS = {
    "send_now": _send_now,
    "settings": _settings,
    "sign_in": _sign_in,
    "sign_out": _sign_out,
}
