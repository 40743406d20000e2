# SPDX-License-Identifier: MIT
"""The outbox and the sender without Kodi: adding, and delivering what has waited for long."""

from __future__ import annotations

import time
from itertools import chain
from pathlib import Path
from typing import Callable, Iterable, NamedTuple

from simkl_scrobbler.account import Account, AccountFile
from simkl_scrobbler.line import Line
from simkl_scrobbler.media import Episode, Ids, Item, Movie, Show, Watch
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.sender import Sender
from simkl_scrobbler.simkl import Simkl
from tests.simkl_server.server import SimklServer

from .stage import Failed, Stage, simkl
from .table import Figure

_WAITING = 5000
_FILMS, _EPISODES = 1000, 50
_LONG_AGO = 1_700_000_000
_HOUR = 3600


class Delivery(NamedTuple):
    """Adds in a second, then seconds by the server's clock, requests, and seconds of real CPU."""

    added: float
    seconds: float
    requests: int
    cpu: float


def measure(stage: Stage) -> list[Figure]:
    """What needs the most requests, and what people watch."""
    films, mixed = _delivery(stage.folder / "films", _films), _delivery(stage.folder / "mix", _mix)
    return [
        Figure("an entry into the outbox, on this disk", f"{1000 / mixed.added:.1f} ms"),
        _figure("films", films),
        _figure("films and episodes in seasons", mixed),
    ]


def _figure(what: str, it: Delivery) -> Figure:
    ours = f"{it.seconds:.0f} s by its clock, {it.requests} requests, {it.cpu:.1f} s CPU"
    return Figure(f"delivering {_WAITING} waiting {what}", ours)


def _films(server: SimklServer, count: int = _WAITING) -> Iterable[Item]:
    for title in server.catalogue.add_movies(count):
        yield Movie(title.title, title.year, Ids(imdb=title.ids["imdb"], tmdb=title.simkl))


def _mix(server: SimklServer) -> Iterable[Item]:
    """A film, four episodes, a film, and so on."""
    films = iter(list(_films(server, _FILMS)))
    shows = (_WAITING - _FILMS) // _EPISODES
    episodes = chain.from_iterable(_season(server, 9_000_000 + each) for each in range(shows))
    return chain.from_iterable(zip(films, episodes, episodes, episodes, episodes, strict=True))


def _season(server: SimklServer, number: int) -> Iterable[Item]:
    show = Show(f"Serial {number}", 2010, Ids(tvdb=number))
    season = {"number": 1, "episodes": _EPISODES, "from": "2010-01-01"}
    server.catalogue.add(
        {
            "simkl": number,
            "type": "tv",
            "title": show.title,
            "year": show.year,
            "ids": {"tvdb": str(number)},
            "seasons": [season],
        }
    )
    return [Episode(show, 1, episode) for episode in range(1, _EPISODES + 1)]


def _delivery(folder: Path, items: Callable[[SimklServer], Iterable[Item]]) -> Delivery:
    """On the disk of the project, by a server of its own whose clock stands still."""
    folder.mkdir()
    outbox = Outbox(str(folder / "outbox.db"))
    with simkl() as server:
        added = _add(outbox, list(items(server)))
        server.clock.freeze()
        begun, cpu = server.clock.monotonic(), time.thread_time()
        _drain(_sender(folder, outbox, server), server)
        _check(server)
        seconds, cpu = server.clock.monotonic() - begun, time.thread_time() - cpu
        return Delivery(added, seconds, len(server.requests), cpu)


def _add(outbox: Outbox, items: list[Item]) -> float:
    begun = time.monotonic()
    for number, item in enumerate(items):
        outbox.add(Watch(item, _LONG_AGO + number * _HOUR, "playback"))
    return len(items) / (time.monotonic() - begun)


def _sender(folder: Path, outbox: Outbox, server: SimklServer) -> Sender:
    accounts = AccountFile(str(folder / "account.json"))
    accounts.save(Account(server.account().token))
    return Sender(
        outbox,
        lambda: Simkl(Line(), server.url, server.client_id, "bench"),
        accounts,
        tell=lambda report: None,
        monotonic=server.clock.monotonic,
    )


def _drain(sender: Sender, server: SimklServer) -> None:
    """The sender's own loop, but its waits pass at once."""
    for _ in range(_WAITING):
        wait = sender.deliver()
        if wait is None:
            return
        server.clock.advance(wait)
    raise Failed("the sender does not come to an end")


def _check(server: SimklServer) -> None:
    stored = len(server.account().history)
    if stored != _WAITING:
        raise Failed(f"{stored} watches of {_WAITING} arrived")
