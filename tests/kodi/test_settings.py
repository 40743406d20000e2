"""The settings of a profile become one snapshot."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from simkl_scrobbler.kodi import settings
from simkl_scrobbler.kodi.settings import ALWAYS, ASK, Settings
from simkl_scrobbler.playback import Rules

from .fakes import ROOT, FakeKodi

DEFINED = {
    setting.attrib["id"]: setting
    for setting in ElementTree.parse(ROOT / "resources/settings.xml").iter("setting")  # noqa: S314
    if setting.get("type") != "action"
}
DEFAULTS = Settings("", Rules(80, 120), True, True, True, True, ASK)


def test_read__what_the_person_chose(kodi: FakeKodi) -> None:
    """The snapshot holds what was chosen, minutes as seconds."""
    kodi.settings = {
        "client_id": " abc \n",
        "threshold": "90",
        "min_length": "5",
        "scrobble_movies": "false",
        "scrobble_episodes": "true",
        "notify": "false",
        "follow_library": "false",
        "unmark": "2",
    }
    assert settings.read() == Settings("abc", Rules(90, 300), False, True, False, False, ALWAYS)


def test_read__anew_each_time(kodi: FakeKodi) -> None:
    """What is changed later is in the next snapshot, not in the one before."""
    before = settings.read()
    kodi.settings["notify"] = "false"
    assert (before.notify, settings.read().notify) == (True, False)


def test_read__defaults_are_those_of_the_dialog(kodi: FakeKodi) -> None:
    """Where nothing can be read, what counts is what the dialog would show."""
    unreadable = settings.read()
    kodi.settings = {name: each.findtext("default", "") for name, each in DEFINED.items()}
    assert settings.read() == unreadable == DEFAULTS


@pytest.mark.parametrize("junk", ["", "x", "-1", "80.5", "8 0", "٩٠", "1e2", "9" * 5000])
def test_read__junk(kodi: FakeKodi, junk: str) -> None:
    """A file that somebody edited by hand breaks nothing: what makes no sense is the default."""
    kodi.settings = dict.fromkeys(DEFINED, junk)
    assert settings.read() == DEFAULTS._replace(client_id=junk.strip())


def number(snapshot: Settings, name: str) -> int:
    rules = snapshot.rules
    return {"threshold": rules.threshold, "min_length": rules.min_length // 60}[name]


@pytest.mark.parametrize("name", ["threshold", "min_length"])
def test_read__bounds_are_those_of_the_dialog(kodi: FakeKodi, name: str) -> None:
    """The numbers that the dialog allows are taken, those beyond are not."""
    least, most, default = (
        int(DEFINED[name].findtext(path, ""))
        for path in ("constraints/minimum", "constraints/maximum", "default")
    )
    for value, taken in ((least, least), (most, most), (least - 1, default), (most + 1, default)):
        kodi.settings[name] = str(value)
        assert number(settings.read(), name) == taken


def test_profile__makes_its_folder(kodi: FakeKodi, tmp_path: Path) -> None:
    """The folder of the add-on's files is there when a path in it is asked for, again and again."""
    for _ in range(2):
        assert settings.profile("outbox.db") == str(tmp_path / "profile" / "outbox.db")
    assert (tmp_path / "profile").is_dir()


def test_version__of_the_addon(kodi: FakeKodi) -> None:
    """The version is the one that Kodi knows."""
    assert settings.version() == "1.2.3"
