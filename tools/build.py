# SPDX-License-Identifier: MIT
"""Builds dist/service.simkl-<version>.zip of what git does not ignore: `python -m tools.build`.

The same commit gives the same bytes, on any machine and at any time: order, modes and moments come
from git, and nothing is compressed, because each zlib does that in its own way. Kodi unpacks it
once; two thirds of 400 KB are no reason for bytes that nobody can make again.
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Iterator
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ADDON_ID = "service.simkl"

_SETTINGS = f"{ADDON_ID}/resources/settings.xml"
_FILE = 0o100644
_COMMITTED = ("log", "-1", "--no-show-signature", "--format=%ct")
# A zip knows no moment before.
_EARLIEST = 315532800


def version() -> str:
    """The version of addon.xml."""
    root = ElementTree.parse(ROOT / "addon.xml").getroot()  # noqa: S314 -- our own file
    return root.attrib["version"]


def build(folder: Path, client_id: str = "") -> Path:
    """The zip as a person installs it; what .gitattributes names is left out.

    :param client_id: becomes the default of its setting, so that nobody has to enter one
    """
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{ADDON_ID}-{version()}.zip"
    moment = _moment()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in sorted(_contents()):
            if client_id and name == _SETTINGS:
                content = _with_default(content, client_id)  # noqa: PLW2901
            packed.writestr(_entry(name, moment), content)
    return archive


def _contents() -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    packed = _git("archive", "--format=zip", f"--prefix={ADDON_ID}/", _tree())
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        for info in files.infolist():
            if not info.is_dir():
                yield info.filename, files.read(info)


def _entry(name: str, moment: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment)
    entry.create_system = 3  # Unix, wherever it is packed: it says what the mode below means
    entry.external_attr = _FILE << 16
    return entry


def _moment() -> tuple[int, int, int, int, int, int]:
    """Of the last commit, in UTC, or what SOURCE_DATE_EPOCH says."""
    stated = os.environ.get("SOURCE_DATE_EPOCH") or _git(*_COMMITTED)
    parts = time.gmtime(max(int(stated), _EARLIEST))
    return parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]


def _with_default(settings: bytes, client_id: str) -> bytes:
    root = ElementTree.fromstring(settings)  # noqa: S314 -- our own file
    default = root.find(".//setting[@id='client_id']/default")
    if default is None:
        raise LookupError("settings.xml has no default of client_id")
    default.text = client_id
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def unpack(archive: Path, folder: Path) -> Path:
    """The folder of the add-on, as Kodi unpacks it."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / ADDON_ID


def _tree() -> str:
    """What is to be packed: the last commit, and what has been changed since, new files too."""
    with tempfile.TemporaryDirectory() as folder:
        # An index of one's own: several builds may run at once, and a person's is left alone.
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git("read-tree", "HEAD", **index)
        _git("add", "--all", **index)
        return _git("write-tree", **index).decode().strip()


def _git(*arguments: str, **environment: str) -> bytes:
    command = ["git", "-C", str(ROOT), *arguments]
    result = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, env={**os.environ, **environment}
    )
    return result.stdout


if __name__ == "__main__":
    print(build(ROOT / "dist", os.environ.get("SIMKL_CLIENT_ID", "")))
