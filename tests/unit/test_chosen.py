"""What the person picked is on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simkl_scrobbler.chosen import ChosenFile
from simkl_scrobbler.exclusions import Exclusions

from .builders import EVENING


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "exclusions.json"


def test_save__is_read_again(path: Path) -> None:
    """What is changed is there for whoever reads it next; the rest stays as it was."""
    ChosenFile(str(path)).save(folders=("/films/", "smb://nas/ä/"), genres=("Horror",))
    ChosenFile(str(path)).save(addons=("plugin.video.other",))
    ChosenFile(str(path)).save(private_until=EVENING)
    expected = Exclusions(
        ("plugin.video.other",), ("/films/", "smb://nas/ä/"), ("Horror",), private_until=EVENING
    )
    assert ChosenFile(str(path)).load() == expected


def test_save__nobody_else_can_read_it(path: Path) -> None:
    """Folders are nobody else's business, and no draft is left behind."""
    ChosenFile(str(path)).save(folders=("/films/",))
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == [path.name]


def test_save__on_a_disk_that_takes_nothing(path: Path) -> None:
    """What cannot be saved is an error; the old choice stays, and no draft is left behind."""
    (path / "obstacle").mkdir(parents=True)
    with pytest.raises(OSError):
        ChosenFile(str(path)).save(folders=("/films/",))
    assert os.listdir(path.parent) == [path.name]


def test_load__nothing_yet(path: Path) -> None:
    """Who has picked nothing has nothing left alone."""
    assert ChosenFile(str(path)).load() == Exclusions()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 50_000,
        "7",
        '{"addons": 7, "folders": "x", "genres": [1, null], "private_until": "soon"}',
        '{"private_until": true}',
    ],
)
def test_load__junk(path: Path, text: str) -> None:
    """What somebody wrote there by hand breaks nothing."""
    path.write_text(text, encoding="utf-8")
    assert ChosenFile(str(path)).load() == Exclusions()
