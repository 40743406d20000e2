# SPDX-License-Identifier: MIT
"""A repository of add-ons on this machine: its own zip, and what Kodi fetches from it."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterable, Iterator
from xml.etree import ElementTree

# A zip's dependencies are taken from no repository but Kodi's own: what has this id, and packages
# whose address begins so, both compiled into Kodi.
OFFICIAL_ID = "repository.xbmc.org"
_OFFICIAL_URL = "https://mirrors.kodi.tv/"

# The version is above the one that Kodi may have brought.
_ADDON_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<addon id="{OFFICIAL_ID}" name="Kodi Add-on repository" version="99.0.0" provider-name="tests">
  <extension point="xbmc.addon.repository">
    <dir>
      <info compressed="false">{{url}}addons.xml</info>
      <checksum>{{url}}addons.xml.md5</checksum>
      <datadir zip="true">{_OFFICIAL_URL}</datadir>
      <hashes>false</hashes>
    </dir>
  </extension>
  <extension point="xbmc.addon.metadata">
    <summary lang="en_GB">What the tests install</summary>
    <platform>all</platform>
  </extension>
</addon>
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Kodi's own log says what it has fetched."""


class Repository:
    def __init__(self, folder: Path, addons: Iterable[Path]) -> None:
        """:param addons: folders of add-ons"""
        self._folder = folder
        folder.mkdir()
        listed = ElementTree.Element("addons")
        for addon in addons:
            description = _description(addon)
            listed.append(description)
            addon_id, version = description.attrib["id"], description.attrib["version"]
            (folder / addon_id).mkdir()
            pack(addon, folder / addon_id / f"{addon_id}-{version}.zip")
        text = ElementTree.tostring(listed, encoding="utf-8")
        (folder / "addons.xml").write_bytes(text)
        digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
        (folder / "addons.xml.md5").write_text(digest, encoding="utf-8")

    def __enter__(self) -> Repository:
        handler = partial(_Quiet, directory=str(self._folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def substitutes(self) -> dict[str, str]:
        """How a Kodi finds here what it would fetch from the official one."""
        return {_OFFICIAL_URL: self._url}

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def write_zip(self, folder: Path) -> Path:
        """The repository add-on, as its owner hands it out."""
        archive = folder / f"{OFFICIAL_ID}.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(f"{OFFICIAL_ID}/addon.xml", _ADDON_XML.format(url=self._url))
        return archive


def pack(addon: Path, archive: Path) -> None:
    """The zip of an add-on's folder."""
    with zipfile.ZipFile(archive, "w") as packed:
        for file in _files(addon):
            packed.write(file, Path(addon.name) / file.relative_to(addon))


def _files(addon: Path) -> Iterator[Path]:
    for file in sorted(addon.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def _description(addon: Path) -> ElementTree.Element:
    return ElementTree.parse(addon / "addon.xml").getroot()  # noqa: S314 - written by the tests
