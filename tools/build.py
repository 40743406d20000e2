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


def build_in(archive: Path, client_id: str) -> None:
    """Make a client_id the default of its setting, so that nobody has to enter one."""
    with zipfile.ZipFile(archive) as packed:
        contents = {info: packed.read(info) for info in packed.infolist()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for info, content in contents.items():
            if info.filename == f"{ADDON_ID}/resources/settings.xml":
                content = _with_default(content, client_id)  # noqa: PLW2901
            packed.writestr(info, content)


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
    made = build(ROOT / "dist")
    if os.environ.get("SIMKL_CLIENT_ID"):
        build_in(made, os.environ["SIMKL_CLIENT_ID"])
    print(made)
