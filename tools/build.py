# SPDX-License-Identifier: MIT
"""Builds dist/service.simkl-<version>.zip of what git does not ignore: `python -m tools.build`."""

from __future__ import annotations

import os
import subprocess
import tempfile
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
    _git("archive", f"--prefix={ADDON_ID}/", f"--output={archive}", _tree())
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """The folder of the add-on, as Kodi unpacks it."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / ADDON_ID


def _tree() -> str:
    """What is to be packed: the last commit, or what has been changed since, new files too."""
    with tempfile.TemporaryDirectory() as folder:
        # An index of one's own: several builds may run at once, and a person's is left alone.
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git("read-tree", "HEAD", **index)
        _git("add", "--all", **index)
        tree = _git("write-tree", **index)
    # Of a commit the same bytes are made each time; a bare tree would carry the time of packing.
    return "HEAD" if tree == _git("rev-parse", "HEAD^{tree}") else tree


def _git(*arguments: str, **environment: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    result = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **environment}
    )
    return result.stdout.strip()


if __name__ == "__main__":
    print(build(ROOT / "dist"))
