# SPDX-License-Identifier: MIT
"""Whatever plays is known for what it is, or left alone: add-ons, files, stacks, several in one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import SMALL_SCREEN, Kodi
from .media import SHORT, Library
from .test_marking import SHELF, acts
from .test_scrobble import FILM, arrived, over, started, titles

SALT = {"setTvShowTitle": "Salt Road", "setSeason": 1}


@pytest.fixture
def screen() -> str:
    return SMALL_SCREEN


@pytest.fixture
def clip(library: Library) -> Path:
    return library.film_file(FILM)


def streamed(clip: Path, **told: Any) -> dict[str, str]:
    """As the add-on of somebody else plays it, with what it tells of it."""
    question = quote(json.dumps({"clip": str(clip), **told}))
    return {"file": f"plugin://plugin.video.shelf/?play={question}"}


def named(clip: Path, folder: Path, name: str) -> dict[str, str]:
    """The clip as a file outside the library."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(clip, file)
    return {"file": str(file)}


def play_nearly(kodi: Kodi, item: dict[str, str]) -> None:
    """Beyond the threshold, and stopped."""
    kodi.play(item)
    kodi.seek(SHORT * 0.78)
    # Five percent have to be played.
    kodi.wait_for_position(SHORT * 0.84)
    kodi.stop()


def test_addon__by_what_it_tells(scrobbling: Scrobbling, simkl: SimklServer, clip: Path) -> None:
    """What an add-on plays is known by its ids, by those that it hands over, by its title and
    year; what tells nothing, or says that it is nobody's business, is left alone."""
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    played = [
        {"title": "Copper Sky", "kind": "movie", "ids": {"tmdb": "900025"}},
        {"title": "Fog", "kind": "episode", "ids": {"tvdb": "1", "tvshow.tvdb": "910003"},
         "values": {**SALT, "setEpisode": 2}},
        {"title": "Rain", "kind": "episode", "values": {**SALT, "setEpisode": 3},
         "window": {"script.trakt.ids": '{"tvdb": 910003}'}},
        {"title": "Seven Bells", "kind": "movie", "values": {"setYear": 1977}},
        {"title": "Snow", "kind": "episode", "values": {**SALT, "setEpisode": 4}},
        {},
        {"title": "Low Water", "kind": "movie", "ids": {"tmdb": "900030"},
         "properties": {"script.trakt.exclude": "true"}},
        {"title": "Brass and Feathers", "kind": "movie"},
    ]  # fmt: skip
    for told in played:
        play_nearly(kodi, streamed(clip, **told))
    kodi.wait_for_toast("Added to your history")
    kodi.wait_until_told("Which one is Brass and Feathers?")
    history = arrived(simkl, 5)
    assert [(each["title"], each["episode"]) for each in history] == [
        ("Copper Sky", None),
        ("Salt Road", 2),
        ("Salt Road", 3),
        ("Seven Bells", None),
        ("Salt Road", 4),
    ]
    assert [title for title, _, _ in acts(kodi)][5:] == ["Brass and Feathers"]


def test_file__by_its_name(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path, tmp_path: Path
) -> None:
    """A file outside the library is known by its name, or Simkl is asked what it is; a home video
    is nobody's business, and a film that Simkl has of another year only is not sent as that."""
    names = (
        "Copper.Sky.2016.1080p.BluRay.x264-GRP.mkv",
        "Holiday in Rome.mkv",
        "Seven Bells.mkv",
        "Paper Lanterns (2024)/Paper Lanterns (2024).mkv",
    )
    # All at once: Kodi remembers what was in a folder when it looked there.
    files = [named(clip, tmp_path / "films", name) for name in names]
    double = named(clip, tmp_path / "films", "Salt Road/Season 1/Salt Road S01E02E03.mkv")
    kodi = started(scrobbling())
    kodi.play(double)
    kodi.seek(SHORT * 0.37)
    kodi.wait_for_log("watched: Salt Road S01E02")
    kodi.stop()
    for file in files:
        play_nearly(kodi, file)
    kodi.wait_until_told("Which one is Paper Lanterns (2024)?")
    found = [(each["title"], each["episode"]) for each in arrived(simkl, 3)]
    # Of the file of two episodes only the first was seen.
    assert found == [("Salt Road", 2), ("Copper Sky", None), ("Seven Bells", None)]
    asked = [each.json["file"] for each in simkl.requests if each.path == "/search/file"]
    assert asked == ["films/Holiday in Rome", "films/Seven Bells"]
    assert "Holiday in Rome" not in [title for title, _, _ in acts(kodi)]


def test_double__each_episode_at_its_own_threshold(
    scrobbling: Scrobbling, simkl: SimklServer
) -> None:
    """Two episodes in one file of the library are two watches, though Kodi names only one."""
    kodi = started(scrobbling())
    kodi.play_episode("Night Ferry", 1, 4)
    kodi.seek(SHORT * 0.37)
    kodi.wait_for_log("watched: Night Ferry S01E04")
    kodi.seek(SHORT * 0.86)
    kodi.wait_for_end()
    over(kodi)
    first, second = arrived(simkl, 2)
    assert [first["episode"], second["episode"]] == [4, 5]
    assert first["watched_at"] < second["watched_at"]
    assert len(acts(kodi)) == 2


def test_stack__counts_as_a_whole(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path, tmp_path: Path
) -> None:
    """A film in two files is watched once, by the length of both."""
    parts = [named(clip, tmp_path, f"Copper Sky (2016) cd{n}.mkv")["file"] for n in (1, 2)]
    kodi = started(scrobbling(threshold=50))
    kodi.play({"file": f"stack://{parts[0]} , {parts[1]}"})
    kodi.wait_for_position(SHORT * 0.1)
    kodi.seek(SHORT * 0.9)
    kodi.wait_for_position(SHORT * 1.2)
    kodi.stop()
    arrived(simkl)
    assert [title for title, _, _ in acts(kodi)] == ["Copper Sky"]


def test_left_alone__as_the_person_chose(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path, tmp_path: Path
) -> None:
    """With library-only neither add-ons nor files outside are recorded; the library is."""
    kodi = started(scrobbling(library_only=True, options={"addons": [SHELF]}))
    play_nearly(kodi, streamed(clip, title="Copper Sky", kind="movie", ids={"tmdb": "900025"}))
    play_nearly(kodi, named(clip, tmp_path, "Seven Bells (1977).mkv"))
    play_nearly(kodi, kodi.movie(FILM))
    arrived(simkl)
    assert titles(simkl) == [FILM]
    assert kodi.log.count("left alone: library") >= 2
