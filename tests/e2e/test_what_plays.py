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
from .kodi import Kodi
from .media import SHORT, Library
from .test_marking import SHELF, acts
from .test_scrobble import FILM, arrived, over, started, titles
from .test_status import choose, go_to, open_status, select

SALT = {"setTvShowTitle": "Salt Road", "setSeason": 1}


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


def play_parts(kodi: Kodi, item: dict[str, Any], show: str) -> None:
    """A file of three episodes: each past its threshold, and the first of them twice."""
    kodi.play(item)
    for number, share in enumerate((0.22, 0.56, 0.22), 1):
        kodi.seek(SHORT * share)
        if number < 3:
            kodi.wait_for_log(f"watched: {show} S01E0{number}")
    kodi.wait_for_position(SHORT * 0.28)
    kodi.seek(SHORT * 0.87)
    kodi.wait_for_end()
    kodi.wait_for_log(f"watched: {show} S01E03")


def test_triple__each_episode_once(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path, tmp_path: Path
) -> None:
    """Three episodes in one file, in the library and outside, are three watches, each at its own
    threshold, and seeking back makes none of them twice."""
    kodi = started(scrobbling())
    play_parts(kodi, kodi.episode("Salt Road", 1, 1), "Salt Road")
    play_parts(kodi, named(clip, tmp_path, "Night Ferry S01E01-E03.mkv"), "Night Ferry")
    history = arrived(simkl, 6)
    assert [(each["title"], each["episode"]) for each in history] == [
        (show, number) for show in ("Salt Road", "Night Ferry") for number in (1, 2, 3)
    ]
    moments = [each["watched_at"] for each in history]
    assert moments == sorted(set(moments))
    assert len(acts(kodi)) == 6


def test_strm__is_what_it_is_called(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path, tmp_path: Path
) -> None:
    """A file that only says what to play, a clip or an add-on's video, is known by the library,
    and outside by its own name."""
    files = {"Copper Sky (2016)": str(clip), "Seven Bells (1977)": streamed(clip)["file"]}
    outside = []
    for name, content in files.items():
        outside.append(tmp_path / f"{name}.strm")
        outside[-1].write_text(content, encoding="utf-8")
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    library = ["The Cartographer's Son", "The Long Pier"]
    for item in (*map(kodi.movie, library), *({"file": str(file)} for file in outside)):
        play_nearly(kodi, item)
    arrived(simkl, 4)
    assert titles(simkl) == [*library, "Copper Sky", "Seven Bells"]
    assert simkl.account().history[1]["year"] == 2020


def test_anime__as_it_is_numbered(scrobbling: Scrobbling, simkl: SimklServer, clip: Path) -> None:
    """A later cour is found by the library's seasons, and by the number that it has where an
    add-on has ids of anime: that goes out as anime, without a season."""
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    play_nearly(kodi, kodi.episode("Kaze no Machi", 2, 4))
    arrived(simkl)
    values = {"setTvShowTitle": "Minato-hen", "setSeason": 1, "setEpisode": 5}
    told = {"title": "Kaze", "kind": "episode", "ids": {"tvshow.mal": "70011"}, "values": values}
    play_nearly(kodi, streamed(clip, **told))
    found = [(each["simkl"], each["episode"], each["simkl_type"]) for each in arrived(simkl, 2)]
    assert found == [(8000011, 4, "anime"), (8000011, 5, "anime")]
    first, second = simkl.requests
    assert first.json["shows"][0]["use_tvdb_anime_seasons"] is True
    [cour] = second.json["anime"]
    assert (cour["ids"], [each["number"] for each in cour["episodes"]]) == ({"mal": 70011}, [5])
    assert "seasons" not in cour


def test_anime__a_special_waits_for_the_person(
    scrobbling: Scrobbling, simkl: SimklServer, clip: Path
) -> None:
    """A special of an anime that has no id of its own is not sent before the person says so."""
    kodi = started(scrobbling(options={"addons": [SHELF], "screen": "1280x720"}))
    values = {"setTvShowTitle": "Minato-hen", "setSeason": 0, "setEpisode": 1}
    told = {"title": "Kaze", "kind": "episode", "ids": {"tvshow.mal": "70011"}, "values": values}
    play_nearly(kodi, streamed(clip, **told))
    kodi.wait_until_told("Which one is Minato-hen S00E01?")
    assert simkl.requests == []
    open_status(kodi)
    choose(kodi, "Needs attention: 1")
    kodi.wait_for_focus("Minato-hen")
    kodi.screenshot("status-special")
    select(kodi)
    go_to(kodi, "Send by its number")
    kodi.screenshot("status-special-actions")
    select(kodi)
    assert simkl.wait_for(lambda: len(simkl.requests) == 1 and simkl.requests[0].finished, 20)


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
