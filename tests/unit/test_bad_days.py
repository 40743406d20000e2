"""Bad days of the network and of Simkl, with the real outbox, sender and line, to the end.

What each of them is asked in the end: is every watch on Simkl once, with its moment, and nothing
else? `make bad-days` asks with more seeds than `make test` has time for.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simkl_scrobbler import line
from simkl_scrobbler.account import Account
from simkl_scrobbler.history import PARKED, SENT, WAITING, utc
from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.sender import REFUSED
from tests.simkl_server.errors import DOCUMENTED
from tests.simkl_server.faults import KINDS
from tests.simkl_server.server import SimklServer

from .builders import EVENING
from .sofa import WHOLE_FERRY, Sofa

SEEDS = range(int(os.environ.get("BAD_DAYS_SEEDS", "1")))
HOUR, DAY = 3600, 86400
WATCHES = 500


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

    def killed(self) -> None:
        """Kodi is killed, and starts again; its sockets are gone with it."""
        self.sender._hang_up()
        self.restart()

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


def a_fault(chance: random.Random) -> dict[str, Any]:
    """Any that the emulator has, before the request takes effect or after it."""
    kind = chance.choice(KINDS)
    fault: dict[str, Any] = {
        "kind": kind,
        "path": "/sync/history",
        "applied": chance.random() < 0.3,
    }
    if kind == "error":
        fault["error"] = chance.choice(sorted(DOCUMENTED))
    elif kind == "status":
        fault["status"] = chance.choice([400, 403, 404, 413, 418, 429, 500, 502, 503, 504, 520])
        fault["content"] = chance.choice(["json", "html", "empty"])
    elif kind.startswith("slow"):
        fault["seconds"] = 0.02
    if chance.random() < 0.2:
        fault["retry_after"] = chance.choice([0, 7, 30, "soon", "-5", 10**12])
    return fault


@pytest.mark.parametrize("seed", SEEDS)
def test_faults__all_of_them_at_random(viewer: Viewer, seed: int) -> None:
    """Every fault that Simkl or the way to it can have, and kills between, over 500 watches."""
    chance = random.Random(seed)
    items = [*WHOLE_FERRY, *viewer.films(WATCHES - len(WHOLE_FERRY))]
    chance.shuffle(items)
    for begin, end in pieces(chance, WATCHES):
        viewer.keep(*(Watch(items[i], EVENING + i * 60, "playback") for i in range(begin, end)))
        for _ in range(chance.randint(0, 2)):
            viewer.server.faults.add(**a_fault(chance))
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
