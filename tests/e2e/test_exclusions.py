# SPDX-License-Identifier: MIT
"""What is to be left alone, chosen by remote in the real Kodi; screens in build/screenshots."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .media import SHORT, Library
from .test_delivery import watch
from .test_follow_library import set_film
from .test_marking import SHELF, act, acts, say_yes
from .test_screens import (
    change,
    close_settings,
    open_category,
    open_settings,
    wait_until_saved,
)
from .test_scrobble import FILM, FILM_2, NEARLY, arrived, over, started, titles
from .test_status import LIST, go_to, select

BROWSER = "Window.IsVisible(filebrowser)"
CATEGORY = "Privacy and exclusions"
FILE = f"{ADDON_ID}/exclusions.json"
RIVAL = """<?xml version="1.0" encoding="UTF-8"?>
<addon id="script.simkl" name="Simkl" version="1.0.0" provider-name="tests">
  <extension point="xbmc.python.script" library="default.py"/>
  <extension point="xbmc.addon.metadata"><platform>all</platform></extension>
</addon>
"""


def chosen(kodi: Kodi) -> dict[str, Any]:
    """What stands in the add-on's file."""
    file = kodi.home.addon_data / FILE
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def play_past(kodi: Kodi) -> None:
    """What plays, to its end, enough of it."""
    kodi.wait_for_position(SHORT * 0.07)
    kodi.seek(NEARLY)
    kodi.wait_for_end()


def open_picker(kodi: Kodi, line: str) -> None:
    go_to(kodi, line)
    kodi.press("Select")
    kodi.wait_until(LIST)


def tick(kodi: Kodi, line: str) -> None:
    """In a list of which several can be chosen, and OK."""
    go_to(kodi, line)
    kodi.press("Select")
    kodi.screenshot(f"exclude-{line.lower()}")
    go_to(kodi, "OK", "Right")
    select(kodi)


def add_folder(kodi: Kodi, source: Path) -> None:
    """With Kodi's own dialog, into the source and OK."""
    go_to(kodi, "Add a folder")
    select(kodi)
    kodi.wait_until(BROWSER)
    # A folder of a list is in [ ].
    go_to(kodi, f"[{source}")
    kodi.press("Select")
    kodi.wait_for_focus("[..")
    kodi.screenshot("exclude-browser")
    go_to(kodi, "OK", "Right")
    kodi.press("Select")
    kodi.wait_until(f"!{BROWSER} + {LIST}")


def test_category__by_remote(scrobbling: Scrobbling, simkl: SimklServer, library: Library) -> None:
    """Everything in the category is chosen by remote, over the open settings, and obeyed."""
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    open_settings(kodi)
    open_category(kodi, CATEGORY)
    kodi.wait_for_focus("Private mode")
    kodi.screenshot("exclude-category")
    open_picker(kodi, "Leave add-ons alone")
    tick(kodi, "Shelf")
    open_picker(kodi, "Leave folders alone")
    add_folder(kodi, library.movies)
    add_folder(kodi, library.tv)
    kodi.screenshot("exclude-folders")
    go_to(kodi, library.movies.name)
    select(kodi)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("exclude-folder-out")
    say_yes(kodi)
    kodi.wait_until(LIST)
    kodi.press("Back")
    kodi.wait_until(f"!{LIST}")
    open_picker(kodi, "Leave genres alone")
    tick(kodi, "Horror")
    for line in ("Leave streams alone", "Only the library"):
        go_to(kodi, f"{line} ( )")
        change(kodi, f"{line} (*)", "Select")
    kodi.screenshot("exclude-category-changed")
    close_settings(kodi)
    wait_until_saved(kodi, exclude_streams="true", library_only="true")
    assert chosen(kodi) == {
        "addons": ["plugin.video.shelf"],
        "folders": [f"{library.tv}/"],
        "genres": ["Horror"],
        "private_until": 0,
    }
    kodi.play_items([kodi.episode("Night Ferry", 1, 1), kodi.movie(FILM_2), kodi.movie(FILM)])
    for number, why in enumerate(("folder", "genre"), 1):
        kodi.wait_for_log(f"left alone: {why}")
        kodi.wait_for_position(SHORT * 0.07)
        kodi.seek(NEARLY)
        over(kodi, number)
    kodi.wait_for_position(SHORT * 0.07)
    kodi.seek(NEARLY)
    arrived(simkl)
    assert (titles(simkl), [title for title, _, _ in acts(kodi)]) == ([FILM], [FILM])
    kodi.stop()


def test_marks__of_what_is_left_alone(
    scrobbling: Scrobbling, simkl: SimklServer, library: Library
) -> None:
    """Marks made in Kodi are followed only of what is not left alone; by hand all can be sent."""
    kodi = scrobbling()
    kodi.home.write_addon_file(
        FILE, json.dumps({"folders": [f"{library.film_file(FILM).parent}/"], "genres": ["mystery"]})
    )
    started(kodi)
    set_film(kodi, FILM, playcount=1)
    kodi.rpc("VideoLibrary.SetEpisodeDetails", **kodi.episode("Night Ferry", 1, 1), playcount=1)
    kodi.wait_for_log("left alone: folder")
    kodi.wait_for_log("left alone: genre")
    set_film(kodi, FILM_2, playcount=1)
    arrived(simkl)
    assert titles(simkl) == [FILM_2]
    act(kodi, "mark_watched", dbtype="movie", dbid=kodi.movie(FILM)["movieid"])
    assert [each["title"] for each in arrived(simkl, 2)] == [FILM_2, FILM]


def test_private__through_a_restart(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What plays when it begins, what is marked, and what plays after a restart is not recorded,
    until the person ends it in the status."""
    kodi = started(scrobbling(options={"counts_at": 50}))
    kodi.play_movie(FILM)
    kodi.wait_for_position(SHORT * 0.07)
    act(kodi, "private", minutes=120)
    kodi.wait_for_log("told: Private mode until")
    kodi.screenshot("private-toast")
    kodi.wait_for_log("left alone: private")
    kodi.seek(NEARLY)
    kodi.wait_for_end()
    over(kodi)
    set_film(kodi, FILM_2, playcount=1)
    kodi.quit()
    started(kodi)
    kodi.play_movie(FILM)
    kodi.wait_for_log("left alone: private")
    kodi.seek(NEARLY)
    kodi.wait_for_end()
    set_film(kodi, FILM_2, playcount=2)
    kodi.execute_addon(ADDON_ID)
    kodi.wait_for_focus("Private mode until")
    kodi.screenshot("private-status")
    select(kodi)
    kodi.wait_for_log("told: Private mode has ended.")
    kodi.wait_for_focus("Signed in")
    kodi.press("Back")
    watch(kodi, FILM)
    arrived(simkl)
    assert (titles(simkl), [title for title, _, _ in acts(kodi)]) == ([FILM], [FILM])
    assert len(simkl.requests) == 1


def test_private__ends_by_itself(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """It is begun by remote; one that ends while a film plays is told after it, and that film is
    not recorded, though Kodi counts it."""
    kodi = started(scrobbling(options={"counts_at": 50}))
    act(kodi, "private")
    kodi.wait_until(LIST)
    go_to(kodi, "Until tomorrow morning")
    kodi.screenshot("private-list")
    select(kodi)
    kodi.wait_for_toast("Private mode until")
    assert 0 < chosen(kodi)["private_until"] - time.time() <= 86400
    # A minute is the shortest that a script can ask for.
    kodi.home.write_addon_file(FILE, json.dumps({"private_until": int(time.time()) + 8}))
    kodi.rpc("JSONRPC.NotifyAll", sender=ADDON_ID, message="chosen")
    kodi.play_movie(FILM)
    kodi.wait_for_log("left alone: private")
    kodi.wait_for_position(9)
    kodi.seek(NEARLY)
    kodi.wait_for_end()
    kodi.wait_until_told("Private mode has ended.")
    kodi.screenshot("private-over")
    watch(kodi, FILM_2)
    arrived(simkl)
    assert (titles(simkl), [title for title, _, _ in acts(kodi)]) == ([FILM_2], [FILM_2])


def test_rival__is_spoken_of_once(
    scrobbling: Scrobbling, simkl: SimklServer, tmp_path: Path
) -> None:
    """With another add-on that sends to Simkl, the person hears that once."""
    rival = tmp_path / "script.simkl"
    rival.mkdir()
    (rival / "addon.xml").write_text(RIVAL, encoding="utf-8")
    (rival / "default.py").write_text("", encoding="utf-8")
    kodi = started(scrobbling(options={"addons": [rival]}))
    kodi.wait_for_toast("Two add-ons send to Simkl")
    kodi.screenshot("rival-toast")
    kodi.quit()
    started(kodi)
    watch(kodi)
    kodi.wait_until_told("Added to your history")
    assert "Two add-ons" not in kodi.log
