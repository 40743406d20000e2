# SPDX-License-Identifier: MIT
"""Bad days of the real Kodi and of the device under it.

What docs/reliability.md tells of them was measured by `make bad-days`, with more of each than
`make test` has time for.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .device import CheapBox, SmallDisk
from .home import Home
from .jsonrpc import KodiDied, RpcError
from .kodi import Kodi
from .media import LONG, PATROL, SHORT, Library
from .test_delivery import entries, outbox, send_now, watch
from .test_marking import SHELF, act
from .test_scrobble import FILM, FILM_2, LONG_FILM, arrived, moment, over, started, titles
from .test_status import go_to, open_status, select
from .test_what_plays import streamed

INTERRUPTIONS = int(os.environ.get("BAD_DAYS_INTERRUPTIONS", "5"))
LOCKED = float(os.environ.get("BAD_DAYS_LOCKED", "4"))
EVENINGS = [int(seed) for seed in os.environ.get("BAD_DAYS_EVENINGS", "1").split()]
# More than the half minute that is taken for played, and more than half of the film.
ASLEEP = 80
EVENING = 12
YEAR = 365 * 86400
_WATCHED = re.compile(rf"\] watched: {PATROL} S01E(\d+)")


class Plays:
    """Episodes of one show, one after another, each beyond its threshold."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.begun: dict[int, float] = {}
        self.ended: dict[int, float] = {}
        self.watched: set[int] = set()
        """Of which the add-on has said so."""
        self._ids: list[int] = []

    def next(self, kodi: Kodi) -> None:
        self._ids = self._ids or _episodes(kodi)
        number = len(self.begun) + 1
        self.begun[number] = time.time()
        kodi.play({"episodeid": self._ids[number - 1]})
        kodi.seek(SHORT * 0.78)
        kodi.wait_for_position(SHORT * 0.84)
        kodi.stop()

    def until_interrupted(self, kodi: Kodi) -> None:
        """Kodi is killed at some moment, or leaves behind what is on its disk at that moment."""
        interruption = threading.Timer(self.chance.uniform(0, 9), self._interrupt, [kodi])
        interruption.start()
        try:
            while interruption.is_alive():
                self.next(kodi)
        except (KodiDied, RpcError, OSError):
            pass
        interruption.join()
        assert not kodi.running, "nothing interrupted it"
        for number in self.begun:
            self.ended.setdefault(number, time.time())

    def _interrupt(self, kodi: Kodi) -> None:
        if self.chance.random() < 0.5:
            kodi.kill()
            self.take_down(kodi.log)
            return
        self.take_down(kodi.log)
        picture = kodi.home.data / "picture"
        shutil.copytree(kodi.home.userdata, picture, copy_function=_copy_if_there)
        kodi.kill()
        shutil.rmtree(kodi.home.userdata)
        picture.rename(kodi.home.userdata)

    def take_down(self, log: str) -> None:
        self.watched |= {int(number) for number in _WATCHED.findall(log)}


def _copy_if_there(source: str, target: str) -> None:
    """A journal of SQLite may be gone before it is its turn, as it is from a disk."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _episodes(kodi: Kodi) -> list[int]:
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    found = kodi.rpc(
        "VideoLibrary.GetEpisodes",
        tvshowid=show["tvshowid"],
        season=1,
        properties=["episode"],
        sort={"method": "episode"},
    )
    return [each["episodeid"] for each in found["episodes"]]


def drained(kodi: Kodi, simkl: SimklServer) -> None:
    """Waits until nothing waits any more."""
    send_now(kodi)
    assert simkl.wait_for(lambda: all(state == "sent" for _, state in entries(kodi)), 60)


@pytest.mark.parametrize("seed", EVENINGS)
def test_interrupted__at_random_moments(
    scrobbling: Scrobbling, simkl: SimklServer, seed: int
) -> None:
    """Kills and power cuts at any moment of an evening, and of what is sent meanwhile: each watch
    that the disk had is on Simkl once, with a moment of its play, and nothing else is."""
    plays = Plays(random.Random(seed))
    kodi = scrobbling()
    for _ in range(INTERRUPTIONS):
        fault = plays.chance.choice(["close_after", "hang", "hang_after", "slow"])
        simkl.faults.add(fault, path="/sync/history")
        started(kodi)
        plays.until_interrupted(kodi)
        simkl.faults.clear()
    started(kodi)
    while len(plays.begun) < EVENING:
        plays.next(kodi)
    plays.take_down(kodi.log)
    drained(kodi, simkl)
    history = {each["episode"]: each for each in simkl.account().history}
    assert len(history) == len(simkl.account().history)
    assert plays.watched <= set(history) <= set(plays.begun)
    for number, entry in history.items():
        until = plays.ended.get(number, time.time())
        assert plays.begun[number] - 1 <= moment(entry) <= until + 1


def test_disk__full_then_read_only(
    scrobbling: Scrobbling, simkl: SimklServer, kodi_home: Path
) -> None:
    """What a full disk and a read-only one do not take is told, and is there when they do again."""
    disk = SmallDisk(Home(kodi_home).addon_data / ADDON_ID)
    kodi = scrobbling(options={"around": disk.around})
    kodi.expected = ("the outbox cannot be written",)
    started(kodi)
    disk.fill(kodi)
    watch(kodi, FILM)
    kodi.wait_for_toast("What you watched cannot be saved")
    disk.empty(kodi)
    watch(kodi, FILM_2)
    arrived(simkl, 2)
    disk.remount(kodi, "ro")
    for number in (1, 2):
        play_on(kodi, kodi.episode(PATROL, 1, number))
    disk.remount(kodi, "rw")
    play_on(kodi, kodi.episode(PATROL, 1, 3))
    assert titles_of(arrived(simkl, 5)) == [FILM, FILM_2, 1, 2, 3]
    assert_apart(simkl)


def play_on(kodi: Kodi, item: dict[str, Any]) -> None:
    """Beyond the threshold, and until the add-on has done with it."""
    times = kodi.log.count("session over")
    kodi.play(item)
    kodi.seek(SHORT * 0.78)
    kodi.wait_for_position(SHORT * 0.84)
    kodi.stop()
    over(kodi, times + 1)


def titles_of(history: list[dict[str, Any]]) -> list[Any]:
    """Of episodes their numbers."""
    return [each.get("episode") or each["title"] for each in history]


def assert_apart(simkl: SimklServer) -> None:
    """Each watch has a moment of its own: they were one after another."""
    moments = [moment(each) for each in simkl.account().history]
    assert all(later - earlier > 2 for earlier, later in zip(moments, moments[1:]))


def test_outbox__locked_by_another(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Another program keeps the file locked while something is watched, and two clicks at once
    while it is not: each of them is there once."""
    kodi = scrobbling()
    kodi.expected = ("the outbox cannot be written",)
    started(kodi)
    play_on(kodi, kodi.movie(FILM))
    arrived(simkl)
    with closing(sqlite3.connect(outbox(kodi))) as database:
        database.execute("BEGIN EXCLUSIVE")
        locked = time.monotonic()
        play_on(kodi, kodi.movie(FILM_2))
        kodi.wait_for_log("the outbox cannot be written")
        threading.Event().wait(locked + LOCKED - time.monotonic())
    send_now(kodi)
    episode = kodi.episode(PATROL, 1, 1)["episodeid"]
    for _ in range(2):
        act(kodi, "mark_watched", dbtype="episode", dbid=episode, when="now")
    play_on(kodi, kodi.episode(PATROL, 1, 2))
    drained(kodi, simkl)
    assert sorted(map(str, titles_of(simkl.account().history))) == ["1", "2", FILM, FILM_2]


def test_clock__a_year_behind_and_set_later(
    scrobbling: Scrobbling, simkl: SimklServer, tmp_path: Path
) -> None:
    """A box that begins in the past, and whose disk keeps no locks, sends nothing before its clock
    is set, and then the moments that its clock would have told."""
    box = CheapBox(tmp_path, -YEAR)
    kodi = started(scrobbling(options=box.options))
    begun = time.time()
    watch(kodi, FILM)
    ended = time.time()
    kodi.wait_for_log("delivery has to wait: WrongClock")
    assert (entries(kodi), titles(simkl)) == ([(FILM, "waiting")], [])
    box.set(0)
    watch(kodi, FILM_2)
    one, other = arrived(simkl, 2)
    assert [one["title"], other["title"]] == [FILM, FILM_2]
    assert begun - 1 <= moment(one) <= ended + 1 <= moment(other) <= time.time() + 1


def test_asleep__while_a_film_plays(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What Kodi could not play, because it was not let run, was not watched; what it plays after
    that is, once."""
    kodi = started(scrobbling(threshold=50))
    kodi.play_movie(LONG_FILM)
    kodi.wait_for_position(1)
    asleep(kodi, ASLEEP)
    kodi.wait_for_position(LONG * 0.5)
    kodi.stop()
    assert "not watched" in over(kodi)
    simkl.faults.add("slow", path="/sync/history", seconds=1)
    play_on(kodi, kodi.movie(FILM))
    assert simkl.wait_for(lambda: simkl.requests)
    asleep(kodi, 2)
    kodi.wait_for_log("sent: 1")
    assert titles(simkl) == [FILM]


def asleep(kodi: Kodi, seconds: float) -> None:
    """As when the device is suspended, and wakes up."""
    os.kill(kodi.pid, signal.SIGSTOP)
    threading.Event().wait(seconds)
    os.kill(kodi.pid, signal.SIGCONT)


def test_profile__of_another(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Each profile has its own account and its own outbox: nobody gets what another watched."""
    kodi = scrobbling()
    bert = kodi.home.add_profile("Bert") / "addon_data" / ADDON_ID
    account = {"access_token": simkl.account("bert").token}
    (bert / "account.json").write_text(json.dumps(account))
    started(kodi)
    simkl.stop_listening()
    watch(kodi, FILM)
    kodi.load_profile("Bert")
    simkl.start_listening()
    watch(kodi, FILM_2)
    assert simkl.wait_for(lambda: simkl.account("bert").history, 30)
    assert titles(simkl) == []
    kodi.load_profile("Master user")
    arrived(simkl)
    assert titles(simkl) == [FILM]
    assert [each["title"] for each in simkl.account("bert").history] == [FILM_2]


def test_disabled__while_it_sends(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who disables the add-on while Simkl does not answer waits for nothing; what was being sent
    goes out when it is enabled again."""
    simkl.faults.add("hang", path="/sync/history")
    kodi = started(scrobbling())
    watch(kodi, FILM)
    assert simkl.wait_for(lambda: simkl.requests)
    kodi.rpc("Addons.SetAddonEnabled", addonid=ADDON_ID, enabled=False)
    kodi.wait_until(f"!System.AddonIsEnabled({ADDON_ID})")
    watch_unseen(kodi, FILM_2)
    simkl.release()
    kodi.rpc("Addons.SetAddonEnabled", addonid=ADDON_ID, enabled=True)
    kodi.wait_for_log("is ready", times=2)
    kodi.wait_for_log("sent: 1")
    assert titles(simkl) == [FILM]


def watch_unseen(kodi: Kodi, title: str) -> None:
    """With nobody there to notice."""
    kodi.play_movie(title)
    kodi.seek(SHORT * 0.78)
    kodi.wait_for_position(SHORT * 0.84)
    kodi.stop()


def test_files__damaged(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """With its files damaged the add-on says so, keeps what is watched, and sends it when somebody
    has signed in again."""
    kodi = scrobbling()
    kodi.expected = ("damaged",)
    folder = kodi.home.addon_data / ADDON_ID
    for name in ("account.json", "exclusions.json"):
        (folder / name).write_bytes(bytes(700))
    (folder / "outbox.db").write_bytes(b"SQLite format 3\0" + bytes(3000))
    started(kodi)
    watch(kodi, FILM)
    for text in ("Your sign-in could not be read", "Your choices", "The list of what waits"):
        kodi.wait_until_told(text)
    assert entries(kodi) == [(FILM, "waiting")]
    kodi.home.write_addon_file(
        f"{ADDON_ID}/account.json", json.dumps({"access_token": simkl.account().token})
    )
    send_now(kodi)
    arrived(simkl)
    assert titles(simkl) == [FILM]
    assert len(list(folder.glob("*.damaged-*"))) == 3


def test_hostile__title_and_ids(scrobbling: Scrobbling, simkl: SimklServer, clip: Path) -> None:
    """What another add-on says of a film is text: no statement, no markup, no record of the log;
    and ids that are none make it no other film."""
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    title = (
        "R[COLOR red]ed[/COLOR][CR]$INFO[System.Date] \"'); DROP TABLE entry; --\u202e\U0001f3ac"
    )
    line = "2024-01-01 00:00:00.000 T:1    error <general>: [service.simkl] forged"
    ids = {"imdb": "tt9000001' OR 1=1", "tmdb": "<b>900001</b>", "tvdb": '{"simkl": 8000001}'}
    told = {"title": f"{title}\n{line}", "kind": "movie", "ids": ids, "values": {"setYear": 2019}}
    play_on(kodi, streamed(clip, **told))
    kodi.wait_until_told("Which one is R(COLOR red]ed(/COLOR](CR]$INFO(System.Date]")
    [(kept, state)] = entries(kodi)
    assert (kept.startswith(title), state, titles(simkl)) == (True, "parked", [])
    assert not [record for record in kodi.log.splitlines() if record.startswith(line)]
    open_status(kodi)
    go_to(kodi, "Needs attention")
    select(kodi)
    kodi.wait_for_focus("R(COLOR red]ed(/COLOR](CR]$INFO(System.Date]")


@pytest.fixture
def clip(library: Library) -> Path:
    return library.film_file(FILM)
