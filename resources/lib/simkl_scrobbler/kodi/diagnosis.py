# SPDX-License-Identifier: MIT
"""The diagnosis: what a report of a problem needs, and nothing that is only the person's.

In English, because who reads it is not who made it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from typing import Any, Iterator

import xbmc
import xbmcgui
import xbmcvfs

from ..account import Account
from ..database import Unwritable
from ..outbox import Outbox
from . import log, menu, settings, trouble
from .menu import Option
from .texts import Text
from .ui import text

_NAME = "diagnosis.txt"
_LOG_LINE = re.compile(r"(\S+ \S+) T:\S+ +(\w+) <.*?>: \[service\.simkl\] (.*)")
_LOG_BYTES, _LOG_LINES = 1_000_000, 200
# From the first word with a slash in it to the end: a path can hold spaces.
_PATH = re.compile(r"\S*[\\/].*")
_SHORTEST_SECRET = 8


def show(outbox: Outbox, account: Account) -> None:
    """Write the diagnosis into the profile's folder and show it; Back at the question ends it."""
    lines = [
        Option(text(Text.WITHOUT_TITLES), text(Text.WITHOUT_TITLES_HELP), menu.nothing),
        Option(text(Text.WITH_TITLES), text(Text.WITH_TITLES_HELP), menu.nothing),
    ]
    chosen = menu.ask(text(Text.DIAGNOSIS), lines)
    if chosen < 0:
        return
    content = compose(outbox, account, titles=chosen == 1)
    try:
        with open(settings.profile(_NAME), "w", encoding="utf-8") as file:
            file.write(content)
    except OSError:
        heading = text(Text.DIAGNOSIS_UNSAVED)
    else:
        heading = text(Text.DIAGNOSIS_SAVED)
    xbmcgui.Dialog().textviewer(heading, content, usemono=True)


def compose(outbox: Outbox, account: Account, titles: bool) -> str:
    """The text; `titles` adds the lines of the log that name what was watched."""
    sections = {
        "Versions": _versions(),
        "Settings": _settings(),
        "State": _state(outbox, account),
        "Log": _log(titles),
    }
    secrets = _secrets(account)
    return "\n".join(
        _clean(line, secrets)
        for title, lines in sections.items()
        for line in (title, *(f"  {line}" for line in lines), "")
    )


def _versions() -> Iterator[str]:
    yield f"add-on: {settings.version()}"
    yield f"Kodi: {xbmc.getInfoLabel('System.BuildVersion')}"
    yield f"Python: {sys.version.split()[0]} on {sys.platform}"


def _settings() -> Iterator[str]:
    for name, value in settings.read()._asdict().items():
        if name == "client_id":
            yield f"application key: {'there is one' if value else 'none'}"
        elif isinstance(value, tuple):
            yield from (f"{key}: {part}" for key, part in _fields(value))
        else:
            yield f"{name}: {value}"


def _fields(value: Any) -> list[tuple[str, Any]]:
    """Of a list only how long it is: what was left alone is the person's."""
    return [
        (name, len(part) if isinstance(part, tuple) else part)
        for name, part in value._asdict().items()
    ]


def _state(outbox: Outbox, account: Account) -> Iterator[str]:
    yield f"signed in: {'yes' if account else 'no'}"
    if account:
        yield f"plan: {getattr(account, 'plan', '') or 'unknown'}"
    try:
        yield from (f"{state}: {number}" for state, number in outbox.counts().items())
        for reason, number in outbox.reasons().items():
            yield f"parked because of {reason}: {number}"
    except Unwritable as error:
        yield f"the outbox cannot be opened: {error}"
    told = trouble.told()
    if told is None:
        yield "trouble: none"
    else:
        yield f"trouble: {told.kind} since {_utc(told.since)} until {_utc(told.until)}"


def _utc(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(moment))


def _log(titles: bool) -> list[str]:
    """Our own lines; titles stand only in those at the level debug."""
    path = os.path.join(xbmcvfs.translatePath("special://logpath/"), "kodi.log")
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - _LOG_BYTES))
            content = file.read().decode("utf-8", "replace")
    except OSError as error:
        return [f"cannot be read: {type(error).__name__}"]
    found = filter(None, map(_LOG_LINE.fullmatch, content.splitlines()))
    lines = [" ".join(line.groups()) for line in found if titles or line[2] != "debug"]
    return lines[-_LOG_LINES:]


def _secrets(account: Account) -> list[str]:
    """What must not stand in the text, whatever it looks like."""
    known = [settings.read().client_id, *(account or ())]
    return [text for text in known if isinstance(text, str) and len(text) >= _SHORTEST_SECRET]


def _clean(line: str, secrets: list[str]) -> str:
    for secret in secrets:
        line = line.replace(secret, "***")
    return _PATH.sub("***", log.masked(line))
