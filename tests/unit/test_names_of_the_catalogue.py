"""What becomes of every title that Simkl knows, from the name of a file to what Simkl finds."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from simkl_scrobbler.filename import Named, parse
from simkl_scrobbler.history import body
from simkl_scrobbler.media import Episode, Ids, Movie, Show
from tests.simkl_server.catalogue import Catalogue, Title
from tests.simkl_server.selection import Selector
from tests.unit.builders import EVENING, entries

RELEASE = "1080p.BluRay.x264-GRP.mkv"
Target = tuple[int, tuple[int, int] | None]
"""Simkl's id of a title, and season and number of the episode in it."""

CATALOGUE = Catalogue()


def windows(title: str) -> str:
    """As Windows and its shares allow it."""
    return title.replace(":", " -")


def dotted(title: str) -> str:
    """As releases are named: no accents, no punctuation."""
    letters = (unicodedata.normalize("NFKD", each)[0] for each in title)
    plain = (mark if mark.isascii() else each for mark, each in zip(letters, title, strict=True))
    return ".".join("".join(e for e in plain if e.isalnum() or e == " ").split())


def names_of_film(film: Title) -> Iterator[str]:
    title, year = film.title, film.year
    yield f"/films/{title} ({year}).mkv"
    yield f"/films/{dotted(title)}.{year}.{RELEASE}"
    yield f"/films/{title} ({year})/{title}.mkv"
    yield f"smb://host/films/{windows(title)} ({year})/{windows(title)} ({year}) - cd2.avi"
    yield f"/films/{title.replace(' ', '_')}_({year})_[1080p].mkv"
    yield f"/films/{title} [{year}]/film.mkv"
    yield f"/films/{title}.mkv"


def names_of_episode(title: str, year: int, season: int, number: int) -> Iterator[str]:
    yield f"/tv/{title} - S{season:02}E{number:02} - Episode {number}.mkv"
    yield f"/tv/{dotted(title)}.S{season:02}E{number:02}.{RELEASE}"
    yield f"/tv/{dotted(title)}.{year}.S{season:02}E{number:02}.{RELEASE}"
    yield f"D:\\tv\\{windows(title)} ({year})\\Season {season}\\{number:02} - Episode {number}.mkv"
    yield f"/tv/{title} ({year})/Season {season:02}/{title} - S{season:02}E{number:02}.mkv"
    yield f"/tv/{title}/S{season:02}/E{number:02}.mkv"
    yield f"/tv/{title} {season}x{number:02}.mkv"


def episode_names(show: Title) -> Iterator[tuple[str, Target]]:
    """The first and the last episode of each season; of anime as TheTVDB counts them."""
    first = CATALOGUE.franchise(show)[0]
    begin = {each.season: each for each in reversed(show.episodes)}
    end = {each.season: each for each in show.episodes}
    for each in (*begin.values(), *end.values()):
        season = each.tvdb_season or each.season
        for name in names_of_episode(first.title, first.year, season, each.number):
            yield name, (show.simkl, each.key)


def anime_names(anime: Title) -> Iterator[tuple[str, Target]]:
    """As fans name anime: by cour, and counted through all cours."""
    cours = CATALOGUE.franchise(anime)
    before = sum(len(cour.regular) for cour in cours[: cours.index(anime)])
    title, first = anime.title, cours[0].title
    for each in (anime.episodes[0], anime.episodes[-1]):
        for name in (
            f"[Group] {title} - {each.number:02} [1080p].mkv",
            f"[Group] {windows(title)} - {each.number:02} [1080p].mkv",
            f"[Group]_{title.replace(' ', '_')}_-_{each.number:02}v2_[ABCD1234].mkv",
            f"[Group] {title} ({anime.year}) - {each.number:02}.mkv",
            f"[Group] {first} - {before + each.number:02} [1080p].mkv",
            f"[Group] {first} S{each.tvdb_season} - {each.number:02} [1080p].mkv",
        ):
            yield name, (anime.simkl, each.key)


def names(title: Title) -> Iterator[tuple[str, Target]]:
    """Names of files of a title, and what they are."""
    if title.is_film:
        yield from ((name, (title.simkl, None)) for name in names_of_film(title))
        return
    yield from episode_names(title)
    if title.type == "anime":
        yield from anime_names(title)


def requested(named: Named) -> tuple[str, dict[str, Any]]:
    """The array and the item in it that a name without ids comes to."""
    if named.absolute:
        episodes = [{"number": number} for number in named.numbers]
        return "anime", {"title": named.title, "year": named.year, "episodes": episodes}
    if not named.numbers:
        items = body(entries(Movie(named.title, named.year, Ids())), EVENING)
        return "movies", items["movies"][0]
    show = Show(named.title, named.year, Ids())
    watched = [Episode(show, named.season, number) for number in named.numbers]
    return "shows", body(entries(*watched), EVENING)["shows"][0]


def found(name: str) -> list[Target]:
    """What Simkl marks for a file of that name."""
    named = parse(name)
    if named is None:
        return []
    section, item = requested(named)
    title = CATALOGUE.find(item, section)
    if title is None:
        return []
    if section == "movies":
        return [(title.simkl, None)]
    picks = Selector(CATALOGUE, title, item, datetime.now(timezone.utc)).select().picks
    return [(pick.title.simkl, pick.episode.key) for pick in picks]


def judged(title: Title) -> Counter[str]:
    """How many names of a title are identified rightly, wrongly and not at all."""
    counts: Counter[str] = Counter()
    for name, target in set(names(title)):
        targets = found(name)
        counts["rightly" if targets == [target] else "wrongly" if targets else "not"] += 1
    return counts


@pytest.mark.parametrize("title", CATALOGUE.titles.values(), ids=lambda title: str(title.simkl))
def test_names__of_every_title(title: Title) -> None:
    """No spelling is taken for anything else, and at least three of each title are understood."""
    counts = judged(title)
    assert counts["wrongly"] == 0
    assert counts["rightly"] >= 3


def test_names__of_each_other() -> None:
    """A film whose namesake has another year is not taken for that."""
    assert found("The.Long.Pier.1998.1080p.BluRay.x264-GRP.mkv") == [(8000021, None)]
    assert found("The Long Pier (2020).mkv") == [(8000022, None)]
    assert found("The Long Pier.mkv") == []


def test_names__shares() -> None:
    """So many of all names are identified; of the others Simkl may be asked, or the person.

    Those are films without a year, releases of shows with one, which may belong to the title, and
    titles without the accents and signs that Simkl's have.
    """
    counts = sum(map(judged, CATALOGUE.titles.values()), Counter())
    assert counts == Counter({"rightly": 235, "not": 51})
