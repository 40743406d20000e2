# SPDX-License-Identifier: MIT
"""A path or an address of a file becomes the names of its folders and its own."""

from __future__ import annotations

import re

_SURROGATES = re.compile("[\ud800-\udfff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
# Whose addresses are no names of files.
_OPAQUE = frozenset(
    ("plugin", "pvr", "upnp", "script", "videodb", "musicdb", "dvd", "cdda", "rtsp", "rtmp", "udp")
)
# Whose address is that of another file, with a path inside that.
_ARCHIVES = frozenset(("rar", "zip", "archive", "bluray", "udf", "iso9660"))
# So many archives can lie in each other; somebody's text can say it a thousand times.
_MOST_NESTED = 5
_WITH_QUERY = frozenset(("http", "https", "dav", "davs"))
_LOCAL = frozenset(("file", "special"))
_WINDOWS = re.compile(r"[a-z]:[\\/]|\\\\[^\\]+", re.IGNORECASE)
_MAIN_OF_A_DISC = frozenset(("video_ts.ifo", "video_ts", "index.bdmv", "movieobject.bdmv", "bdmv"))
# Kodi lets the person choose one of those of a Blu-ray.
_PLAYLIST = re.compile(r"\.mpls$", re.IGNORECASE)
_IN_A_DISC = frozenset(("video_ts", "bdmv", "stream", "playlist"))
_DISC_FOLDER = re.compile(r"(?:cd|dvd|dis[ck])[ _.-]?[0-9]", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\.(?:mkv|mk3d|mp4|m4v|avi|mov|wmv|asf|m?2?ts|mpe?g|mpg2|m2v|webm|flv|ogm|ogv|divx|xvid|iso|img"
    r"|nrg|vob|strm|rmvb?|3gp|wtv|dvr-ms|nuv|ssif|dat|f4v|trp|tp|rar|zip)$",
    re.IGNORECASE,
)


def split(path: str) -> tuple[tuple[str, ...], str]:
    """The folders from the top and the name without its extension; "" where there is no name.

    Of a stack it is the first file, of a disc the folder that holds it. Host, share credentials
    and query are no part of it. Bytes of a name that are no UTF-8 come from Kodi as surrogates,
    which nothing that is stored or sent can hold.
    """
    path = _SURROGATES.sub("\ufffd", path)
    parts = [part for part in _parts(_first(path.strip())) if part not in ("", ".", "..")]
    if parts and (parts[-1].lower() in _MAIN_OF_A_DISC or _PLAYLIST.search(parts[-1])):
        parts.pop()
        while parts and parts[-1].lower() in _MAIN_OF_A_DISC | _IN_A_DISC:
            parts.pop()
    elif any(part.lower() in _IN_A_DISC for part in parts[-3:-1]):
        return (), ""  # a piece of a disc, which may be a menu or an extra
    while len(parts) > 1 and _DISC_FOLDER.fullmatch(parts[-1]):
        parts.pop()
    if not parts:
        return (), ""
    folders = [part for part in parts[:-1] if not _DISC_FOLDER.fullmatch(part)]
    return tuple(folders), _bare(parts[-1])


def _bare(name: str) -> str:
    dot = name.rfind(".")
    return name[:dot] if dot > 0 and _EXTENSION.fullmatch(name[dot:]) else name


def _first(path: str) -> str:
    if path.startswith("stack://"):
        return path[len("stack://") :].split(" , ", maxsplit=1)[0].replace(",,", ",")
    return path


def _parts(path: str, nested: int = 0) -> list[str]:
    """All names of a path; none of an address that names no file."""
    scheme = _SCHEME.match(path)
    if not scheme:
        if _WINDOWS.match(path):
            return re.split(r"[\\/]", re.sub(_WINDOWS, "", path, count=1))
        return path.split("/")
    kind, rest = scheme[1].lower(), path[scheme.end() :]
    if kind in _OPAQUE:
        return []
    if kind in _ARCHIVES:
        return _parts(_decoded(rest), nested + 1) if nested < _MOST_NESTED else []
    if kind in _WITH_QUERY:
        rest = re.split(r"[?#|]", rest)[0]
        # Most servers have their videos at addresses like /videos/7/stream, which are no names.
        if not (_EXTENSION.search(rest) or rest.rpartition("/")[2].lower() in _MAIN_OF_A_DISC):
            return []
    # Before it is decoded: a password can hold a slash.
    rest = rest if kind in _LOCAL else rest.partition("/")[2]
    # The folders of Windows' and NFS' shares come as they are, and a percent sign is one.
    return (rest if " " in rest else _decoded(rest)).split("/")


def _decoded(text: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 -- most paths are no addresses

    return unquote(text)
