# SPDX-License-Identifier: MIT
"""What only Kodi 21 has: several versions of one film, and extras that belong to it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .home import Home
from .kodi import Kodi
from .media import SHORT, Library
from .release import OMEGA, release
from .test_marking import FILMS, open_list
from .test_scrobble import FILM, NEARLY, arrived, started, titles
from .test_status import go_to

pytestmark = pytest.mark.skipif(release() != OMEGA, reason="Kodi 20 has nothing of the kind")

EXTENDED, BONUS = f"{FILM} (2019) extended.mkv", f"{FILM} (2019) bonus.mkv"
# Kodi's own number for what it calls so.
EXTENDED_EDITION = 40401


def test_versions_and_extras(
    scrobbling: Scrobbling, simkl: SimklServer, library: Library, tmp_path: Path
) -> None:
    """A version that the person chooses is the film, and an extra is nothing, also when its file
    is called like the film."""
    kodi = scrobbling()
    add_to_film(kodi.home, library.film_file(FILM), tmp_path / f"{FILM} (2019)")
    started(kodi)
    open_list(kodi, FILMS)
    go_to(kodi, FILM)
    kodi.press("ContextMenu")
    kodi.wait_for_focus("Choose version")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(selectvideoversion)")
    choose(kodi, "Down")
    assert kodi.label("Player.Filename") == EXTENDED
    kodi.seek(NEARLY)
    assert [each["title"] for each in arrived(simkl)] == [FILM]
    kodi.stop()
    kodi.press("Info")
    kodi.wait_for_focus("Play")
    go_to(kodi, "Extras", "Right")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(managevideoextras)")
    choose(kodi, "Right")
    assert kodi.label("Player.Filename") == BONUS
    kodi.wait_for_log("what plays is not known: kind 'extra'")
    kodi.seek(NEARLY)
    kodi.wait_for_position(SHORT * 0.84)
    kodi.stop()
    kodi.quit()
    assert titles(simkl) == [FILM]
    assert "/search/file" not in [each.path for each in simkl.requests]


def choose(kodi: Kodi, key: str) -> None:
    """What lies there in the dialog that is open."""
    mark = kodi.mark()
    kodi.press(key, "Select")
    kodi.wait_for_notification("Player.OnAVStart", since=mark)


def add_to_film(home: Home, clip: Path, folder: Path) -> None:
    """As Kodi's own dialogs do it: files of a film that are its version and its extra."""
    folder.mkdir()
    with closing(sqlite3.connect(home.database("MyVideos"))) as database, database:
        [film] = database.execute("SELECT idMovie FROM movie WHERE c00 = ?", (FILM,)).fetchone()
        path = insert(database, "path", strPath=f"{folder}/")
        making = insert(database, "videoversiontype", name="Making of", owner=2, itemType=1)
        for name, is_extra, kind in ((EXTENDED, 0, EXTENDED_EDITION), (BONUS, 1, making)):
            shutil.copy(clip, folder / name)
            file = insert(database, "files", idPath=path, strFilename=name)
            of_it = {"idMedia": film, "media_type": "movie", "itemType": is_extra, "idType": kind}
            insert(database, "videoversion", idFile=file, **of_it)


def insert(database: sqlite3.Connection, table: str, **values: object) -> int:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    text = f"INSERT INTO {table} ({names}) VALUES ({marks})"
    return database.execute(text, list(values.values())).lastrowid or 0
