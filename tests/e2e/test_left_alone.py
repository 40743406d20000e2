# SPDX-License-Identifier: MIT
"""What is nobody's business, or what the person chose to keep so, is left alone with a reason."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Iterator
from urllib.parse import quote

import pytest

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import Kodi
from .media import SHORT, Library
from .test_exclusions import FILE
from .test_marking import FILMS, SHELF, acts, open_list
from .test_scrobble import FILM, FILM_2, arrived, started, titles
from .test_status import go_to
from .test_what_plays import named, play_nearly, streamed

SKY = {"title": "Copper Sky", "kind": "movie", "ids": {"tmdb": "900025"}}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def clip(library: Library) -> Path:
    return library.film_file(FILM)


@pytest.fixture
def on_the_net(clip: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A film on a server of this machine; it can only be played from its beginning."""
    name = "Seven Bells (1977).mkv"
    (tmp_path / "net").mkdir()
    shutil.copyfile(clip, tmp_path / "net" / name)
    handler = partial(_Quiet, directory=str(tmp_path / "net"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield {"file": f"http://127.0.0.1:{server.server_address[1]}/{quote(name)}"}
        server.shutdown()
        thread.join()


def play_trailer(kodi: Kodi, film: str) -> None:
    """Of a film of the library, by the button in what Kodi tells of the film."""
    open_list(kodi, FILMS)
    go_to(kodi, film)
    kodi.press("Info")
    kodi.wait_for_focus("Play")
    go_to(kodi, "Trailer", "Right")
    since = kodi.mark()
    kodi.press("Select")
    kodi.wait_for_notification("Player.OnAVStart", since=since)
    kodi.seek(SHORT * 0.78)
    kodi.wait_for_position(SHORT * 0.84)
    kodi.stop()
    kodi.press("Back")
    kodi.wait_until("!Window.IsActive(movieinformation)")
    kodi.press("Back")


def a_song(folder: Path) -> dict[str, str]:
    """Called like a film, so that nothing but its kind tells."""
    file = folder / "Seven Bells (1977).flac"
    silence = ["-f", "lavfi", "-i", "anullsrc=sample_rate=8000", "-t", "4"]
    command = ["ffmpeg", "-v", "error", *silence, str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return {"file": str(file)}


def test_left_alone__each_for_its_reason(
    scrobbling: Scrobbling,
    simkl: SimklServer,
    clip: Path,
    on_the_net: dict[str, str],
    tmp_path: Path,
) -> None:
    """Trailers, extras, music, what other add-ons, the person's folders, genres and add-ons, and
    the net say to leave alone leave no trace; a folder that is only called similarly does."""
    films, similar = tmp_path / "films", tmp_path / "films2"
    kodi = scrobbling(exclude_streams=True, options={"addons": [SHELF]})
    choices = {"addons": ["plugin.video.shelf"], "folders": [f"{films}/"], "genres": ["Horror"]}
    kodi.home.write_addon_file(FILE, json.dumps(choices))
    excluded = {"properties": {"script.trakt.exclude": "true"}}
    evening = [
        (named(clip, similar, "Seven Bells (1977)-trailer.mkv"), "trailer"),
        (named(clip, similar / "Extras", "Low Water (2008).mkv"), "trailer"),
        (named(clip, films, "Seven Bells (1977).mkv"), "folder"),
        (streamed(clip, **SKY, window={"script.trakt.paused": "true"}), "paused"),
        (streamed(clip, **SKY, window={"script.trakt.paused": ""}, **excluded), "excluded"),
        (streamed(clip, **SKY), "addon"),
    ]
    # All at once: Kodi remembers what was in a folder when it looked there.
    unlike = named(clip, similar, "Copper Sky (2016).mkv")
    started(kodi)
    play_trailer(kodi, "The Long Pier")
    kodi.wait_for_log("left alone: trailer")
    for item, why in [*evening, (kodi.movie(FILM_2), "genre")]:
        play_nearly(kodi, item)
        kodi.wait_for_log(f"left alone: {why}")
    kodi.play(on_the_net)
    kodi.wait_for_log("left alone: stream")
    kodi.stop()
    play_nearly(kodi, streamed(clip, title="A Song", kind="musicvideo"))
    kodi.wait_for_log("left alone: music")
    kodi.play(a_song(tmp_path))
    kodi.wait_for_log("left alone: music", times=2)
    kodi.wait_for_end()
    play_nearly(kodi, unlike)
    kodi.wait_for_log("session over: Copper Sky (2016)")
    arrived(simkl)
    assert titles(simkl) == ["Copper Sky"]
    assert [title for title, _, _ in acts(kodi)] == ["Copper Sky"]
    assert kodi.log.count("left alone: trailer") == 3
    assert kodi.log.count("not wanted") == 7
    assert "Player.GetItem: " not in kodi.log
    assert {each.path for each in simkl.requests} == {"/search/movie", "/sync/history"}


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
