# SPDX-License-Identifier: MIT
"""The Python modules of Kodi's add-on repository, made from the same versions on PyPI."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Iterator, NamedTuple
from xml.sax.saxutils import quoteattr

from .cache import fingerprint, made_once


class Module(NamedTuple):
    package: str
    version: str
    needs: tuple[str, ...] = ()

    @property
    def addon_id(self) -> str:
        return f"script.module.{self.package}"


# What the repository serves to Kodi 20 and 21; its qrcode calls itself 6.1.0.
MODULES = (
    Module("requests", "2.31.0", ("urllib3", "chardet", "idna", "certifi")),
    Module("urllib3", "2.2.3"),
    Module("chardet", "5.1.0"),
    Module("idna", "3.4"),
    Module("certifi", "2023.5.7"),
    Module("simplejson", "3.19.1"),
    # What it draws with, script.module.pil, comes with Kodi.
    Module("qrcode", "6.1", ("six",)),
    Module("six", "1.16.0"),
)


def module_addons() -> list[Path]:
    """The folders of the module add-ons, ready to be copied into a Kodi home."""
    folder = made_once(f"modules-{fingerprint(Path(__file__).read_bytes())}", _build)
    return [folder / module.addon_id for module in MODULES]


def _build(folder: Path) -> None:
    wheels = folder / "wheels"
    _download(wheels)
    for module in MODULES:
        addon = folder / module.addon_id
        with zipfile.ZipFile(_wheel_of(module, wheels)) as wheel:
            wheel.extractall(addon / "lib", members=list(_wanted(wheel)))
        (addon / "addon.xml").write_text(_addon_xml(module), encoding="utf-8")


def _download(wheels: Path) -> None:
    # "py" and "none" leave out wheels with C extensions: Kodi's repository has none either.
    pure = ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any"]
    names = [f"{module.package}=={module.version}" for module in MODULES]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run([*pip, *pure, "--dest", str(wheels), *names], check=True)


def _wheel_of(module: Module, wheels: Path) -> Path:
    [wheel] = wheels.glob(f"{module.package}-{module.version}-*none-any.whl")
    return wheel


def _wanted(wheel: zipfile.ZipFile) -> Iterator[str]:
    for name in wheel.namelist():
        # A package's own tests would only make every copy of a home slower.
        if "/tests/" not in name:
            yield name


def _addon_xml(module: Module) -> str:
    versions = {other.package: other.version for other in MODULES}
    imports = "".join(
        f'\n    <import addon="script.module.{need}" version="{versions[need]}"/>'
        for need in module.needs
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<addon id={quoteattr(module.addon_id)} name={quoteattr(module.package)}
       version={quoteattr(module.version)} provider-name="PyPI">
  <requires>
    <import addon="xbmc.python" version="3.0.0"/>{imports}
  </requires>
  <extension point="xbmc.python.module" library="lib"/>
  <extension point="xbmc.addon.metadata">
    <summary lang="en_GB">{module.package} for Python</summary>
    <platform>all</platform>
  </extension>
</addon>
"""
