# SPDX-License-Identifier: MIT
"""Discs, and programs outside of Kodi: what Kodi does not tell of them is not made up."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import Kodi
from .media import Library, cached_clips
from .test_marking import acts
from .test_scrobble import FILM, FILM_2, arrived, over, started, titles
from .test_what_plays import named, play_nearly

# Kodi counts what such a program had open for so long, in seconds. One that ends within two has
# only started another, Kodi thinks, and asks to be told when that has ended.
COUNTED_AFTER = 4
PLAYERS = """<playercorefactory>
  <players>
    <player name="Outside" type="ExternalPlayer" audio="false" video="true">
      <filename>{program}</filename>
      <args>"{{1}}"</args>
      <playcountminimumtime>{seconds}</playcountminimumtime>
    </player>
  </players>
  <rules action="prepend"><rule video="true" player="Outside"/></rules>
</playercorefactory>
"""
PROGRAM = """#!/bin/sh
case "$1" in *"{closed_soon}"*) exec sleep 2.5 ;; esac
exec sleep 6
"""


def test_disc__the_film_and_nothing_else(
    scrobbling: Scrobbling, simkl: SimklServer, tmp_path: Path
) -> None:
    """A film of the library on a disc counts; of a disc outside, a title that is too short for a
    film does not, and one with several episodes is left alone."""
    image, folder = cached_clips() / "disc.iso", cached_clips() / "disc"
    kodi = started(scrobbling())
    play_nearly(kodi, kodi.movie("Signal Hill"))
    arrived(simkl)
    shutil.copytree(folder, tmp_path / "Copper Sky (2016)")
    play_nearly(kodi, {"file": str(tmp_path / "Copper Sky (2016)/VIDEO_TS/VIDEO_TS.IFO")})
    kodi.wait_for_log("session over: Copper Sky (2016): not watched")
    # By its path alone an image is nothing that JSON-RPC plays; in a folder it is.
    several = tmp_path / "discs" / "Salt Road S01E01-E03.iso"
    several.parent.mkdir()
    shutil.copyfile(image, several)
    play_nearly(kodi, {"directory": f"{several.parent}/"})
    kodi.wait_for_log("left alone: disc")
    over(kodi, 3)
    assert titles(simkl) == ["Signal Hill"]
    assert [title for title, _, _ in acts(kodi)] == ["Signal Hill"]


def playing_outside(kodi: Kodi, folder: Path) -> None:
    """Another program plays everything, and is closed soon by who opens the second film."""
    program = folder / "program.sh"
    program.write_text(PROGRAM.format(closed_soon=FILM_2), encoding="utf-8")
    program.chmod(0o700)
    players = PLAYERS.format(program=program, seconds=COUNTED_AFTER)
    (kodi.home.userdata / "playercorefactory.xml").write_text(players, encoding="utf-8")


def test_external__by_kodis_own_count(
    scrobbling: Scrobbling, simkl: SimklServer, library: Library, tmp_path: Path
) -> None:
    """What another program plays is watched if Kodi counts it, once; of what Kodi does not count,
    because it was closed soon or is not in the library, nothing is known."""
    kodi = scrobbling()
    playing_outside(kodi, tmp_path)
    started(kodi)
    outside = named(library.film_file(FILM), tmp_path, "Seven Bells (1977).mkv")
    evening = (kodi.movie(FILM_2), outside, kodi.movie(FILM))
    for number, item in enumerate(evening, 1):
        since = kodi.mark()
        kodi.rpc("Player.Open", item=item)
        kodi.wait_for_notification("Player.OnStop", since=since)
        over(kodi, number)
    arrived(simkl)
    assert titles(simkl) == [FILM]
    assert [title for title, _, _ in acts(kodi)] == [FILM]
    assert len(simkl.requests) == 1
