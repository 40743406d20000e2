# SPDX-License-Identifier: MIT
"""What is installed into Kodi: the built add-on, a copy that times its callbacks, and the floor."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.build import build, unpack

FLOOR_ID = "service.floor"

_FLOOR_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<addon id="{FLOOR_ID}" name="Floor" version="1.0.0" provider-name="bench">
  <requires>
    <import addon="xbmc.python" version="3.0.1"/>
  </requires>
  <extension point="xbmc.service" library="service.py"/>
  <extension point="xbmc.python.script" library="default.py">
    <provides>executable</provides>
  </extension>
  <extension point="kodi.context.item">
    <menu id="kodi.core.main">
      <menu>
        <label>Floor</label>
        <item library="list.py">
          <label>List</label>
          <visible>true</visible>
        </item>
      </menu>
    </menu>
  </extension>
  <extension point="xbmc.addon.metadata">
    <summary lang="en_GB">Waits for the end of Kodi, and does nothing else</summary>
    <platform>all</platform>
  </extension>
</addon>
"""

_FLOOR_SERVICE = "import xbmc\n\nxbmc.Monitor().waitForAbort()\n"

_FLOOR_LIST = "import xbmcgui\n\nxbmcgui.Dialog().select('Floor', ['Now'])\n"

_TIMED = ("service.py", "default.py")


def floor(folder: Path) -> Path:
    """What everything is compared with: a service that only waits, a script without a line, and
    one that only shows a list.
    """
    addon = folder / FLOOR_ID
    addon.mkdir()
    (addon / "addon.xml").write_text(_FLOOR_XML, encoding="utf-8")
    (addon / "service.py").write_text(_FLOOR_SERVICE, encoding="utf-8")
    (addon / "default.py").touch()
    (addon / "list.py").write_text(_FLOOR_LIST, encoding="utf-8")
    return addon


def ours(folder: Path) -> Path:
    """The add-on as a person installs it."""
    return unpack(build(folder), folder)


def timed(addon: Path, folder: Path) -> Path:
    """A copy of ours with other entry files; the package is the same."""
    copy = folder / "timed"
    shutil.copytree(addon, copy)
    for name in _TIMED:
        shutil.copy(Path(__file__).with_name(f"timed_{name}"), copy / name)
    return copy
