# SPDX-License-Identifier: MIT
"""A Kodi home with modules and a scanned library, made once and copied for each test."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import home as home_file
from .cache import fingerprint, made_once
from .home import Home
from .kodi import Kodi
from .media import Library, definition
from .modules import MODULES, module_addons
from .release import kodi_command, kodi_python, system_addons

SCAN_TIMEOUT = 60.0

# What a run leaves behind and the next one would make anew.
_LEFTOVERS = shutil.ignore_patterns(
    "kodi.log", "kodi.old.log", "output.txt", ".cache", "script.module.*"
)


def new_home(folder: Path, library: Library) -> Path:
    """A home for one test; its library and its modules lie elsewhere and must not be changed."""
    template, home = Home(_template(library)), Home(folder)
    shutil.copytree(template.folder, folder, ignore=_LEFTOVERS)
    for module in template.addons.glob("script.module.*"):
        (home.addons / module.name).symlink_to(module)
    home.refuse(home_file.PVR)
    return folder


def _template(library: Library) -> Path:
    ingredients = [str(library.folder), definition(), repr(MODULES), _kodi_version()]
    ingredients += system_addons()
    sources = [Path(file).read_bytes() for file in (__file__, str(home_file.__file__))]
    name = f"home-{fingerprint(*ingredients, *sources)}"
    return made_once(name, lambda folder: _build(folder, library))


def _kodi_version() -> str:
    command = kodi_command("--version")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _build(folder: Path, library: Library) -> None:
    home = Home(folder)
    modules = module_addons()
    # The first run makes the databases.
    with Kodi(folder) as kodi:
        kodi.start()
        kodi.quit()
    home.add_sources(library)
    with Kodi(folder, addons=modules) as kodi:
        kodi.start()
        kodi.rpc("VideoLibrary.Scan", showdialogs=False)
        kodi.wait_for_notification("VideoLibrary.OnScanFinished", timeout=SCAN_TIMEOUT)
        kodi.quit()
    # As in a home that is no longer new; Kodi's Python optimises.
    compiler = ["-m", "compileall", "-q", "-o", "1", str(home.addons)]
    subprocess.run(kodi_python(*compiler), check=True)
