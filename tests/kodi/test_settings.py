"""The settings of a profile become one snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Dict
from xml.etree import ElementTree

import pytest
import xbmc

from simkl_scrobbler.events import Rules
from simkl_scrobbler.exclusions import Exclusions
from simkl_scrobbler.kodi import log, settings
from simkl_scrobbler.kodi.settings import ALWAYS, ASK, Settings

from .fakes import ROOT, FakeKodi

DEFINED = {
    setting.attrib["id"]: setting
    for setting in ElementTree.parse(ROOT / "resources/settings.xml").iter("setting")  # noqa: S314
    if setting.get("type") != "action"
}
DEFAULTS = Settings("", Rules(80, 120), True, True, True, True, ASK, False, True, Exclusions())


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
        "track_rewatches": "true",
        "ask_simkl": "false",
        "exclude_streams": "true",
        "library_only": "true",
    }
    settings.chosen().save(folders=("/films/",), private_until=7)
    left_alone = Exclusions((), ("/films/",), (), True, True, 7)
    chosen = Settings(
        "abc", Rules(90, 300), False, True, False, False, ALWAYS, True, False, left_alone
    )
    assert settings.read() == chosen


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


def written(kodi: FakeKodi, *values: tuple[str, str], attributes: str = "") -> None:
    """What stands in the settings file."""
    lines = "".join(f'<setting id="{name}"{attributes}>{text}</setting>' for name, text in values)
    kodi.profile.mkdir(exist_ok=True)
    (kodi.profile / "settings.xml").write_text(
        f'<settings version="2">{lines}<setting id="account" default="true" /></settings>', "utf-8"
    )


@pytest.mark.parametrize(
    "junk", ["", "x", "-1", "80.5", "yes", "0x50", "simkl_at_secret", "9" * 5000]
)
def test_check__junk(kodi: FakeKodi, junk: str) -> None:
    """Each setting whose value makes no sense is named once, its value never."""
    log.install()
    written(kodi, *((name, junk) for name in DEFINED))
    assert not settings.check()
    expected = sorted(name for name, each in DEFINED.items() if each.get("type") != "string")
    assert sorted(text.split()[2].rstrip(":") for _, text in kodi.log) == expected
    assert {level for level, _ in kodi.log} == {xbmc.LOGWARNING}
    assert not [text for _, text in kodi.log if junk and f" {junk}" in text]


def test_check__what_kodi_writes(kodi: FakeKodi) -> None:
    """Of a file as Kodi saves it nothing is said, nor of a profile that has none yet."""
    log.install()
    settings.check()
    defaults = ((name, each.findtext("default") or "") for name, each in DEFINED.items())
    written(kodi, *defaults, attributes=' default="true"')
    settings.check()
    assert kodi.log == []


@pytest.mark.parametrize("key", ["", "a1b2"])
def test_check__damaged(kodi: FakeKodi, key: str) -> None:
    """A file of which Kodi can read nothing is set aside, and the application key is kept."""
    log.install()
    kodi.profile.mkdir()
    cut_off = f'<settings><setting id="client_id">{key}</setting><setting id="thr'
    (kodi.profile / "settings.xml").write_text(cut_off, "utf-8")
    assert settings.check()
    (aside,) = kodi.profile.iterdir()
    assert aside.name.startswith("settings.xml.damaged-")
    assert aside.read_text("utf-8") == cut_off
    assert settings.read() == DEFAULTS._replace(client_id=key)
    assert [level for level, _ in kodi.log] == [xbmc.LOGERROR]


def test_check__what_only_kodi_can_read(kodi: FakeKodi) -> None:
    """A file that looks odd stays if Kodi can read it and saves it anew; no value is lost."""

    class Saving(Dict[str, str]):
        def __setitem__(self, name: str, value: str) -> None:
            super().__setitem__(name, value)
            written(kodi, *self.items())

    kodi.settings = Saving(client_id="a1b2", threshold="90")
    kodi.profile.mkdir()
    odd = "<?xml version='1.0'?><settings><setting default='false' id='client_id'>a1b2</setting>"
    (kodi.profile / "settings.xml").write_text(f"{odd}</settings>", "utf-8")
    assert not settings.check()
    assert [file.name for file in kodi.profile.iterdir()] == ["settings.xml"]
    assert settings.read() == DEFAULTS._replace(client_id="a1b2", rules=Rules(90, 120))


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
