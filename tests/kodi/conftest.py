"""The fakes, and a log that forgets."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Iterator

import pytest

from simkl_scrobbler.log import LOG

from .evening import Evening
from .fakes import FakeKodi
from .shelf import Shelf


@pytest.fixture
def kodi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKodi:
    fake = FakeKodi(tmp_path / "profile")
    fake.install(monkeypatch)
    return fake


@pytest.fixture
def evening(kodi: FakeKodi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    one = Evening(kodi, tmp_path / "outbox.db")
    one.install(monkeypatch)
    yield one
    kodi.person.set()
    one.hear_the_person()


@pytest.fixture
def full_disk(tmp_path: Path) -> Path:
    """Nothing can be written until this is removed."""
    obstacle = tmp_path / "outbox.db"
    obstacle.mkdir()
    return obstacle


@pytest.fixture
def shelf(kodi: FakeKodi) -> Shelf:
    return Shelf(kodi)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall is that of Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def _fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an interpreter that Kodi has just made."""
    monkeypatch.setattr(LOG, "keep", LOG.keep)
