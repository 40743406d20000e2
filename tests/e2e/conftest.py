# SPDX-License-Identifier: MIT
"""A real Kodi for whoever asks, and what it left behind when a test fails."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, Callable, Generator, Iterator

import pytest

from .kodi import BUILD, Kodi
from .media import Library, cached_library
from .modules import module_addons
from .template import new_home

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def library() -> Library:
    return cached_library()


@pytest.fixture(scope="session")
def modules() -> list[Path]:
    """The module add-ons; a `kodi_home` has them already."""
    return module_addons()


@pytest.fixture
def kodi_home(tmp_path: Path, library: Library) -> Path:
    return new_home(tmp_path / "home", library)


@pytest.fixture
def kodi(request: pytest.FixtureRequest, kodi_home: Path) -> Iterator[Callable[..., Kodi]]:
    """Makes a Kodi from what `Kodi` takes beside the home; the test starts it."""
    made: list[Kodi] = []

    def make(**options: Any) -> Kodi:
        made.append(Kodi(kodi_home, **options))
        return made[-1]

    try:
        yield make
        if request.node.stash.get(_FAILED, False):
            _keep(made, request.node.name)
    finally:
        for each in made:
            each.close()


def _keep(made: list[Kodi], test: str) -> None:
    folder = BUILD / "failed" / re.sub(r"[^\w.-]+", "_", test)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in made:
        if each.running:
            each.screenshot("screen", folder)
        for log in each.home.log_file.parent.glob("kodi*.log"):
            shutil.copy(log, folder)
