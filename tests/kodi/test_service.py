"""The service's own ears, and that it ends when Kodi wants it to."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from queue import SimpleQueue
from typing import Any

import pytest
import xbmc

from simkl_scrobbler.kodi import service, settings
from simkl_scrobbler.kodi.marks import Update
from simkl_scrobbler.kodi.news import News
from simkl_scrobbler.kodi.service import Monitor, Player
from simkl_scrobbler.kodi.texts import Text
from simkl_scrobbler.playback import (
    ENDED,
    PAUSED,
    REPLACED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
)

from .fakes import FakeKodi


@pytest.mark.parametrize(
    ("callback", "arguments", "kind"),
    [
        ("onPlayBackStarted", (), REPLACED),
        ("onAVStarted", (), STARTED),
        ("onPlayBackPaused", (), PAUSED),
        ("onPlayBackResumed", (), RESUMED),
        ("onPlayBackSeek", (61500, 1500), SEEKED),
        ("onPlayBackSpeedChanged", (2,), SPEED_CHANGED),
        ("onPlayBackStopped", (), STOPPED),
        ("onPlayBackError", (), STOPPED),
        ("onPlayBackEnded", (), ENDED),
    ],
)
def test_player__stamps_and_hands_on(callback: str, arguments: tuple[Any, ...], kind: str) -> None:
    """Each of Kodi's callbacks becomes one event with both its times, and no question is asked."""
    player = Player()
    player.inbox = SimpleQueue()
    before = service.Stamp.now()
    getattr(player, callback)(*arguments)
    after = service.Stamp.now()
    event = player.inbox.get_nowait()
    assert player.inbox.empty()
    assert event.kind == kind
    assert before.at <= event.at <= after.at
    assert before.utc <= event.utc <= after.utc
    assert event.position == (61.5 if kind == SEEKED else None)
    assert event.speed == (2 if kind == SPEED_CHANGED else 1)


class Sleeper:
    """A sender that notes how it is woken."""

    def __init__(self) -> None:
        self.woken: list[bool] = []

    def wake(self, at_once: bool = False) -> None:
        self.woken.append(at_once)


@pytest.fixture
def monitor() -> Monitor:
    monitor = Monitor()
    monitor.inbox, monitor.sender = SimpleQueue(), Sleeper()
    return monitor


def test_monitor__settings_changed(kodi: FakeKodi, monitor: Monitor) -> None:
    """New settings are handed on as a snapshot, and what waited for them is tried at once."""
    kodi.settings["threshold"] = "55"
    monitor.onSettingsChanged()
    assert monitor.inbox.get_nowait() == settings.read()
    assert monitor.sender.woken == [True]


@pytest.mark.parametrize(
    ("sender", "method", "woken"),
    [
        ("xbmc", "System.OnWake", [True]),
        ("service.simkl", "Other.send_now", [True]),
        ("service.simkl", "Other.changed", [False]),
        ("plugin.video.other", "Other.changed", []),
        ("plugin.video.other", "Other.send_now", []),
        ("service.simkl", "Other.something", []),
        ("xbmc", "Player.OnPlay", []),
        ("xbmc", "VideoLibrary.OnScanFinished", []),
    ],
)
def test_monitor__notification(
    monitor: Monitor, sender: str, method: str, woken: list[bool]
) -> None:
    """The end of a sleep and the person wake the sender at once, a change that our script made
    wakes it when Simkl allows; all else passes by."""
    monitor.onNotification(sender, method, '{"item": {"id": 1}}')
    assert monitor.sender.woken == woken
    assert monitor.inbox.empty()


def test_monitor__chosen(kodi: FakeKodi, monitor: Monitor) -> None:
    """What a script has changed of what is to be left alone is handed on as a snapshot."""
    settings.chosen().save(genres=("Horror",))
    monitor.onNotification("plugin.video.other", "Other.chosen", "null")
    assert monitor.inbox.empty()
    monitor.onNotification("service.simkl", "Other.chosen", "null")
    assert monitor.inbox.get_nowait().exclusions.genres == ("Horror",)
    assert monitor.sender.woken == []


def test_monitor__the_library_changed(monitor: Monitor) -> None:
    """What Kodi says of its library is only stamped and handed on: hundreds may come at once."""
    data = '{"item": {"id": 1, "type": "movie"}, "playcount": 1}'
    monitor.onNotification("xbmc", "VideoLibrary.OnUpdate", data)
    update = monitor.inbox.get_nowait()
    assert isinstance(update, Update)
    assert (update.data, monitor.sender.woken) == (data, [])


def test_run__ends_with_kodi(kodi: FakeKodi) -> None:
    """When Kodi ends, the service is at its end with no thread left behind and no complaint."""
    service.run()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("simkl")]
    assert [text for level, text in kodi.log if level >= xbmc.LOGINFO] == [
        "[service.simkl] version 1.2.3 is ready"
    ]


def test_run__ends_while_the_outbox_is_locked(kodi: FakeKodi) -> None:
    """Another process that keeps the outbox locked does not keep Kodi from ending."""
    kodi.profile.mkdir()
    with closing(sqlite3.connect(kodi.profile / "outbox.db")) as db:
        db.execute("BEGIN EXCLUSIVE")
        service.run()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("simkl")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("account.json", Text.ACCOUNT_DAMAGED),
        ("exclusions.json", Text.CHOICES_DAMAGED),
    ],
)
@pytest.mark.parametrize("junk", ["", "[]", "{", "\0" * 99, "[" * 99999], ids=len)
def test_run__with_a_damaged_file(
    kodi: FakeKodi, monkeypatch: pytest.MonkeyPatch, name: str, text: int, junk: str
) -> None:
    """A file of the person's that cannot be read is set aside, and they hear of it."""
    told: list[int] = []
    monkeypatch.setattr(News, "warn", lambda _, number, now: told.append(number))
    kodi.profile.mkdir()
    (kodi.profile / name).write_text(junk)
    service.run()
    assert told == [text]
    [aside] = kodi.profile.glob(f"{name}*")
    assert (aside.name.startswith(f"{name}.damaged-"), aside.read_text()) == (True, junk)
    told.clear()
    service.run()
    assert told == []
