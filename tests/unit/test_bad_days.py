"""Bad days of the network and of Simkl, with the real outbox, sender and line, to the end.

What each of them is asked in the end: is every watch on Simkl once, with its moment, and nothing
else? `make bad-days` asks with more seeds than `make test` has time for.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from simkl_scrobbler import line
from simkl_scrobbler.account import Account
from simkl_scrobbler.clock import Start
from simkl_scrobbler.history import PARKED, SENT, WAITING, utc
from simkl_scrobbler.media import DATE_UNKNOWN, Ids, Movie, Watch
from simkl_scrobbler.pauses import CLOCK
from simkl_scrobbler.sender import REFUSED
from tests.simkl_server.clock import parse_utc
from tests.simkl_server.errors import DOCUMENTED
from tests.simkl_server.faults import KINDS
from tests.simkl_server.server import SimklServer

from .builders import EVENING
from .sofa import WHOLE_FERRY, Sofa

SEEDS = range(int(os.environ.get("BAD_DAYS_SEEDS", "1")))
HOUR, DAY = 3600, 86400
WATCHES = 500
STATUSES = (400, 403, 404, 413, 418, 429, 500, 502, 503, 504, 520)
# So many of the documented words, and of the statuses, each seed meets at least.
LEAST = 5


class Viewer(Sofa):
    """Somebody who watches films, with a sign-in that can be renewed."""

    def sign_in(self, name: str, plan: str = "pro") -> None:
        self.simkl = self.server.account(name, plan)
        grant = self.simkl.grant
        self.account = Account(grant.access_token, "v2", grant.refresh_token, id=self.simkl.number)
        self.accounts.save(self.account)
        self.kept: list[Watch] = []

    def films(self, count: int) -> list[Movie]:
        return [
            Movie(t.title, t.year, Ids(imdb=t.ids["imdb"]))
            for t in self.server.catalogue.add_movies(count)
        ]

    def keep(self, *watches: Watch) -> None:
        self.outbox.add(*watches)
        self.kept += watches

    def killed(self, *clock: Any) -> None:
        """Kodi is killed, and starts again, perhaps on another clock; its sockets are gone."""
        self.sender._hang_up()
        self.restart(*clock)

    def try_again(self) -> None:
        """Everything that the person can do: sign in again, and retry what is parked."""
        self.sender.signed_in()
        for stored in self.outbox.newest(PARKED, 9999):
            self.outbox.retry(stored.entry.id)

    @property
    def missing(self) -> Counter[Any]:
        """What is not in the history once, with its moment; or is there and was never watched."""
        there = Counter(map(_of_simkl, self.simkl.history))
        there.subtract(Counter(map(_of_ours, self.kept)))
        return Counter({watch: number for watch, number in there.items() if number})


def _of_simkl(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["title"], row.get("season"), row.get("episode"), row["watched_at"]


def _of_ours(watch: Watch) -> tuple[Any, ...]:
    item = watch.item
    if isinstance(item, Movie):
        return item.title, None, None, utc(watch.watched_at)
    return item.show.title, item.season, item.number, utc(watch.watched_at)


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Viewer]:
    # What hangs is given up after 30 seconds; here it is not worth waiting for.
    monkeypatch.setattr(line, "_READ", 0.15)
    with SimklServer() as server:
        server.clock.freeze("2023-12-20T12:00:00Z")
        server.switches.set(lock_seconds=0.1)
        yield Viewer(server, tmp_path, plan="free")


class Trouble:
    """Any that the emulator has, before the request takes effect or after it; each seed goes on
    with the words and the statuses where the one before it has surely been."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._kinds = cycle(self.chance.sample(KINDS, len(KINDS)))
        self._words = islice(cycle(sorted(DOCUMENTED)), seed * LEAST, None)
        self._statuses = islice(cycle(STATUSES), seed * LEAST, None)
        self.errors = 0
        self.statuses = 0

    def next(self) -> dict[str, Any]:
        chance = self.chance
        kind = next(self._kinds)
        fault: dict[str, Any] = {"kind": kind, "applied": chance.random() < 0.3}
        if kind == "error":
            self.errors += 1
            fault["error"] = next(self._words)
        elif kind == "status":
            self.statuses += 1
            fault["status"] = next(self._statuses)
            fault["content"] = chance.choice(["json", "html", "empty"])
        elif kind.startswith("slow"):
            fault["seconds"] = 0.02
        if chance.random() < 0.2:
            fault["retry_after"] = chance.choice([0, 7, 30, "soon", "-5", 10**12])
        return fault


@pytest.mark.parametrize("seed", SEEDS)
def test_faults__all_of_them_at_random(viewer: Viewer, seed: int) -> None:
    """Every fault that Simkl or the way to it can have, and kills between, over 500 watches."""
    trouble = Trouble(seed)
    chance = trouble.chance
    items = [*WHOLE_FERRY, *viewer.films(WATCHES - len(WHOLE_FERRY))]
    chance.shuffle(items)
    for begin, end in pieces(chance, WATCHES):
        viewer.keep(*(Watch(items[i], EVENING + i * 60, "playback") for i in range(begin, end)))
        for _ in range(chance.randint(0, 2)):
            viewer.server.faults.add(**trouble.next())
        for _ in range(chance.randint(1, 3)):
            viewer.deliver()
            viewer.server.release()
        if chance.random() < 0.1:
            viewer.killed()
        if any(report.state == REFUSED for report in viewer.reports):
            viewer.try_again()
        viewer.reports.clear()
    met = {exchange.fault for exchange in viewer.server.requests}
    assert met >= set(KINDS)
    assert min(trouble.errors, trouble.statuses) >= LEAST
    viewer.server.faults.clear()
    viewer.try_again()
    viewer.drain()
    assert viewer.outbox.counts() == {WAITING: 0, PARKED: 0, SENT: WATCHES}
    assert not viewer.missing


def pieces(chance: random.Random, whole: int) -> Iterator[tuple[int, int]]:
    """The bounds of pieces that are a few long and together all of it."""
    begin = 0
    while begin < whole:
        end = min(whole, begin + chance.randint(1, 8))
        yield begin, end
        begin = end


def test_quota__used_up(viewer: Viewer) -> None:
    """With the requests of the day used up everything waits for the next day, and then arrives."""
    viewer.simkl.spend(500)
    viewer.keep(*(Watch(film, EVENING + i, "playback") for i, film in enumerate(viewer.films(60))))
    assert viewer.deliver() == pytest.approx(17 * HOUR)
    assert (len(viewer.server.requests), viewer.simkl.history) == (1, [])
    viewer.drain()
    assert len(viewer.server.requests) == 3
    assert not viewer.missing


def test_down__for_a_week(viewer: Viewer) -> None:
    """After a week without Simkl 2,000 watches arrive, in few requests, on a token that ended."""
    viewer.server.stop_listening()
    films = viewer.films(2000)
    begun = viewer.server.clock.now()
    viewer.keep(*(Watch(film, EVENING + i, "playback") for i, film in enumerate(films[:1990])))
    for film in films[1990:]:
        viewer.keep(Watch(film, EVENING + len(viewer.kept), "playback"))
        for _ in range(40):
            viewer.deliver()
    assert viewer.server.clock.now() - begun > timedelta(days=7)
    viewer.server.start_listening()
    viewer.drain()
    assert len(viewer.server.requests) < 60
    assert not viewer.missing


def test_no_answer_of_simkl__for_hours(viewer: Viewer) -> None:
    """A captive portal and the pages of others in the way are waited out."""
    viewer.keep(*(Watch(film, EVENING + i, "playback") for i, film in enumerate(viewer.films(3))))
    for kind in ("html_200", "redirect", "empty", "malformed"):
        viewer.server.faults.add(kind, times=25)
    viewer.drain()
    assert len(viewer.server.requests) == 101
    assert not viewer.missing


YEAR = 365 * DAY


class Device:
    """A box whose clock begins anew with each start, and the outbox on it."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        signed_in = self._right()
        os.utime(Path(viewer.path).with_name("account.json"), (signed_in, signed_in))
        self.turn_on()

    def turn_on(self, behind: float = 0.0) -> None:
        """It starts, with a clock that is behind by so much, or ahead."""
        self.boot, self.off, self.uptime = os.urandom(4).hex(), behind, 0.0
        self.since = self._right()
        self.viewer.killed(self.clock, self.start)

    def _right(self) -> float:
        return self.viewer.server.clock.now().timestamp()

    def clock(self) -> float:
        return self._right() - self.off

    def start(self, clock: Callable[[], float]) -> Start:
        return Start(self.boot, int(clock() - (self._right() - self.since)))

    def watch(self, film: Movie) -> None:
        """Kept with the moment of the clock as it goes; what is right is known to the test."""
        self.viewer.server.clock.advance(7000)
        self.viewer.outbox.add(Watch(film, int(self.clock()), "playback"))
        self.viewer.kept.append(Watch(film, int(self._right()), "playback"))
        self.viewer.server.clock.advance(500)


@pytest.fixture
def device(viewer: Viewer) -> Device:
    """On which something was watched before, when its clock was right."""
    device = Device(viewer)
    device.watch(viewer.films(1)[0])
    viewer.drain()
    return device


@pytest.mark.parametrize("behind", [YEAR, 3 * DAY, 53 * YEAR, -YEAR], ids=str)
def test_clock__set_after_the_watch(device: Device, viewer: Viewer, behind: float) -> None:
    """What was watched before the clock was set arrives with the moment at which it happened."""
    device.turn_on(behind)
    viewer.server.stop_listening()
    for film in viewer.films(3):
        device.watch(film)
        viewer.deliver()
    device.off = 0.0
    viewer.server.start_listening()
    viewer.drain()
    assert not viewer.missing


@pytest.mark.parametrize("behind", [YEAR, 53 * YEAR], ids=str)
def test_clock__behind_and_simkl_there(device: Device, viewer: Viewer, behind: float) -> None:
    """While the clock is behind what it was before nothing is sent; once it is set, all is."""
    device.turn_on(behind)
    for film in viewer.films(3):
        device.watch(film)
        viewer.deliver()
    assert viewer.outbox.waiting() == 3
    assert viewer.reports[-1].trouble
    assert viewer.reports[-1].trouble.kind == CLOCK
    device.off = 0.0
    viewer.drain()
    assert not viewer.missing


def test_clock__set_with_kodi_off(device: Device, viewer: Viewer) -> None:
    """The device ran on while Kodi did not, and its clock was set: that is known, too."""
    device.turn_on(YEAR)
    viewer.server.stop_listening()
    device.watch(viewer.films(1)[0])
    device.off = 0.0
    viewer.killed(device.clock, device.start)
    viewer.server.start_listening()
    viewer.drain()
    assert not viewer.missing


def test_clock__that_was_ahead(device: Device, viewer: Viewer) -> None:
    """After days with a clock that was ahead a right one is believed, because Simkl's agrees."""
    device.turn_on(-YEAR)
    viewer.server.stop_listening()
    device.watch(viewer.films(1)[0])
    device.turn_on()
    device.watch(viewer.films(1)[0])
    viewer.server.start_listening()
    viewer.drain()
    assert viewer.outbox.counts()[SENT] == 3
    moments = [parse_utc(row["watched_at"]) for row in viewer.simkl.history]
    assert max(moments) <= viewer.server.clock.now()


@pytest.mark.parametrize("behind", [YEAR, 53 * YEAR], ids=str)
def test_clock__never_set_before_it_was_off_again(
    device: Device, viewer: Viewer, behind: float
) -> None:
    """Nobody can know any more when it was: Simkl's own word for that is sent, or what the clock
    told, if that can be a moment."""
    device.turn_on(behind)
    viewer.server.stop_listening()
    [film] = viewer.films(1)
    device.watch(film)
    told = utc(int(device.clock()) - 500) if behind == YEAR else "1970-01-01T00:00:01Z"
    device.turn_on()
    viewer.server.start_listening()
    viewer.drain()
    row = viewer.simkl.history[-1]
    assert (row["title"], row["watched_at"]) == (film.title, told)


def test_clock__what_it_did_not_tell(device: Device, viewer: Viewer) -> None:
    """A day that the person has entered stays that day, and an unknown one unknown."""
    device.turn_on(YEAR)
    viewer.server.stop_listening()
    one, other = viewer.films(2)
    viewer.keep(Watch(one, EVENING - 9 * DAY, "menu"), Watch(other, DATE_UNKNOWN, "menu"))
    device.off = 0.0
    viewer.server.start_listening()
    viewer.drain()
    assert not viewer.missing
