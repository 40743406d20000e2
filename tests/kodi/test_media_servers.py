# SPDX-License-Identifier: MIT
"""What Jellyfin for Kodi and PlexKodiConnect play, in the forms in which their sources give it."""

from __future__ import annotations

from typing import Any

import pytest

from simkl_scrobbler.exclusions import Exclusions, left_alone
from simkl_scrobbler.kodi.playing import Look, Playing
from simkl_scrobbler.media import Episode, Ids, Movie, Show
from tests.unit.builders import EVENING

from .fakes import ANSWERS, FakeKodi, an_answer

FERRY = Show("Night Ferry", 2021, Ids(imdb="tt9000002", tmdb=920002, tvdb=910002))
LIGHTS = Movie("Harbour Lights", 2019, Ids(imdb="tt9000001"))

# Jellyfin's own addresses; where it plays a list of its own, Kodi knows of no add-on.
STREAM = "http://10.0.0.2:8096/Videos/0a1b2c/stream?static=true&MediaSourceId=0a1b2c&ApiKey=x"
JELLYFIN = "plugin://plugin.video.jellyfin/5f0/?filename=a.mkv&id=0a1b2c&dbid=1&mode=play"
PLEX_FILM = "plugin://plugin.video.plexkodiconnect.movies/?mode=play&plex_id=7&plex_type=movie"
PLEX_EPISODE = "plugin://plugin.video.plexkodiconnect.tvshows/5/?mode=play&plex_id=8"


def looked(kodi: FakeKodi, answer: str, **changes: Any) -> Playing | None:
    played = an_answer(answer, **changes)
    if changes.get("id", 1) is None:
        del played["result"]["item"]["id"]
    kodi.answers = {
        "Player.GetItem": played,
        "VideoLibrary.GetTVShowDetails": ANSWERS["show"],
        "VideoLibrary.GetEpisodes": {"result": {"limits": {"total": 0}}},
    }
    return Look().now()


@pytest.mark.parametrize("path", [JELLYFIN, PLEX_FILM, STREAM, "/nas/Harbour Lights.mkv"])
def test_library__film(kodi: FakeKodi, path: str) -> None:
    """What a media server gave the library goes by its ids there, however it is played."""
    ids = {"imdb": "tt9000001"}
    found = looked(kodi, "movie", mediapath=path, file=STREAM, uniqueid=ids)
    assert found and found.sure and found.parts[0].item == LIGHTS
    assert left_alone(found.facts, Exclusions(streams=True, library_only=True), EVENING) == ""


@pytest.mark.parametrize("path", [JELLYFIN, PLEX_EPISODE, STREAM, "/nas/Night Ferry S01E02.mkv"])
def test_library__episode(kodi: FakeKodi, path: str) -> None:
    """An episode goes by the ids of its show, which the server gave the library, too."""
    found = looked(kodi, "episode", mediapath=path, file=STREAM)
    assert found and found.sure and found.parts[0].item == Episode(FERRY, 1, 2)


@pytest.mark.parametrize("path", [JELLYFIN, STREAM])
def test_outside__film(kodi: FakeKodi, path: str) -> None:
    """A film that is only listed by the add-on has an imdb id without a name, or none."""
    ids = {"unknown": "tt9000001"}
    found = looked(kodi, "movie", id=None, mediapath=path, file=STREAM, uniqueid=ids)
    assert found and found.sure and found.parts[0].item == LIGHTS
    assert left_alone(found.facts, Exclusions(streams=True), EVENING) == ""
    found = looked(kodi, "movie", id=None, mediapath=path, file=STREAM, uniqueid={})
    assert found and found.sure and found.parts[0].item == Movie("Harbour Lights", 2019, Ids())


@pytest.mark.parametrize("path", [JELLYFIN, STREAM])
def test_outside__episode(kodi: FakeKodi, path: str) -> None:
    """An episode that is only listed goes by the title of its show and its number."""
    found = looked(kodi, "episode", id=None, tvshowid=-1, mediapath=path, uniqueid={})
    assert found and found.sure
    assert found.parts[0].item == Episode(Show("Night Ferry", 0, Ids()), 1, 2)
    assert left_alone(found.facts, Exclusions(streams=True), EVENING) == ""


@pytest.mark.parametrize("kind", ["video", "unknown", ""])
def test_intro__nobodys_business(kodi: FakeKodi, kind: str) -> None:
    """What runs before the film is none, and Simkl is not asked what "stream" is."""
    intro = {"type": kind, "title": "Tonight", "mediapath": STREAM, "file": STREAM}
    assert looked(kodi, "movie", id=None, uniqueid={}, **intro) is None


@pytest.mark.parametrize(
    ("path", "addon"),
    [
        (JELLYFIN, "plugin.video.jellyfin"),
        (PLEX_FILM, "plugin.video.plexkodiconnect"),
        ("plugin://plugin.video.plexkodiconnect?mode=play", "plugin.video.plexkodiconnect"),
    ],
)
def test_addon__left_alone(kodi: FakeKodi, path: str, addon: str) -> None:
    """Who leaves the add-on alone means what it gave the library, too."""
    found = looked(kodi, "movie", mediapath=path, file=STREAM)
    assert found and left_alone(found.facts, Exclusions(addons=(addon,)), EVENING) == "addon"
