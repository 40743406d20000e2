"""Another add-on that sends to Simkl what we send."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkl_scrobbler.kodi import rivals

from .fakes import FakeKodi


@pytest.fixture
def path(kodi: FakeKodi) -> Path:
    kodi.profile.mkdir()
    return kodi.profile / "rivals.json"


def test_is_news__once(kodi: FakeKodi, path: Path) -> None:
    """Each is news once, also after a restart, and again never when it comes back."""
    assert not rivals.is_news(str(path))
    kodi.enabled = {"script.simkl"}
    assert [rivals.is_news(str(path)) for _ in range(2)] == [True, False]
    kodi.enabled = {"script.simkl", "script.simkl.scrobbler"}
    assert [rivals.is_news(str(path)) for _ in range(2)] == [True, False]
    for enabled in (set(), {"script.simkl"}, {"plugin.video.other"}):
        kodi.enabled = enabled
        assert not rivals.is_news(str(path))


@pytest.mark.parametrize("junk", ["", "{", "7", '{"a": 1}', "[[], 7]"])
def test_is_news__junk(kodi: FakeKodi, path: Path, junk: str) -> None:
    """What somebody wrote there by hand breaks nothing."""
    path.write_text(junk, encoding="utf-8")
    kodi.enabled = {"script.simkl"}
    assert [rivals.is_news(str(path)) for _ in range(2)] == [True, False]


def test_is_news__cannot_be_remembered(kodi: FakeKodi, path: Path) -> None:
    """What cannot be remembered is not said at every start."""
    path.mkdir()
    kodi.enabled = {"script.simkl"}
    assert not rivals.is_news(str(path))
