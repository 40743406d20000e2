# SPDX-License-Identifier: MIT
"""A start, and an episode that begins to play, in a small library and in a large one."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.e2e.kodi import Kodi
from tests.e2e.media import PATROL

from .procfs import usage
from .stage import Stage, end, simkl, start
from .starts import used_to_be_ready
from .table import Figure, summary

_SMALL, _LARGE = 100, 20_000
_A_SHOW = 200
_ROUNDS = 2
_SETTLING = 3.0
# The same but for the moods of the machine.
_AIM = 1.25


class Cost(NamedTuple):
    """CPU in ms until ready, and while an episode begins to play."""

    start: float
    play: float


def measure(stage: Stage) -> list[Figure]:
    """They take turns, so that both meet the same moods of the machine."""
    with simkl() as server:
        kodis = [stage.with_ours(f"library-{size}", server) for size in (_SMALL, _LARGE)]
        for kodi, size in zip(kodis, (_SMALL, _LARGE), strict=True):
            _resize(kodi.home.database("MyVideos"), size)
        # The first is for the .pyc files.
        rounds = [[_cost(kodi) for kodi in kodis] for _ in range(_ROUNDS + 1)][1:]
        for kodi in kodis:
            kodi.close()
    small, large = zip(*rounds, strict=True)
    return [
        _figure("start", [each.start for each in small], [each.start for each in large]),
        _figure("play", [each.play for each in small], [each.play for each in large]),
    ]


def _figure(what: str, small: list[float], large: list[float]) -> Figure:
    ratio = median(large) / median(small)
    return Figure(
        f"{what}, library of {_LARGE} episodes: CPU",
        f"{summary(large, 'ms')}; of {_SMALL} {summary(small, 'ms')}: {ratio:.2f} times",
        aim=f"≤ {_AIM} times",
        met=ratio <= _AIM,
    )


def _cost(kodi: Kodi) -> Cost:
    start(kodi)
    begun = used_to_be_ready(kodi.pid)
    before = usage(kodi.pid)
    kodi.play_episode(PATROL, 1, 7)
    kodi.wait_for_log("session: ")
    time.sleep(_SETTLING)
    played = usage(kodi.pid).since(before).cpu
    kodi.stop()
    end(kodi)
    return Cost(begun, played)


def _resize(path: Path, size: int) -> None:
    """Of one show there are as many as there were; the others have copies of its episodes."""
    with closing(sqlite3.connect(path)) as db, db:
        [(model,)] = db.execute("SELECT idShow FROM tvshow WHERE c00 = ?", (PATROL,))
        episodes = [
            row[0]
            for row in db.execute(
                "SELECT idEpisode FROM episode WHERE idShow = ? ORDER BY CAST(c12 AS INTEGER) = 0,"
                " CAST(c12 AS INTEGER), CAST(c13 AS INTEGER)",
                (model,),
            )
        ]
        [(present,)] = db.execute("SELECT count(*) FROM episode")
        for number in episodes[len(episodes) - max(0, present - size) :]:
            db.execute("DELETE FROM episode WHERE idEpisode = ?", (number,))
        while present < size:
            show = _copied(db, "tvshow", model, idShow=None, c00=f"{PATROL} {present}")
            _copy_link(db, model, show)
            season = _copied(db, "seasons", _season(db, model), idSeason=None, idShow=show)
            for number in episodes[: min(_A_SHOW, size - present)]:
                _copy_episode(db, number, show, season)
                present += 1


def _season(db: sqlite3.Connection, show: int) -> int:
    query = "SELECT idSeason FROM seasons WHERE idShow = ? AND season = 1"
    return int(db.execute(query, (show,)).fetchone()[0])


def _copy_link(db: sqlite3.Connection, model: int, show: int) -> None:
    copy = "INSERT INTO tvshowlinkpath SELECT ?, idPath FROM tvshowlinkpath WHERE idShow = ?"
    db.execute(copy, (show, model))


def _copy_episode(db: sqlite3.Connection, number: int, show: int, season: int) -> None:
    query = "SELECT idFile, strFilename FROM episode JOIN files USING (idFile) WHERE idEpisode = ?"
    file, name = db.execute(query, (number,)).fetchone()
    copied = _copied(db, "files", file, idFile=None, strFilename=f"{show} {name}")
    changed = {"idShow": show, "idSeason": season, "idFile": copied}
    _copied(db, "episode", number, idEpisode=None, **changed)


def _copied(db: sqlite3.Connection, table: str, number: int, **changed: object) -> int:
    """A copy of a row with other values; its key is the first column, and comes anew."""
    key, *_ = names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    columns = ", ".join("?" if name in changed else name for name in names)
    values = [changed[name] for name in names if name in changed]
    copy = f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE {key} = ?"
    return int(db.execute(copy, (*values, number)).lastrowid or 0)
