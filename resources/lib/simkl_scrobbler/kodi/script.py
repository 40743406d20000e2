# SPDX-License-Identifier: MIT
"""Composition root of default.py: what a person or another add-on may ask for."""

from __future__ import annotations

import json

import xbmc
import xbmcaddon

from . import log


def run(arguments: list[str]) -> None:
    """Do what `["action=send_now"]` asks for; without an action, open the settings."""
    log.install()
    asked = dict(argument.partition("=")[::2] for argument in arguments)
    if asked.get("action") == "send_now":
        notify("send_now")
    else:
        xbmcaddon.Addon().openSettings()


def notify(message: str) -> None:
    """Tell the running service."""
    params = {"sender": "service.simkl", "message": message}
    request = {"jsonrpc": "2.0", "id": 1, "method": "JSONRPC.NotifyAll", "params": params}
    xbmc.executeJSONRPC(json.dumps(request))
