# SPDX-License-Identifier: MIT
"""A library of tiny films and series, made of test pictures, with the .nfo files Kodi reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Iterator, Mapping, NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

from . import disc
from .cache import fingerprint, made_once

# Kodi ends a clip up to two seconds early, and its own idea of where can be seconds old.
SHORT = 30
# Longer than the shortest length that counts by default.
LONG = 150


class Film(NamedTuple):
    """`source` is a clip, a DISC, or what plays it instead: an ADDON or a LINK; `minutes` is how
    long the library takes it for, of which a trailer can be there, too."""

    title: str
    year: int
    ids: Mapping[str, str]
    seconds: int = SHORT
    genre: str = "Drama"
    source: str = "clip"
    minutes: int = 0
    trailer: bool = False

    @property
    def name(self) -> str:
        return f"{self.title} ({self.year})"


class Episode(NamedTuple):
    """`last` is that of a file which holds several, from `number` on."""

    season: int
    number: int
    title: str
    ids: Mapping[str, str]
    seconds: int = SHORT
    last: int = 0


DISC, ADDON, LINK = "disc", "add-on", "link"
_ENDINGS = {"clip": "mkv", DISC: "iso", ADDON: "strm", LINK: "strm"}


class Show(NamedTuple):
    title: str
    year: int
    ids: Mapping[str, str]
    episodes: tuple[Episode, ...]
    genre: str = "Mystery"

    @property
    def name(self) -> str:
        return f"{self.title} ({self.year})"


LONG_TITLE = (
    "The Extraordinarily Long and Winding Account of How the Lighthouse Keeper's Youngest Daughter "
    "Crossed the Frozen Bay Alone"
)

FILMS = (
    Film("Harbour Lights", 2019, {"imdb": "tt9000001", "tmdb": "900001"}),
    Film("Paper Lanterns", 2003, {"imdb": "tt9000023", "tmdb": "900023"}, genre="Horror"),
    Film("A Winter at Holm", 2011, {"imdb": "tt9000024"}, LONG),
    Film("Nobody's Film", 2001, {"imdb": "tt9999999"}),
    Film(LONG_TITLE, 2017, {"imdb": "tt9000034"}),
    Film("Signal Hill", 2023, {"tmdb": "900031"}, source=DISC, minutes=1),
    Film("The Cartographer's Son", 2022, {"tmdb": "900029"}, source=ADDON),
    Film("The Long Pier", 2020, {"tmdb": "900022"}, source=LINK, trailer=True),
)

# More of one show than fit on a screen, or than anybody wants to be asked about one by one.
PATROL, PATROL_SEASONS = "Harbour Patrol", {0: 2, 1: 120, 2: 80}

# The episodes have ids of their own, so that a test sees when they are taken for the show's.
# Only that of the first special is one that the emulator of Simkl knows.
SHOWS = (
    Show(
        "Night Ferry",
        2021,
        {"imdb": "tt9000002", "tvdb": "910002", "tmdb": "920002"},
        (
            Episode(0, 1, "Before the Ferry", {"tvdb": "91000201"}),
            Episode(0, 2, "After the Ferry", {"tvdb": "9100020"}),
            Episode(1, 1, "Casting Off", {"tvdb": "9100021", "imdb": "tt9100021"}),
            Episode(1, 2, "Fog", {"tvdb": "9100022", "imdb": "tt9100022"}),
            Episode(1, 3, "The Other Shore", {"tvdb": "9100023", "imdb": "tt9100023"}),
            Episode(1, 4, "Low Tide", {"tvdb": "9100024"}, last=5),
        ),
    ),
    Show(
        "Kaze no Machi",
        2016,
        {"tvdb": "910010", "tmdb": "920010"},
        (Episode(2, 4, "Kazaguruma", {"tvdb": "9100104"}),),
    ),
    Show(
        "Salt Road",
        2024,
        {"tvdb": "910003"},
        (Episode(1, 1, "Salt", {"tvdb": "9100031"}, last=3),),
    ),
    Show(
        PATROL,
        2005,
        {"tvdb": "910099"},
        tuple(
            Episode(season, number, f"Day {number}", {"tvdb": f"99{season}{number:03}"})
            for season, count in PATROL_SEASONS.items()
            for number in range(1, count + 1)
        ),
    ),
)


class Library(NamedTuple):
    folder: Path

    @property
    def movies(self) -> Path:
        return self.folder / "movies"

    @property
    def tv(self) -> Path:
        return self.folder / "tv"

    def film_file(self, title: str) -> Path:
        [film] = [film for film in FILMS if film.title == title]
        return self.movies / film.name / f"{film.name}.{_ENDINGS[film.source]}"

    def episode_file(self, show_title: str, season: int, number: int) -> Path:
        [show] = [show for show in SHOWS if show.title == show_title]
        [last] = [each.last for each in show.episodes if each[:2] == (season, number)]
        more = "".join(f"E{each:02}" for each in range(number + 1, last + 1))
        name = f"{show.title} S{season:02}E{number:02}{more}.mkv"
        return self.tv / show.name / f"Season {season}" / name


def definition() -> str:
    """Changes when the library would look different to Kodi."""
    return fingerprint(Path(__file__).read_bytes(), Path(str(disc.__file__)).read_bytes())


def cached_library() -> Library:
    """The library in a fixed place, because Kodi's database holds absolute paths."""
    return Library(made_once(f"library-{definition()}", make_library))


def cached_clips() -> Path:
    """What the library is made of, and a disc as an image and as folders."""
    return made_once(f"clips-{definition()}", _make_clips)


def make_library(folder: Path) -> Library:
    library = Library(folder)
    clips = cached_clips()
    for film in FILMS:
        file = library.film_file(film.title)
        _add_film_file(film, file, clips)
        premiered = f"{film.year}-05-04"
        _write_nfo(
            file.with_suffix(".nfo"),
            "movie",
            film.ids,
            title=film.title,
            year=film.year,
            premiered=premiered,
            genre=film.genre,
            **({"runtime": film.minutes} if film.minutes else {}),
            **({"trailer": _clip(clips, SHORT)} if film.trailer else {}),
        )
    for show in SHOWS:
        _add_show(library, show, clips)
    return library


def _add_film_file(film: Film, file: Path, clips: Path) -> None:
    if film.source in (ADDON, LINK):
        clip = str(_clip(clips, film.seconds))
        asked = f"plugin://plugin.video.shelf/?play={quote(json.dumps({'clip': clip}))}"
        file.parent.mkdir(parents=True)
        file.write_text(asked if film.source == ADDON else clip, encoding="utf-8")
    else:
        _put(clips / disc.IMAGE if film.source == DISC else _clip(clips, film.seconds), file)


def _add_show(library: Library, show: Show, clips: Path) -> None:
    for episode in show.episodes:
        file = library.episode_file(show.title, episode.season, episode.number)
        _put(_clip(clips, episode.seconds), file)
        # Of several episodes in one file Kodi reads one element after another.
        for number in range(episode.number, max(episode.number, episode.last) + 1):
            day = date(show.year, 3, 1) + timedelta(days=number - 1)
            _write_nfo(
                file.with_suffix(".nfo"),
                "episodedetails",
                episode.ids,
                title=episode.title,
                showtitle=show.title,
                season=episode.season,
                episode=number,
                aired=day.isoformat(),
            )
    nfo = library.tv / show.name / "tvshow.nfo"
    first_day = f"{show.year}-03-01"
    _write_nfo(
        nfo,
        "tvshow",
        show.ids,
        title=show.title,
        year=show.year,
        premiered=first_day,
        genre=show.genre,
    )


def _write_nfo(path: Path, tag: str, ids: Mapping[str, str], **fields: object) -> None:
    root = ElementTree.Element(tag)
    for name, value in fields.items():
        ElementTree.SubElement(root, name).text = str(value)
    for position, (kind, value) in enumerate(ids.items()):
        attributes = {"type": kind, "default": "true"} if position == 0 else {"type": kind}
        ElementTree.SubElement(root, "uniqueid", attributes).text = value
    ElementTree.indent(root)
    with path.open("ab") as file:
        ElementTree.ElementTree(root).write(file, encoding="utf-8")


def _lengths() -> Iterator[int]:
    yield from {film.seconds for film in FILMS}
    yield from {episode.seconds for show in SHOWS for episode in show.episodes}


def _clip(clips: Path, seconds: int) -> Path:
    return clips / f"{seconds}s.mkv"


def _make_clips(folder: Path) -> None:
    for seconds in set(_lengths()):
        # No sound: without an audio device a sound track stalls Kodi's player for ten seconds.
        # A key frame each second, so that a seek lands where it was aimed at.
        source = ["-f", "lavfi", "-i", f"testsrc=size=64x36:rate=5:duration={seconds}"]
        coding = ["-c:v", "libx264", "-g", "5", "-pix_fmt", "yuv420p"]
        command = ["ffmpeg", "-v", "error", *source, *coding, str(_clip(folder, seconds))]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    disc.make(folder, SHORT)


def _put(clip: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(clip, file)
    except OSError:
        shutil.copyfile(clip, file)
