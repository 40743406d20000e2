# SPDX-License-Identifier: MIT
"""A playlist of all that Kodi plays, with skips."""

from __future__ import annotations

from pathlib import Path

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .media import SHORT, Library
from .test_marking import SHELF, acts
from .test_scrobble import FILM, FILM_2, NEARLY, arrived, over, started
from .test_what_plays import named, streamed


def test_playlist__of_everything(
    scrobbling: Scrobbling, simkl: SimklServer, library: Library, tmp_path: Path
) -> None:
    """What was watched is in the history in its order, whether it ended or was skipped behind its
    threshold; what was skipped before that, and what is nobody's business, is not."""
    clip = library.film_file(FILM)
    kodi = started(scrobbling(ask_simkl=False, options={"addons": [SHELF]}))
    copper_sky = {"title": "Copper Sky", "kind": "movie", "ids": {"tmdb": "900025"}}
    evening = [
        (kodi.movie(FILM), "end"),
        (kodi.episode("Night Ferry", 1, 1), "skip"),
        (streamed(clip, **copper_sky), "watch and skip"),
        (named(clip, tmp_path, "Holiday in Rome.mkv"), "watch and skip"),
        (named(clip, tmp_path, "Salt Road S01E04.mkv"), "end"),
        (streamed(clip, title="A Song", kind="musicvideo"), "watch and skip"),
        (kodi.movie(FILM_2), "skip"),
        (kodi.movie("The Long Pier"), "end"),
    ]
    last = len(evening)
    kodi.play_items([item for item, _ in evening])
    for number, (_, act) in enumerate(evening, 1):
        since = kodi.mark()
        kodi.wait_for_position(SHORT * 0.04)
        if act != "skip":
            kodi.seek(NEARLY)
            kodi.wait_for_position(SHORT * 0.84)
        if act != "end":
            kodi.next()
        else:
            kodi.seek(SHORT * 0.93)
            method = "Player.OnAVStart" if number < last else "Player.OnStop"
            kodi.wait_for_notification(method, since=since)
    over(kodi, 6)
    history = arrived(simkl, 4)
    assert [(each["title"], each["episode"]) for each in history] == [
        (FILM, None),
        ("Copper Sky", None),
        ("Salt Road", 4),
        ("The Long Pier", None),
    ]
    moments = [each["watched_at"] for each in history]
    assert moments == sorted(set(moments))
    assert len(acts(kodi)) == 4
    assert kodi.log.count("not watched") == 2
    assert kodi.log.count("what plays is not known") == 1
    assert kodi.log.count("left alone: music") == 1
