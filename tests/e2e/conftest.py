# SPDX-License-Identifier: MIT
"""A real Kodi for whoever asks, Simkl beside it, and what was left behind when a test fails.

Kodi itself dies about once in some hundred starts and stops, also without any add-on: a test
in which that happened (`KodiDied`) runs once more, and says so. Whatever else fails, fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Callable, Generator, Iterator

import pytest

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID, build, unpack

from .jsonrpc import KodiDied
from .kodi import BUILD, Kodi
from .media import Library, cached_library
from .modules import module_addons
from .release import release
from .template import new_home

Scrobbling = Callable[..., Kodi]

_FAILED = pytest.StashKey[bool]()


def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means: tests wait for most of their time; `make test` runs two of these."""
    return (os.cpu_count() or 2) * 3


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["KodiDied"]))


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


@pytest.fixture(scope="session")
def addon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is shipped: the zip, unpacked."""
    folder = tmp_path_factory.mktemp("zip")
    return unpack(build(folder), folder)


@pytest.fixture
def kodi_home(tmp_path: Path, library: Library) -> Path:
    return new_home(tmp_path / "home", library)


@pytest.fixture
def kodi(
    request: pytest.FixtureRequest, kodi_home: Path, simkl: SimklServer
) -> Iterator[Callable[..., Kodi]]:
    """Makes a Kodi from what `Kodi` takes beside the home; the test starts it.

    In the end its log, of all its starts, is searched for errors of ours and for secrets, and Simkl
    asked for requests that a good client would not have sent.
    """
    made: list[Kodi] = []

    def make(**options: Any) -> Kodi:
        made.append(Kodi(kodi_home, **options))
        return made[-1]

    try:
        yield make
        assert simkl.client_faults == []
        for each in made:
            assert [secret for secret in simkl.service.secrets() if secret in each.logs] == []
            assert each.log_problems(ADDON_ID) == []
    except AssertionError:
        request.node.stash[_FAILED] = True
        raise
    finally:
        if request.node.stash.get(_FAILED, False):
            _keep(made, request.node.name)
        for each in made:
            each.close()


@pytest.fixture
def simkl() -> Iterator[SimklServer]:
    with SimklServer() as server:
        yield server


@pytest.fixture
def scrobbling(kodi: Callable[..., Kodi], addon: Path, simkl: SimklServer) -> Scrobbling:
    """Makes a Kodi with the add-on in it, signed in to `simkl` unless another `account` is given.

    `settings` are the add-on's, `options` those of `Kodi`.
    """

    def make(
        *,
        account: dict[str, object] | None = None,
        options: dict[str, Any] | None = None,
        **settings: object,
    ) -> Kodi:
        account = {"access_token": simkl.account().token} if account is None else account
        options = dict(options or {})
        return kodi(
            addons=[addon, *options.pop("addons", ())],
            settings={ADDON_ID: {"client_id": simkl.client_id, "min_length": 0, **settings}},
            files={f"{ADDON_ID}/account.json": json.dumps(account)},
            environment={"SIMKL_API_URL": simkl.url, **options.pop("environment", {})},
            **options,
        )

    return make


def _keep(made: list[Kodi], test: str) -> None:
    folder = BUILD / "failed" / release() / re.sub(r"[^\w.-]+", "_", test)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in made:
        for log in [*each.home.log_file.parent.glob("kodi*.log"), *each.home.folder.glob("*.txt")]:
            shutil.copy(log, folder)
    for each in made:
        # A Kodi that hangs shows nothing.
        with contextlib.suppress(KodiDied, TimeoutError):
            if each.running:
                each.screenshot("screen", folder)
