# SPDX-License-Identifier: MIT
"""A stranger installs, updates, disables and uninstalls the add-on, all of it by remote."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.simkl_server.server import SimklServer
from tools.bench.procfs import connections, open_files, python_threads
from tools.build import ADDON_ID, build, version

from .conftest import Scrobbling
from .kodi import Kodi
from .media import LONG
from .processes import until
from .repository import OFFICIAL_ID, Repository
from .test_delivery import entries, outbox, send_now, waiting, watch
from .test_scrobble import FILM, FILM_2, LONG_FILM, arrived, moment, started, titles
from .test_sign_in import account_of, open_window
from .test_status import go_to

NAME = "Simkl Scrobbler"
ANSWERED = "Window Deinit (DialogConfirm.xml)"
# As it was when it first scrobbled: the oldest form of the outbox. Without its pictures.
OLD = Path(__file__).with_name(f"{ADDON_ID}-0.0.1.zip")


@pytest.fixture
def repository(tmp_path: Path, modules: list[Path]) -> Iterator[Repository]:
    with Repository(tmp_path / "repository", modules) as served:
        yield served


def install_from_zip(kodi: Kodi, archive: Path) -> None:
    """From the list of the add-on browser; the zip lies in the person's home folder."""
    go_to(kodi, "Install from zip file")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(filebrowser)")
    go_to(kodi, "[Home folder]")
    kodi.press("Select")
    go_to(kodi, archive.name)
    kodi.press("Select")
    kodi.wait_until("!Window.IsActive(filebrowser)")


def open_browser(kodi: Kodi, path: str = "addons://") -> None:
    kodi.rpc("GUI.ActivateWindow", window="addonbrowser", parameters=[path])
    kodi.wait_until("Window.IsActive(addonbrowser)")


def check_for_updates(kodi: Kodi) -> None:
    """From the list of the add-on browser and back to it."""
    kodi.press("Left")
    go_to(kodi, "Check for updates")
    kodi.press("Select")
    kodi.wait_for_log("CRepositoryUpdater: done")
    kodi.press("Right")


def nothing_left(kodi: Kodi, simkl: SimklServer) -> None:
    """No thread runs its Python, no file of it is open, and nothing is connected to Simkl."""
    until(lambda: not list(python_threads(kodi.pid)), 20, "no Python runs")
    assert open_files(kodi.pid, ADDON_ID) == []
    assert connections(kodi.pid, port(simkl)) == 0


def port(simkl: SimklServer) -> int:
    return urlsplit(simkl.url).port or 0


def uninstall(kodi: Kodi, data: str) -> None:
    """Answers `data` to the question if its data are to be deleted as well."""
    open_browser(kodi, "addons://user/xbmc.service/")
    go_to(kodi, NAME)
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(addoninformation)")
    go_to(kodi, "Uninstall", "Right")
    kodi.press("Select")
    for answer in ("Yes", data):
        kodi.wait_until("Window.IsActive(yesnodialog)")
        go_to(kodi, answer, "Left")
        closed = kodi.log.count(ANSWERED)
        kodi.press("Select")
        kodi.wait_for_log(ANSWERED, times=closed + 1)
    kodi.wait_until(f"!System.HasAddon({ADDON_ID})")
    kodi.wait_until("!Window.IsVisible(addoninformation)")
    kodi.press("Home")
    kodi.wait_until("Window.IsActive(home)")


def test_zip__in_a_fresh_home(
    kodi: Callable[..., Kodi], simkl: SimklServer, repository: Repository
) -> None:
    """Nothing but Kodi was there: the zip brings its modules, and what is watched arrives. Disabled
    or uninstalled, it leaves no thread, file or connection; its data stay if the person likes."""
    one = kodi(environment={"SIMKL_API_URL": simkl.url})
    shutil.rmtree(one.home.addons)
    one.home.elsewhere = repository.substitutes
    official, ours = repository.write_zip(one.home.folder), build(one.home.folder, simkl.client_id)
    one.start()
    open_browser(one)
    install_from_zip(one, official)
    one.wait_until(f"System.HasAddon({OFFICIAL_ID})")
    check_for_updates(one)
    install_from_zip(one, ours)
    one.wait_for_log("is ready")
    simkl.approve(open_window(one, simkl), "anna")
    one.wait_until_told("Signed in as anna")
    one.play_movie(LONG_FILM)
    one.seek(LONG * 0.74)
    assert [each["title"] for each in arrived(simkl)] == [LONG_FILM]
    one.stop()
    one.wait_for_log("sent: 1")
    assert open_files(one.pid, "kodi.log") != []
    assert len(list(python_threads(one.pid))) == 3
    assert connections(one.pid, port(simkl)) == 1
    one.rpc("Addons.SetAddonEnabled", addonid=ADDON_ID, enabled=False)
    nothing_left(one, simkl)
    one.rpc("Addons.SetAddonEnabled", addonid=ADDON_ID, enabled=True)
    one.wait_for_log("is ready", times=2)
    uninstall(one, data="No")
    nothing_left(one, simkl)
    assert entries(one) == [(LONG_FILM, "sent")]
    assert account_of(one)["name"] == "anna"
    open_browser(one)
    install_from_zip(one, ours)
    one.wait_for_log("is ready", times=3)
    uninstall(one, data="Yes")
    until(lambda: not (one.home.addon_data / ADDON_ID).exists(), 20, "its data are gone")
    nothing_left(one, simkl)
    one.quit()


def settings_of(kodi: Kodi) -> dict[str, str]:
    text = (kodi.home.addon_data / ADDON_ID / "settings.xml").read_text("utf-8")
    return dict(re.findall(r'<setting id="(\w+)"[^>]*>([^<]*)</setting>', text))


def schema(kodi: Kodi) -> int:
    with closing(sqlite3.connect(outbox(kodi))) as database:
        [version] = database.execute("PRAGMA user_version").fetchone()
        return int(version)


def test_update__keeps_what_waits(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The old version has watches waiting when its person installs the new one over it, in the
    middle of an evening: they arrive, once, and the sign-in and the settings are what they were."""
    simkl.stop_listening()
    kodi = scrobbling(options={"addons": [OLD]}, threshold=70, scrobble_episodes=False)
    new = build(kodi.home.folder)
    started(kodi)
    watch(kodi)
    watch(kodi, FILM_2)
    kodi.wait_for_log("delivery has to wait")
    assert (schema(kodi), entries(kodi)) == (1, [(FILM, "waiting"), (FILM_2, "waiting")])
    before, account, moments = settings_of(kodi), account_of(kodi), waiting(kodi)
    open_browser(kodi)
    install_from_zip(kodi, new)
    kodi.wait_for_log(f"{version()} is ready")
    simkl.start_listening()
    send_now(kodi)
    history = arrived(simkl, 2)
    assert [(each["title"], moment(each)) for each in history] == moments
    kodi.wait_for_log("sent: 2")
    assert (settings_of(kodi), account_of(kodi)) == (before, account)
    assert schema(kodi) > 1
    assert titles(simkl) == [FILM, FILM_2]


def test_update__while_it_sends(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The new version comes while Simkl has a watch and does not answer: nobody waits for that, and
    what the new one sends again and what is watched next are there once."""
    simkl.faults.add("hang_after", path="/sync/history")
    kodi = started(scrobbling())
    new = build(kodi.home.folder, simkl.client_id)
    watch(kodi)
    assert simkl.wait_for(lambda: titles(simkl) == [FILM])
    open_browser(kodi)
    install_from_zip(kodi, new)
    kodi.wait_for_log("is ready", times=2)
    watch(kodi, FILM_2)
    kodi.wait_for_log("sent: 1", times=2)
    assert titles(simkl) == [FILM, FILM_2]
    assert len(list(python_threads(kodi.pid))) == 3
