# SPDX-License-Identifier: MIT
"""What the tests against the real Kodi make once: never half, and never twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.cache import cache_folder, made_once


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_made_once__a_broken_one_is_made_anew() -> None:
    """What could not be finished is gone, and the next who asks gets a whole one."""

    def break_off(draft: Path) -> None:
        (draft / "half").touch()
        raise OSError("the network is down")

    with pytest.raises(OSError, match="network"):
        made_once("thing", break_off)
    assert [each.name for each in cache_folder().iterdir() if each.is_dir()] == []
    folder = made_once("thing", lambda draft: (draft / "whole").touch())
    assert [each.name for each in folder.iterdir()] == ["whole"]


def test_made_once__two_who_ask_at_once_share_one() -> None:
    """Whoever comes while it is being made waits for it, and does not make it again."""
    made: list[Path] = []
    begun, go_on = threading.Event(), threading.Event()

    def build(draft: Path) -> None:
        made.append(draft)
        begun.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(made_once, "thing", build)
        assert begun.wait(10)
        second = pool.submit(made_once, "thing", build)
        go_on.set()
        assert first.result(10) == second.result(10)
    assert len(made) == 1
