# SPDX-License-Identifier: MIT
"""What a file's name says of what is in it; where that is not clear, it says nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from .numbering import EPISODE, SEASON, YEAR, Mark, marks, several
from .path import split
from .release import (
    before_technical,
    is_extra,
    is_extra_by_title,
    is_extra_title,
    is_tail,
    key,
    spaced,
    technical,
    without_groups,
)


class Named(NamedTuple):
    """What a name says: a film with its year, or episodes of a show.

    `year` is 0 and `season` -1 where the name does not tell; `numbers` are the episodes in the
    file. A show that goes by days has a `date`, YYYY-MM-DD, instead; `absolute` are numbers that
    count through all seasons, as those of anime do.
    """

    title: str
    year: int = 0
    season: int = -1
    numbers: tuple[int, ...] = ()
    date: str = ""
    absolute: bool = False


class _Place(NamedTuple):
    """What the folders say of a file: the title and year of its show, its season."""

    title: str = ""
    year: int = 0
    season: int = -1


_LONGEST_NAME, _LAST_BARE = 300, 99
_HALF = re.compile(r"(?:e|x|- ?|_)[0-9]{1,4}\.5(?![0-9])", re.IGNORECASE)
_IDEOGRAPHS = re.compile(r"(?:第 ?([0-9]{1,2}) ?季[ -]*)?第 ?([0-9]{1,4}) ?[話话集回]")
_DATE = re.compile(rf"(?<![0-9a-z])({YEAR})([-. ])([01][0-9])\2([0-3][0-9])(?![0-9a-z])")
_CLOCK = re.compile(r"[ _-]*(?:at )?[0-9]{1,2}[-.:h ]?[0-9]{2}(?![0-9pi])", re.IGNORECASE)
_HOME_VIDEO = re.compile(
    r"(?:vid|video|img|dsc|mov|mvi|pxl|gopr|clip|whatsapp|screen|bildschirm|recording|aufnahme"
    r"|zoom|obs|capture|untitled|movie|film|sample)\b.*",
    re.IGNORECASE,
)
_ANIME = re.compile(
    r"\[[^\]]+\] ?(?P<title>.+?) - (?:ep?(?:isode)? ?|#)?(?P<e>[0-9]{1,4})(?:v[0-9])?"
    r"(?:[-~](?P<last>[0-9]{1,4})(?:v[0-9])?)?(?: ?end)?(?= |$|\[|\()(?P<tail>.*)"
    r"|\[[^\]]+\] ?\[(?P<title2>[^\]]+)\] ?\[(?P<e2>[0-9]{1,4})(?:v[0-9])?(?: ?end)?\].*",
    re.IGNORECASE,
)
_SITE = re.compile(r"\[[^\]]*\.[a-z]{2,4}\]", re.IGNORECASE)
_ANIME_SEASON = re.compile(
    r"(.+?)[ -]+(?:s([0-9]{1,2})|season ([0-9]{1,2})|([0-9])(?:st|nd|rd|th) season)", re.IGNORECASE
)
_SEASON_FOLDER = re.compile(
    rf"(?P<title>.*?)(?:^|[ -]+)(?:(?:{SEASON} ?|s)(?P<n>[0-9]{{1,2}}|{YEAR})"
    r"|specials|sonderfolgen|hors[- ]s[ée]rie)(?P<tail>(?:[ (\[].*)?)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?:{EPISODE} ?(?P<e>[0-9]{{1,4}})|(?P<n>[0-9]{{1,3}}))(?:-e?(?P<last>[0-9]{{1,3}}))?"
    r"(?P<tail>(?:(?P<sign> -|\.|-)? .*|-[^0-9].*|[\[(].*)?)",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:(?:\[[^\]]*\]|www[. ]\S+(?: [a-z]{2,4})? -) *)+", re.IGNORECASE)
_ROUND_YEAR = re.compile(rf"[(\[]({YEAR})[)\]]")
_BARE_YEAR = re.compile(rf"(?<![^ ])({YEAR})(?![^ ])")
_PART = re.compile(r"[ -]*\b(?:cd|dvd|dis[ck]|part|pt)[ -]?[0-9]{1,2}$", re.IGNORECASE)
_NO_FILM = re.compile(
    rf"(?:{SEASON} ?|(?<![0-9a-z])(?:s|ep?|folge ?))[0-9]+(?![0-9a-z])| - [0-9]{{1,3}}$"
    r"|[ (](?:trailer|teaser|sample|featurette)\)?$|^making of|behind the scenes",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"(?:my |new |all )?(?:tv|tv ?shows?|shows?|s[ée]ries|serien|movies?|films?|filme|videos?|anime"
    r"|downloads?|incoming|completed?|media|kids|kinder|torrents?|usenet|unsorted|misc|te?mp|data"
    r"|storage|home|mnt|volumes?|desktop|documents|public|recordings?|aufnahmen|share|nas|kodi"
    r"|library|watch|new|hd|4k|[a-z]|[0-9]+)",
    re.IGNORECASE,
)
_STANDS_FOR_THE_FILM = frozenset(("", "film", "movie"))


def parse(path: str) -> Named | None:
    """What the name of a file or an address says, with its folders; None where it is not clear."""
    folders, name = split(unicodedata.normalize("NFC", path))
    if not name or max(map(len, (name, *folders))) > _LONGEST_NAME:
        return None
    if _is_extra(name, folders) or _HALF.search(name):
        return None
    text, place = spaced(name), _place(folders)
    found = marks(text)
    if found:
        return _marked(text, found, place)
    if place.season >= 0:
        return _counted(text, place)
    numbered = None if _SITE.match(name) else _numbered(text, place)
    return numbered or _dated(text, place) or _film(text, folders)


def may_be_extra(path: str) -> bool:
    """Of what `parse` says nothing of, whether it may be a trailer or another extra."""
    folders, name = split(path)
    return _is_extra(name, folders) or is_extra_by_title(spaced(name))


def _is_extra(name: str, folders: tuple[str, ...]) -> bool:
    """A series may be called "Extras", too."""
    own = key(name) if marks(spaced(name)) else ""
    others = tuple(each for each in folders[-2:] if not own.startswith(key(each) or "/"))
    return is_extra(name, others)


def _place(folders: tuple[str, ...]) -> _Place:
    if not folders:
        return _Place()
    found = _SEASON_FOLDER.fullmatch(spaced(folders[-1]))
    if not (found and is_tail(_ROUND_YEAR.sub("", found["tail"]))):
        return _show(folders[-1])
    season = int(found["n"] or 0)
    above = _show(found["title"] or "".join(folders[-2:-1]))
    return above._replace(season=season)


def _show(folder: str) -> _Place:
    """The show that a folder is named after."""
    text = spaced(folder)
    plain = text if not technical(text) else ""
    titled = None if marks(plain) else _titled(plain, _Place())
    return titled if titled and not _GENERAL.fullmatch(titled.title) else _Place()


def _titled(text: str, place: _Place) -> _Place | None:
    """The title at the begin of a name; the folder's, if there is none, or if it is the same."""
    years = _ROUND_YEAR.findall(text)
    if len(years) > 1:
        return None
    year = int(years[0]) if years else 0
    text = re.sub(r"\[[^\]]*\]|\{[^}]*\}", " ", _ROUND_YEAR.sub(" ", _LEADING.sub("", text)))
    title = re.sub(r" +", " ", text).strip(" -–_,~.").rstrip(" ([{")
    title += "." if re.search(r"\w\.\w\.\s*$", text) else ""
    if place.title and key(title) in (
        "",
        key(place.title),
        key(place.title) + str(place.year or ""),
    ):
        same = not (year and place.year and year != place.year)
        return place._replace(year=place.year or year) if same else None
    if not key(title) or (not year and re.search(rf".[ .]{YEAR}$", title)):
        return None  # whether that is a year or part of the title nobody can know
    return place._replace(title=title, year=year)


def _marked(text: str, found: list[Mark], place: _Place) -> Named | None:
    mark, after = found[0], text[found[0].end :]
    if any(other[2:4] != mark[2:4] for other in found) or not mark.numbers:
        return None
    if place.season >= 0 and mark.season not in (0, place.season):
        return None
    before = _DATE.split(text[: mark.start])[0]
    if not (mark.firm or place.season >= 0) and (
        not key(_LEADING.sub("", before)) or re.match(rf" ?[(\[]?{YEAR}\b", after)
    ):
        return None  # "10x10 (2018)" is a film
    titled = _titled(before, place)
    return titled and Named(titled.title, titled.year, mark.season, mark.numbers)


def _counted(text: str, place: _Place) -> Named | None:
    """In the folder of a season the number may stand alone, or after the title of the show."""
    plain = _LEADING.sub("", text)
    if not place.title or (plain != text and place.season > 1):
        return None  # anime may count through all seasons
    plain = _ROUND_YEAR.sub("", plain)
    if plain.casefold().startswith(place.title.casefold()):
        plain = plain[len(place.title) :].strip(" -")
    found = _COUNTED.fullmatch(plain)
    tail = found["tail"] if found else ""
    if not found or is_extra_title(tail) or re.match(r" - [0-9]", tail):
        return None
    bare = (found["n"] or "").rjust(1, "0")
    loose = not found["sign"] and key(without_groups(tail))
    if bare[0] != "0" and (loose or int(bare) > _LAST_BARE):
        return None  # "24 Hours", and the 205 that may be a fifth episode
    first = int(found["e"] or bare)
    numbers = several(first, int(found["last"] or first))
    return Named(place.title, place.year, place.season, numbers) if numbers else None


def _numbered(text: str, place: _Place) -> Named | None:
    """Numbers without a season, in the two ways that can mean nothing else."""
    found, signs = _ANIME.fullmatch(text), _IDEOGRAPHS.search(text)
    if found:
        title, first = found["title"] or found["title2"], int(found["e"] or found["e2"])
        last = int(found["last"] or first)
        if re.fullmatch(YEAR, str(first)) or re.match(r" - [0-9]", found["tail"] or ""):
            return None
        season = _ANIME_SEASON.fullmatch(title)
        number = int(season[2] or season[3] or season[4]) if season else -1
        titled = _titled(season[1] if season else title, place)
    elif signs:
        first = last = int(signs[2])
        number = int(signs[1] or -1)
        titled = _titled(text[: signs.start()], place)
    else:
        return None
    numbers = several(first, last)
    if not titled or not numbers:
        return None
    return Named(titled.title, titled.year, number, numbers, absolute=number < 0)


def _dated(text: str, place: _Place) -> Named | None:
    """A show that goes by days; what a camera or a recorder names so is none."""
    found = _DATE.search(text)
    if not found or _CLOCK.match(text, found.end()):
        return None
    titled = _titled(text[: found.start()], place if place.year else _Place())
    if not titled or _HOME_VIDEO.fullmatch(titled.title):
        return None
    try:
        day = date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
    return Named(titled.title, titled.year, date=day.isoformat())


def _film(text: str, folders: tuple[str, ...]) -> Named | None:
    named = _with_year(text)
    folder = _with_year(spaced(folders[-1])) if folders else None
    if not folder or not _ROUND_YEAR.search(folders[-1]):
        return named
    if named:
        another = key(named.title) == key(folder.title) and named.year != folder.year
        return None if another else named
    plain = key(_PART.sub("", before_technical(without_groups(text)).strip(" -")))
    title = key(folder.title)
    if plain not in _STANDS_FOR_THE_FILM and plain not in (title, title + str(folder.year)):
        return None
    return folder if is_tail(text[len(before_technical(text)) :]) else None


def _with_year(text: str) -> Named | None:
    """`Film (2019)` with nothing but words of a release after it, or a release with its year."""
    text = _LEADING.sub("", text)
    years = list(_ROUND_YEAR.finditer(text))
    sure = bool(years)
    years = years or list(_BARE_YEAR.finditer(before_technical(text)))
    if not years or (sure and len(years) > 1):
        return None
    title, tail = text[: years[-1].start()].strip(" -–_,~.").rstrip("(["), text[years[-1].end() :]
    if not key(title) or _NO_FILM.search(title) or not is_tail(tail):
        return None
    # "Wonder Woman 1984" is a title; who names a release says more than one thing of it.
    return Named(title, int(years[-1][1])) if sure or technical(tail) > 1 else None
