# SPDX-License-Identifier: MIT
"""What the tests against the real Kodi rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from .kodi import Kodi
from .media import FILMS, LONG, SHOWS
from .release import NEXUS, OMEGA, release

MakeKodi = Callable[..., Kodi]

PROBE = "service.probe"

_ADDON_XML = """<?xml version="1.0" encoding="UTF-8"?>
<addon id="service.probe" name="Probe" version="1.0.0" provider-name="tests">
  <requires>
    <import addon="xbmc.python" version="3.0.1"/>
    <import addon="script.module.requests" version="2.22.0"/>
    <import addon="script.module.simplejson" version="3.17.0"/>
  </requires>
  <extension point="xbmc.service" library="service.py"/>
  <extension point="xbmc.addon.metadata">
    <summary lang="en_GB">Says what it sees</summary>
    <platform>all</platform>
  </extension>
</addon>
"""

_SETTINGS_XML = """<?xml version="1.0" encoding="UTF-8"?>
<settings version="1">
  <section id="service.probe">
    <category id="all" label="128">
      <group id="1">
        <setting id="word" type="string" label="128">
          <level>0</level>
          <default>none</default>
          <control type="edit" format="string"/>
        </setting>
      </group>
    </category>
  </section>
</settings>
"""

_SERVICE = """
import time

import requests
import simplejson
import xbmc
import xbmcaddon


def say(text):
    xbmc.log("probe: " + text, xbmc.LOGINFO)


class Player(xbmc.Player):
    def onAVStarted(self):
        say("onAVStarted " + self.getVideoInfoTag().getTitle())

    def onPlayBackStopped(self):
        say("onPlayBackStopped")


player = Player()
monitor = xbmc.Monitor()
say("requests %s simplejson %s" % (requests.__version__, simplejson.__version__))
say("word " + xbmcaddon.Addon().getSetting("word"))
say("offset %d" % time.localtime(1720000000).tm_gmtoff)
monitor.waitForAbort(0)
say("bye")
"""


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    folder = tmp_path / "probe"
    settings = folder / "resources" / "settings.xml"
    settings.parent.mkdir(parents=True)
    (folder / "addon.xml").write_text(_ADDON_XML, encoding="utf-8")
    settings.write_text(_SETTINGS_XML, encoding="utf-8")
    (folder / "service.py").write_text(_SERVICE, encoding="utf-8")
    return folder


def test_starts_with_the_library_and_the_addon_and_quits(kodi: MakeKodi, probe: Path) -> None:
    """The Kodi asked for starts with all that it was given, and ends when asked."""
    one = kodi(addons=[probe], settings={PROBE: {"word": "Kaffee"}}, time_zone="Asia/Kolkata")
    one.start()
    # The one that was asked for; and it is Kodi itself that a test can kill.
    version = one.rpc("Application.GetProperties", properties=["version"])["version"]
    assert version["major"] == {NEXUS: 20, OMEGA: 21}[release()]
    assert Path(f"/proc/{one.pid}/comm").read_text() == "kodi.bin\n"
    movies = one.rpc("VideoLibrary.GetMovies", properties=["uniqueid"])["movies"]
    shows = one.rpc("VideoLibrary.GetTVShows", properties=["uniqueid"])["tvshows"]
    assert {each["label"]: each["uniqueid"] for each in movies} == {
        film.title: film.ids for film in FILMS
    }
    assert {each["label"]: each["uniqueid"] for each in shows} == {
        show.title: show.ids for show in SHOWS
    }
    one.wait_for_log("probe: requests 2.31.0 simplejson 3.19.1")
    one.wait_for_log("probe: word Kaffee")
    one.wait_for_log("probe: offset 19800")
    assert one.quit() < 5
    one.wait_for_log("probe: bye")
    assert not one.log_problems(PROBE)


def test_plays_a_film_to_its_end(kodi: MakeKodi, probe: Path) -> None:
    """A film plays, can be sought in, paused and gone on with, and its end is announced."""
    one = kodi(addons=[probe])
    one.start()
    one.wait_for_log("probe: requests")
    film = one.movie("A Winter at Holm")
    assert one.play(film).data["item"] == {"id": film["movieid"], "type": "movie"}
    one.wait_for_log("probe: onAVStarted A Winter at Holm")
    one.pause()
    one.seek(LONG - 5)
    assert one.position() == pytest.approx(LONG - 5, abs=0.1)
    one.resume()
    assert one.wait_for_end().data["end"] is True
    [updated] = [
        news.data
        for news in one.notifications
        if news.method == "VideoLibrary.OnUpdate" and "playcount" in news.data
    ]
    assert updated["playcount"] == 1
    assert one.play_movie("A Winter at Holm").data["item"]["id"] == film["movieid"]
    assert one.stop().data["end"] is False
    one.wait_for_log("probe: onPlayBackStopped")


def test_starts_again_after_being_killed(kodi: MakeKodi, probe: Path) -> None:
    """A Kodi that was killed while it played starts again in the same home."""
    one = kodi(addons=[probe])
    one.start()
    one.play_episode("Night Ferry", 1, 2)
    one.kill()
    assert not one.running
    one.start()
    one.wait_for_log("probe: requests")
    one.play_episode("Night Ferry", 1, 2)
    one.stop()
    one.quit()
    assert not one.running
