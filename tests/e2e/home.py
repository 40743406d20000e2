# SPDX-License-Identifier: MIT
"""The folder a Kodi lives in: its settings, add-ons and databases, written while it is stopped."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Iterable, Mapping
from xml.etree import ElementTree

from .media import Library
from .release import SYSTEM_ADDONS, system_root

# Nothing that goes out to the network, nothing that covers the screen by itself, no work beside.
GUI_SETTINGS = {
    "audiooutput.audiodevice": "ALSA:default",
    # Into the device that is none, silence would be written as fast as a core can do it.
    "audiooutput.streamsilence": "0",
    "audiooutput.guisoundmode": "0",
    "general.addonupdates": "2",
    "addons.unknownsources": "true",
    "lookandfeel.enablerssfeeds": "false",
    "myvideos.extractthumb": "false",
    "myvideos.extractflags": "false",
    "screensaver.mode": "",
    "services.esenabled": "true",
    "services.zeroconf": "false",
}

# The widgets of the home screen are left out: now and then two threads let go of the same picture
# or item of theirs, when a video stops or a profile is loaded, and Kodi aborts (seen in 20.1 and
# 21.2, without any add-on of ours).
_HOME = ("Home.xml", "Includes_Home.xml")
_WIDGET = re.compile("<content[^>]*>[^<]*</content>")

# Brought by the system, and wanted by one test only: in all others Kodi would ask whether it is.
PVR = "pvr.iptvsimple"

# Each picture is gone through as a whole: of the one that is asked for nothing may be left out
# because it has not changed.
_ADVANCED = """<advancedsettings version="1.0">
  <loglevel>1</loglevel>
  <splash>false</splash>
  <jsonrpc><tcpport>{port}</tcpport></jsonrpc>
  <gui><algorithmdirtyregions>0</algorithmdirtyregions></gui>
  <pathsubstitution>{substitutes}</pathsubstitution>
  <video>
    <playcountminimumpercent>{counts_at}</playcountminimumpercent>
    <ignoresecondsatstart>0</ignoresecondsatstart>
  </video>
</advancedsettings>
"""

_SUBSTITUTE = "<substitute><from>{}</from><to>{}</to></substitute>"

# Kodi asks for a sound device four times, and six seconds long, where there is none.
_SILENT_SOUND = "pcm.!default { type null }\n"

_SOURCE = '<source><name>{0}</name><path pathversion="1">{0}/</path></source>'

_PROFILE = (
    '<profile><id>{0}</id><name>{1}</name><directory pathversion="1">{2}</directory>'
    "<hasdatabases>{3}</hasdatabases><canwritedatabases>true</canwritedatabases>"
    "<hassources>{3}</hassources><canwritesources>true</canwritesources>"
    "<lockmode>0</lockmode></profile>"
)

# What lies beside an add-on in its project, and in no zip of it.
_BESIDE = {"build", "dist", "tests", "tools"}


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / ".kodi"
        self.addons = self.data / "addons"
        self.userdata = self.data / "userdata"
        self.addon_data = self.userdata / "addon_data"
        self.log_file = self.data / "temp" / "kodi.log"
        self.elsewhere: dict[str, str] = {}
        """Where Kodi really goes, who is told that it opens something that begins so."""

    def configure(
        self, port: int, event_port: int, time_zone: str, skin: str, counts_at: int, widgets: bool
    ) -> None:
        """What differs from start to start."""
        self.userdata.mkdir(parents=True, exist_ok=True)
        (self.folder / ".asoundrc").write_text(_SILENT_SOUND, encoding="utf-8")
        elsewhere = {**self.elsewhere, **({} if widgets else self._without_widgets())}
        substitutes = "".join(_SUBSTITUTE.format(*pair) for pair in elsewhere.items())
        advanced = _ADVANCED.format(port=port, counts_at=counts_at, substitutes=substitutes)
        (self.userdata / "advancedsettings.xml").write_text(advanced, encoding="utf-8")
        # Kodi overwrites TZ with its own setting.
        changing = {
            "services.esport": str(event_port),
            "locale.timezone": time_zone,
            "lookandfeel.skin": skin,
        }
        _write_settings(self.userdata / "guisettings.xml", {**GUI_SETTINGS, **changing})
        # Estouchy greets whoever sees it for the first time with a dialog.
        greeted = self.addon_data / "skin.estouchy" / "settings.xml"
        _write_settings(greeted, {"firstrun": "done"}, type="string")

    def _without_widgets(self) -> dict[str, str]:
        changed = {}
        for name in _HOME:
            file = self.userdata / name
            original = f"{SYSTEM_ADDONS}/skin.estuary/xml/{name}"
            text = (system_root() / original).read_text(encoding="utf-8")
            file.write_text(_WIDGET.sub("", text), encoding="utf-8")
            changed[f"/{original}"] = str(file)
        return changed

    def install(self, addon: Path) -> str:
        """Puts an add-on, a folder or a zip, into the home; answers its id. It is not enabled."""
        if addon.is_dir():
            return self._install_folder(addon)
        with tempfile.TemporaryDirectory() as unpacked, zipfile.ZipFile(addon) as archive:
            archive.extractall(unpacked)
            [folder] = Path(unpacked).iterdir()
            return self._install_folder(folder)

    def _install_folder(self, folder: Path) -> str:
        addon_id = _parse(folder / "addon.xml").attrib["id"]
        target = self.addons / addon_id
        if target.exists():
            shutil.rmtree(target)

        def left_out(directory: str, names: list[str]) -> set[str]:
            beside = _BESIDE if Path(directory) == folder else set()
            hidden = {name for name in names if name.startswith((".", "__pycache__"))}
            return hidden | beside

        shutil.copytree(folder, target, ignore=left_out)
        return addon_id

    def enable(self, addon_ids: Iterable[str]) -> None:
        """Without a row Kodi takes an add-on it finds for installed, but disabled."""
        rows = [(addon_id,) for addon_id in addon_ids]
        with closing(sqlite3.connect(self.database("Addons"))) as database, database:
            database.executemany(
                "INSERT INTO installed (addonID, enabled, installDate) VALUES (?, 1, '2024-01-01')"
                " ON CONFLICT (addonID) DO UPDATE SET enabled = 1, disabledReason = 0",
                rows,
            )

    def refuse(self, addon_id: str) -> None:
        """As when somebody has said that they don't want an add-on that the system brought."""
        with closing(sqlite3.connect(self.database("Addons"))) as database, database:
            database.execute(
                "INSERT INTO installed (addonID, enabled, installDate, disabledReason)"
                " VALUES (?, 0, '2024-01-01', 1) ON CONFLICT (addonID) DO UPDATE"
                " SET enabled = 0, disabledReason = 1",
                (addon_id,),
            )

    def add_profile(self, name: str) -> Path:
        """A person beside the one whose home it is, with the same library; answers their folder.

        Their add-ons are kept as those of the other are now.
        """
        folder = self.userdata / "profiles" / name
        mine = shutil.ignore_patterns("profiles", "Database", "Thumbnails", "advanced*")
        shutil.copytree(self.userdata, folder, ignore=mine)
        rows = [_PROFILE.format(0, "Master user", "special://masterprofile/", "true")]
        rows.append(_PROFILE.format(1, name, f"profiles/{name}/", "false"))
        text = f"<profiles><nextIdProfile>2</nextIdProfile>{''.join(rows)}</profiles>"
        (self.userdata / "profiles.xml").write_text(text, encoding="utf-8")
        return folder

    def write_addon_settings(
        self, addon_id: str, values: Mapping[str, object], file: str = "settings.xml"
    ) -> None:
        texts = {key: _as_text(value) for key, value in values.items()}
        _write_settings(self.addon_data / addon_id / file, texts)

    def write_addon_file(self, name: str, content: str | bytes) -> None:
        """`name` is relative to addon_data: `service.example/account.json`."""
        file = self.addon_data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def add_sources(self, library: Library) -> None:
        sources = "".join(_SOURCE.format(path) for path in (library.movies, library.tv))
        text = f'<sources><video><default pathversion="1"/>{sources}</video></sources>'
        (self.userdata / "sources.xml").write_text(text, encoding="utf-8")
        # What a path contains can't be said by JSON-RPC, and Kodi scans only what it was told.
        rows = [
            (f"{library.movies}/", "movies", 2147483647, 1),
            (f"{library.tv}/", "tvshows", 0, 0),
        ]
        with closing(sqlite3.connect(self.database("MyVideos"))) as database, database:
            database.executemany(
                "INSERT INTO path (strPath, strContent, strScraper, strHash, scanRecursive,"
                " useFolderNames, strSettings, noUpdate, exclude, allAudio)"
                " VALUES (?, ?, 'metadata.local', '', ?, ?, '', 0, 0, 0)",
                rows,
            )

    def database(self, name: str) -> Path:
        """The newest database of that name: the version is part of the file's name."""
        files = (self.userdata / "Database").glob(f"{name}*.db")
        return max(files, key=lambda file: int(file.stem[len(name) :]))


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write_settings(file: Path, values: Mapping[str, str], **attributes: str) -> None:
    """Sets values in a settings file, and keeps what else is in it."""
    root = ElementTree.Element("settings", {"version": "2"})
    if file.exists():
        root = _parse(file)
    known = {element.get("id"): element for element in root}
    for key, value in values.items():
        element = known.get(key)
        if element is None:
            element = ElementTree.SubElement(root, "setting", {"id": key, **attributes})
        element.attrib.pop("default", None)
        element.text = value
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8")


def _parse(file: Path) -> ElementTree.Element:
    return ElementTree.parse(file).getroot()  # noqa: S314 - written by Kodi or by this project
