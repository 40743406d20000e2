# SPDX-License-Identifier: MIT
"""The words of a file's name that are no title: of the release, of extras, of separators."""

from __future__ import annotations

import re

_ACRONYM = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}")
_GROUPS = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)")
_TECHNICAL = (
    r"(?:[0-9]{3,4}[pi]|[48]k|uhd|[0-9]{3,4}x[0-9]{3,4}|blu-?ray|bd(?:rip|remux)?|b[dr]-?rip|remux"
    r"|web(?:-?dl|-?rip)?|hdtv(?:rip)?|[pds]dtv|tv-?rip|hd-?rip|dvd(?:-?rip|scr|[59r])?|vhs-?rip"
    r"|[xh][. ]?26[45]|hevc|avc|av1|vp9|xvid|divx|(?:10|8)-?bits?|hdr(?:10)?\+?)(?![0-9a-z])"
)
_ANY_TECHNICAL = re.compile(r"(?<![0-9a-z])" + _TECHNICAL, re.IGNORECASE)
_NEXT_TECHNICAL = re.compile(_TECHNICAL, re.IGNORECASE)
_NEXT_KNOWN = re.compile(
    r"(?:german|deutsch|english|(?:true)?french|italian|spanish|castellano|latino|dutch|nordic"
    r"|swedish|norwegian|danish|finnish|polish|czech|hungarian|russian|japanese|korean|chinese"
    r"|hindi|turkish|portuguese|eng?|ger|deu?|fre?|fra|ita?|spa|esp?|jpn|rus|vostfr|vff|multi|dual"
    r"|audio|dl|ml|dubbed|subbed|subs?|hd|sd|fhd|extended|unrated|uncut|uncensored|theatrical"
    r"|director'?s|final|cut|remastered|restored|imax|edition|special|ultimate|criterion"
    r"|anniversary|collector'?s|redux|hybrid|proper|repack|rerip|internal|limited|3d|h-?sbs|h-?ou"
    r"|custom|ws|dv|aac|e?-?ac3|dts|ddp?|atmos|amzn|nf|dsnp|hulu|atvp|hmax"
    r"|(?:cd|dvd|dis[ck]|part|pt)[ -]?[0-9]{1,2})(?![0-9a-z])",
    re.IGNORECASE,
)
_EXTRA = re.compile(
    r"(?<![0-9a-z])(?:trailer|teaser|sample|featurettes?|making[ .-]?of|behind[ .-]?the[ .-]?scenes"
    r"|extras?|bonus|deleted([ .-]?scenes?)?|interviews?|gag[ .-]?reel|bloopers?|outtakes?|promo"
    r"|preview|ncop|nced|proof)[0-9]*(?![0-9a-z])",
    re.IGNORECASE,
)
_EXTRA_FILE = re.compile(
    r"sample[-. ].*|.*[-. _](?:trailer|teaser|sample)[0-9]*"
    r"|.*[^ ][-_](?:featurette|behindthescenes|deleted|deletedscene|interview|scene|short|clip"
    r"|extra|other|promo)[0-9]*",
    re.IGNORECASE | re.DOTALL,
)
_EXTRA_AFTER = re.compile(
    r"^making of|behind the scenes|(?:[-–)\]]|(?:19|20)[0-9]{2}) *(?:the )?" + _EXTRA.pattern,
    re.IGNORECASE,
)
_EXTRA_FOLDER = re.compile(
    r"extras?|trailers?|samples?|featurettes?|behind the scenes|deleted scenes|interviews?|scenes"
    r"|shorts|clips|bonus|others?|making of|subs|proof|backdrops|theme-music",
    re.IGNORECASE,
)


def spaced(name: str) -> str:
    """The name with spaces where dots and underscores stand for them; acronyms keep their dots."""
    name = _ACRONYM.sub(lambda found: found[0].replace(".", "\0"), name)
    outside = _GROUPS.sub("", name)
    if " " in outside or "_" in outside:
        name = re.sub(r"(?<=[^\W_])\.(?=[^\W_])(?<![0-9]\.(?=[0-9]))", " ", name)
    else:
        name = name.replace(".", " ")
    return re.sub(r"[\s_]+", " ", name).strip().replace("\0", ".")


def key(title: str) -> str:
    """What is left of a title when only its letters and digits count."""
    return "".join(filter(str.isalnum, title.casefold()))


def without_groups(text: str) -> str:
    """The text without what stands in brackets."""
    return _GROUPS.sub(" ", text)


def technical(text: str) -> int:
    """How many words of the text tell how a release was made."""
    return len(_ANY_TECHNICAL.findall(text))


def before_technical(text: str) -> str:
    """The text up to the first word that tells how a release was made."""
    found = _ANY_TECHNICAL.search(text)
    return text[: found.start()] if found else text


def is_tail(text: str) -> bool:
    """Whether a text after the year of a film is only about the release.

    Up to the first technical word all have to be known; what follows may be anything, as the
    names of groups are, but extras.
    """
    if _EXTRA.search(text):
        return False
    text = without_groups(text).strip(" -.,")
    while text and not _NEXT_TECHNICAL.match(text):
        known = _NEXT_KNOWN.match(text)
        if not known:
            return False
        text = text[known.end() :].lstrip(" -.,")
    return True


def is_extra(name: str, folders: tuple[str, ...]) -> bool:
    """Whether it is a trailer, a sample or another extra, by its name or its folders."""
    marked = any(_EXTRA_FOLDER.fullmatch(spaced(folder)) for folder in folders[-2:])
    return marked or bool(_EXTRA_FILE.fullmatch(name))


def is_extra_by_title(text: str) -> bool:
    """Whether a name in which nothing else is clear may be that of an extra."""
    return is_extra_title(text) or bool(_EXTRA_AFTER.search(text))


def is_extra_title(text: str) -> bool:
    """Whether what stands in the place of an episode's title says that it is an extra."""
    return bool(_EXTRA.fullmatch(text.strip(" -.")))
