# SPDX-License-Identifier: MIT
"""A mark by hand: from where Kodi begins with our script until a list is shown or all is kept.

The floor is what Kodi itself takes for a new interpreter, and to show a list.
"""

from __future__ import annotations

from itertools import count
from statistics import median
from typing import Callable

from simkl_scrobbler.outbox import Outbox
from tests.e2e.kodi import Kodi
from tests.e2e.media import PATROL, PATROL_SEASONS
from tests.e2e.processes import until
from tests.e2e.test_marking import FILMS, MARK, SHOWS, open_list, open_menu
from tools.build import ADDON_ID

from .addons import FLOOR_ID
from .logged import BEGUN, LIST, RETURNED, from_to
from .stage import FILM, Failed, Stage, end, simkl, start
from .table import Figure, summary

_ROUNDS = 3
_TIMEOUT = 20.0
_AIM = 300.0
_MENUS = {ADDON_ID: ("Simkl", MARK), FLOOR_ID: ("Floor", "List")}
_SCRIPTS = {ADDON_ID: "default.py", FLOOR_ID: "list.py"}
_SHOW = f"a show of {sum(PATROL_SEASONS.values())} episodes"

_MINUTES = count()

Took = Callable[[], float]


def measure(stage: Stage) -> list[Figure]:
    """Our service is in that Kodi, too, and sends what was marked before the next one."""
    both = stage.ours, stage.floor
    with simkl() as server, stage.with_ours("clicks", server, *both) as kodi:
        start(kodi)
        figures = [*_scripts(kodi), *_menus(kodi)]
        _check(kodi)
        end(kodi)
    return figures


def _scripts(kodi: Kodi) -> list[Figure]:
    """The floor's has not a line."""
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    film, episode = kodi.movie(FILM.title)["movieid"], kodi.episode(PATROL, 1, 7)["episodeid"]
    floor = _rounds(lambda: _script(kodi, FLOOR_ID))
    marks: dict[str, Took] = {
        "a film": lambda: _mark(kodi, "movie", film),
        "an episode": lambda: _mark(kodi, "episode", episode),
        _SHOW: lambda: _mark(kodi, "tvshow", show["tvshowid"]),
    }
    return [_figure(f"a script marks {what}", _rounds(took), floor) for what, took in marks.items()]


def _menus(kodi: Kodi) -> list[Figure]:
    """The floor's shows a list at once."""
    floor = _rounds(lambda: _menu(kodi, FILMS, FILM.title, FLOOR_ID))
    lists: dict[str, Took] = {
        "a film": lambda: _menu(kodi, FILMS, FILM.title, ADDON_ID),
        _SHOW: lambda: _menu(kodi, SHOWS, f"[{PATROL}", ADDON_ID),
    }
    return [
        _figure(f"the menu's list, of {what}", _rounds(took), floor) for what, took in lists.items()
    ]


def _rounds(took: Took) -> list[float]:
    """In milliseconds, after a first time for the .pyc files."""
    took()
    return [took() for _ in range(_ROUNDS)]


def _figure(name: str, ours: list[float], floor: list[float]) -> Figure:
    own = median(ours) - median(floor)
    return Figure(
        name,
        f"{summary(ours, 'ms', 0)}, {own:.0f} of its own",
        summary(floor, "ms", 0),
        f"≤ {_AIM:.0f} ms of its own",
        own <= _AIM,
    )


def _mark(kodi: Kodi, kind: str, dbid: int) -> float:
    # Twice in one second would be the same watch.
    when = f"2024-05-01T20:{next(_MINUTES):02}:00Z"
    what = f"dbtype={kind}", f"dbid={dbid}", f"when={when}"
    took = _script(kodi, ADDON_ID, "action=mark_watched", *what)
    until(lambda: not _outbox(kodi).waiting(), _TIMEOUT, "what was marked is sent")
    return took


def _script(kodi: Kodi, addon_id: str, *arguments: str) -> float:
    def run() -> None:
        kodi.execute_addon(addon_id, arguments)

    script = f"{addon_id}/default.py"
    return from_to(kodi, run, f"{script}{BEGUN}", f"{script}{RETURNED}")


def _menu(kodi: Kodi, path: str, item: str, addon_id: str) -> float:
    """Back leaves the list that was shown."""
    open_list(kodi, path)
    open_menu(kodi, item, *_MENUS[addon_id])
    script = f"{addon_id}/{_SCRIPTS[addon_id]}"
    returned = kodi.log.count(f"{script}{RETURNED}")
    took = from_to(kodi, lambda: kodi.press("Select"), f"{script}{BEGUN}", LIST)
    kodi.press("Back")
    kodi.wait_for_log(f"{script}{RETURNED}", times=returned + 1)
    return took


def _outbox(kodi: Kodi) -> Outbox:
    return Outbox(str(kodi.home.addon_data / ADDON_ID / "outbox.db"))


def _check(kodi: Kodi) -> None:
    sent = _outbox(kodi).counts()["sent"]
    expected = (_ROUNDS + 1) * (2 + sum(PATROL_SEASONS.values()))
    if sent != expected:
        raise Failed(f"{sent} watches were sent, not {expected}")
