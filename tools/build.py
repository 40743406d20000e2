# SPDX-License-Identifier: MIT
"""Builds dist/service.simkl-<version>.zip from what git tracks: `python -m tools.build`."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ADDON_ID = "service.simkl"


def version() -> str:
    """The version of addon.xml."""
    root = ElementTree.parse(ROOT / "addon.xml").getroot()  # noqa: S314 -- our own file
    return root.attrib["version"]


def build(folder: Path) -> Path:
    """The zip as a person installs it; what .gitattributes names is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{ADDON_ID}-{version()}.zip"
    _git("archive", f"--prefix={ADDON_ID}/", f"--output={archive}", _commit())
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """The folder of the add-on, as Kodi unpacks it."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / ADDON_ID


def _commit() -> str:
    """The last commit, or one that nobody sees of what has been changed since."""
    return _git("stash", "create") or "HEAD"


def _git(*arguments: str) -> str:
    # A stash has an author, and a new machine may not know one.
    nobody = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
    command = ["git", "-C", str(ROOT), *nobody, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    print(build(ROOT / "dist"))
