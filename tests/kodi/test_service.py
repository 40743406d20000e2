"""The service's own ears, and that it ends when Kodi wants it to."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from queue import SimpleQueue
from typing import Any, Callable

import pytest
import xbmc

from simkl_scrobbler.account import Account, AccountFile
from simkl_scrobbler.database import Database
from simkl_scrobbler.events import (
    ENDED,
    PAUSED,
    REPLACED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
)
from simkl_scrobbler.history import SENT, Outcome
from simkl_scrobbler.kodi import service, settings
from simkl_scrobbler.kodi.inbox import SignedIn, Stamp, Stop, Update, Wake
from simkl_scrobbler.kodi.news import News
from simkl_scrobbler.kodi.service import Monitor, Player, Works
from simkl_scrobbler.kodi.texts import Text
from simkl_scrobbler.outbox import Outbox
from tests.unit.builders import a_watch

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
    before = Stamp.now()
    getattr(player, callback)(*arguments)
    after = Stamp.now()
    event = player.inbox.get_nowait()
    assert player.inbox.empty()
    assert event.kind == kind
    assert before.at <= event.at <= after.at
    assert before.utc <= event.utc <= after.utc
    assert event.position == (61.5 if kind == SEEKED else None)
    assert event.speed == (2 if kind == SPEED_CHANGED else 1)


@pytest.fixture
def monitor() -> Monitor:
    monitor = Monitor()
    monitor.inbox = SimpleQueue()
    return monitor


def told(monitor: Monitor) -> list[Any]:
    """What it has put into the inbox."""
    return [monitor.inbox.get_nowait() for _ in range(monitor.inbox.qsize())]


def test_monitor__settings_changed(kodi: FakeKodi, monitor: Monitor) -> None:
    """New settings are handed on as a snapshot, and what waited for them is tried at once."""
    kodi.settings["threshold"] = "55"
    monitor.onSettingsChanged()
    assert told(monitor) == [settings.read(), Wake(at_once=True)]


@pytest.mark.parametrize(
    ("sender", "method", "message"),
    [
        ("xbmc", "System.OnWake", Wake(at_once=True)),
        ("service.simkl", "Other.send_now", Wake(at_once=True)),
        ("service.simkl", "Other.changed", Wake(at_once=False)),
        ("service.simkl", "Other.signed_in", SignedIn()),
        ("plugin.video.other", "Other.changed", None),
        ("plugin.video.other", "Other.send_now", None),
        ("plugin.video.other", "Other.signed_in", None),
        ("service.simkl", "Other.something", None),
        ("xbmc", "Player.OnPlay", None),
        ("xbmc", "VideoLibrary.OnScanFinished", None),
    ],
)
def test_monitor__notification(
    monitor: Monitor, sender: str, method: str, message: Wake | SignedIn | None
) -> None:
    """The end of a sleep and the person wake the sender at once, a change that our script made
    wakes it when Simkl allows, a sign-in ends a refusal; all else passes by."""
    monitor.onNotification(sender, method, '{"item": {"id": 1}}')
    said = told(monitor)
    assert said == ([] if message is None else [message])
    # Two of them without fields would be equal.
    assert [type(each) for each in said] == ([] if message is None else [type(message)])


def test_monitor__chosen(kodi: FakeKodi, monitor: Monitor) -> None:
    """What a script has changed of what is to be left alone is handed on as a snapshot."""
    settings.chosen().save(genres=("Horror",))
    monitor.onNotification("plugin.video.other", "Other.chosen", "null")
    assert told(monitor) == []
    monitor.onNotification("service.simkl", "Other.chosen", "null")
    [snapshot] = told(monitor)
    assert snapshot.exclusions.genres == ("Horror",)


def test_monitor__the_library_changed(monitor: Monitor) -> None:
    """What Kodi says of its library is only stamped and handed on: hundreds may come at once."""
    data = '{"item": {"id": 1, "type": "movie"}, "playcount": 1}'
    monitor.onNotification("xbmc", "VideoLibrary.OnUpdate", data)
    [update] = told(monitor)
    assert isinstance(update, Update)
    assert update.data == data


def outbox_of(kodi: FakeKodi) -> Outbox:
    kodi.profile.mkdir(exist_ok=True)
    return Outbox(str(kodi.profile / "outbox.db"))


def works(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a service that lives for a moment makes what does the work."""
    made: list[bool] = []
    really = Works._made

    def make(self: Works) -> Any:
        made.append(True)
        return really(self)

    monkeypatch.setattr(Works, "_made", make)
    service.run()
    return bool(made)


@pytest.mark.parametrize("state", ["none yet", "empty", "all sent"])
def test_run__works_only_when_there_is_something_to_do(
    kodi: FakeKodi, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """What does the work is not even made while nothing happens and nothing waits."""
    if state != "none yet":
        outbox = outbox_of(kodi)
        outbox.waiting()
        if state == "all sent":
            outbox.add(a_watch())
            outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    assert not works(monkeypatch)
    assert [text for level, text in kodi.log if level > xbmc.LOGINFO] == []


def waits(kodi: FakeKodi) -> None:
    outbox_of(kodi).add(a_watch())


def is_damaged(kodi: FakeKodi) -> None:
    kodi.profile.mkdir()
    (kodi.profile / "outbox.db").write_bytes(b"no database" * 100)


def was_replaced_by_half(kodi: FakeKodi) -> None:
    waits(kodi)
    (kodi.profile / "outbox.db").rename(kodi.profile / "outbox.db.new")


def was_killed_while_somebody_marked(kodi: FakeKodi) -> None:
    kodi.profile.mkdir()
    (kodi.profile / "marks.json").write_text("[]")


def is_private(kodi: FakeKodi) -> None:
    settings.chosen().save(private_until=int(time.time()) + 3600)


def tracks_rewatches(kodi: FakeKodi) -> None:
    kodi.settings["track_rewatches"] = "true"


@pytest.mark.parametrize(
    "case",
    [
        waits,
        is_damaged,
        was_replaced_by_half,
        was_killed_while_somebody_marked,
        is_private,
        tracks_rewatches,
    ],
)
def test_run__works_at_once(
    kodi: FakeKodi, monkeypatch: pytest.MonkeyPatch, case: Callable[[FakeKodi], None]
) -> None:
    """What cannot wait for the first video is begun when Kodi starts."""
    case(kodi)
    assert works(monkeypatch)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("simkl")]


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


def test_run__ends_while_the_work_is_made(kodi: FakeKodi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Kodi ends before there is anything to be hurried, nothing is waited for afterwards."""
    waits(kodi)
    patience: list[bool] = []
    made, transact = Works._made, Database._transact

    def make(self: Works) -> Any:
        ending = threading.Thread(target=self.stop)
        ending.start()
        while not isinstance(self._inbox.get(), Stop):
            pass
        self._inbox.put(Stop())
        return made(self)

    def watch(self: Database, work: Any) -> Any:
        patience.append(not self._hurried)
        return transact(self, work)

    monkeypatch.setattr(Works, "_made", make)
    monkeypatch.setattr(Database, "_transact", watch)
    service.run()
    assert not any(patience)


def test_run__rewatches_end_with_it(kodi: FakeKodi) -> None:
    """The profile that comes next may want none: its service may be long in being made."""
    kodi.profile.mkdir()
    tracks_rewatches(kodi)
    AccountFile(str(kodi.profile / "account.json")).save(Account("token", plan="pro"))
    service.run()
    assert kodi.window["service.simkl.rewatches"] == ""
