"""Small files that are there as a whole, or set aside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simkl_scrobbler import whole_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.json"


def test_damaged__none_and_a_sound_one(path: Path) -> None:
    """What is not there, and what is an object, stays as it is."""
    assert not whole_file.damaged(str(path))
    whole_file.replace(str(path), {"a": 1})
    assert not whole_file.damaged(str(path))
    assert path.read_text() == '{"a": 1}'


@pytest.mark.parametrize("junk", [b"", b"[]", b"{", bytes(500), b"\xff\xfe", b"[" * 99999])
def test_damaged__set_aside(path: Path, junk: bytes) -> None:
    """Anything else is kept under a dated name, as unreadable for others as it was."""
    whole_file.replace(str(path), "")
    path.write_bytes(junk)
    assert whole_file.damaged(str(path))
    [aside] = path.parent.iterdir()
    assert aside.name.startswith("account.json.damaged-2")
    assert (aside.read_bytes(), aside.stat().st_mode & 0o777) == (junk, 0o600)
    assert not whole_file.damaged(str(path))


def test_damaged__and_it_cannot_be_moved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk that takes nothing it is told of all the same."""

    def refuse(*_: object) -> None:
        raise PermissionError

    path.write_text("junk")
    monkeypatch.setattr(os, "replace", refuse)
    assert whole_file.damaged(str(path))
    assert path.read_text() == "junk"
