# SPDX-License-Identifier: MIT
"""The end of Kodi while something is being sent, and while the server keeps it waiting for ever."""

from __future__ import annotations

import time

from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.outbox import Outbox
from tests.e2e.kodi import Kodi
from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .stage import End, Stage, end, send, simkl, start
from .table import Figure, summary

_ROUNDS = 2
_MANY = 500
_AIM = 1000.0


def measure(stage: Stage) -> list[Figure]:
    """The floor's part of it is that of the ends without any trouble."""
    figures: list[Figure] = []
    for name, begin in {"sending": _in_the_middle, "the server hangs": _hanging}.items():
        ends = []
        for number in range(_ROUNDS):
            home = f"end-{begin.__name__.strip('_')}-{number}"
            with simkl() as server, stage.with_ours(home, server) as kodi:
                start(kodi)
                begin(server, kodi)
                ends.append(end(kodi))
        figures += _figures(f"quitting Kodi, {name}", ends)
    return figures


def _figures(name: str, ends: list[End]) -> list[Figure]:
    waited = [each.waited for each in ends]
    return [
        Figure(name, summary([each.took for each in ends], "s", 2)),
        Figure(
            f"{name}: its wait for us",
            summary(waited, "ms", 0),
            "–",
            f"≤ {_AIM:.0f} ms",
            max(waited) <= _AIM,
        ),
    ]


def _in_the_middle(server: SimklServer, kodi: Kodi) -> None:
    """More waits than goes into one request."""
    outbox, now = Outbox(str(kodi.home.addon_data / ADDON_ID / "outbox.db")), int(time.time())
    films = [
        Movie(title.title, title.year, Ids(imdb=title.ids["imdb"]))
        for title in server.catalogue.add_movies(_MANY)
    ]
    outbox.add(*(Watch(film, now - 60 * number, "menu") for number, film in enumerate(films)))
    send(server, kodi)


def _hanging(server: SimklServer, kodi: Kodi) -> None:
    server.hold()
    send(server, kodi, answered=False)
