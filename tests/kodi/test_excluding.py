"""How a person picks what is to be left alone."""

from __future__ import annotations

from typing import Any

import pytest

from simkl_scrobbler.chosen import ChosenFile
from simkl_scrobbler.exclusions import Exclusions
from simkl_scrobbler.kodi import settings
from simkl_scrobbler.kodi.excluding import Excluding

from .fakes import BACK, NOTHING, FakeKodi

NAMES = {"plugin.video.zoo": "Another", "plugin.video.bee": "bee", "plugin.video.cat": "Cat"}


class Desk:
    """The pickers with everything around them."""

    def __init__(self, kodi: FakeKodi) -> None:
        self.kodi = kodi
        self.changes = 0
        self.excluding = Excluding(settings.chosen(), self._changed)
        kodi.answers["Addons.GetAddons"] = {
            "result": {"addons": [{"addonid": id, "name": name} for id, name in NAMES.items()]}
        }
        kodi.answers["VideoLibrary.GetGenres"] = self._genres

    @staticmethod
    def _genres(asked: dict[str, Any]) -> dict[str, Any]:
        labels = {"movie": ["Horror", "Drama"], "tvshow": ["Drama", "anime"]}[asked["type"]]
        return {"result": {"genres": [{"label": label, "genreid": 1} for label in labels]}}

    def _changed(self) -> None:
        self.changes += 1

    @property
    def chosen(self) -> Exclusions:
        return settings.chosen().load()


@pytest.fixture
def desk(kodi: FakeKodi) -> Desk:
    return Desk(kodi)


def test_addons__by_their_names(desk: Desk) -> None:
    """The installed video add-ons are shown by name; what is ticked is kept by id."""
    desk.kodi.plan = ["Cat|Another"]
    desk.excluding.addons()
    assert desk.kodi.shown[0].labels == ["Another", "bee", "Cat"]
    assert (desk.chosen.addons, desk.changes) == (("plugin.video.zoo", "plugin.video.cat"), 1)


def test_addons__ticked_again(desk: Desk) -> None:
    """What was chosen is ticked, also what is no longer installed, and can be taken out."""
    settings.chosen().save(addons=("plugin.video.gone", "plugin.video.bee"))
    desk.kodi.plan = [NOTHING]
    desk.excluding.addons()
    (shown,) = desk.kodi.shown
    assert dict(zip(shown.labels, shown.details)) == {
        "Another": "",
        "bee": "*",
        "Cat": "",
        "plugin.video.gone": "*",
    }
    assert desk.chosen.addons == ()


def test_addons__back(desk: Desk) -> None:
    """Who goes back has changed nothing."""
    settings.chosen().save(addons=("plugin.video.bee",))
    desk.kodi.plan = [BACK]
    desk.excluding.addons()
    assert (desk.chosen.addons, desk.changes) == (("plugin.video.bee",), 0)


@pytest.mark.parametrize("answer", [{"result": {}}, {"result": {"addons": None}}, {"error": {}}])
def test_addons__none(desk: Desk, answer: dict[str, Any]) -> None:
    """Without any add-on the person hears that there is none."""
    desk.kodi.answers["Addons.GetAddons"] = answer
    desk.excluding.addons()
    assert desk.kodi.said == ["There is no video add-on to choose."]


def test_genres__of_films_and_series(desk: Desk) -> None:
    """Each genre of the library is there once, in the order of the alphabet."""
    desk.kodi.plan = ["Horror|anime"]
    desk.excluding.genres()
    assert desk.kodi.shown[0].labels == ["anime", "Drama", "Horror"]
    assert (desk.chosen.genres, desk.changes) == (("anime", "Horror"), 1)


def test_genres__none(desk: Desk) -> None:
    """An empty library has none to choose."""
    desk.kodi.answers["VideoLibrary.GetGenres"] = {"result": {"limits": {}}}
    desk.excluding.genres()
    assert desk.kodi.said == ["Nothing in Kodi's library has a genre yet."]


def test_folders__added(desk: Desk) -> None:
    """What Kodi's dialog gives is kept without a password, a source of several as each of them."""
    several = "multipath://%2ffilms%2f/%2fmore%2f/"
    desk.kodi.plan = ["Add", "smb://anna:secret@nas/tv/", "Add", several, "Add", "/films/"]
    desk.excluding.folders()
    assert desk.chosen.folders == ("smb://nas/tv/", "/films/", "/more/")
    assert desk.changes == 2
    assert desk.kodi.shown[-1].labels == ["Add a folder…", "tv", "films", "more"]
    assert desk.kodi.shown[-1].details[1:] == list(desk.chosen.folders)


@pytest.mark.parametrize(
    ("folder", "label", "detail"),
    [
        ("/", "/", "/"),
        ("smb://nas/", "nas", "smb://nas/"),
        ("C:\\Films\\", "Films", "C:\\Films\\"),
        (f"/{'deep/' * 20}films/", "films", f"…{('deep/' * 20)[-43:]}films/"),
    ],
)
def test_folders__named(desk: Desk, folder: str, label: str, detail: str) -> None:
    """A folder is called by its own name; of a long path the end is shown."""
    settings.chosen().save(folders=(folder,))
    desk.excluding.folders()
    (shown,) = desk.kodi.shown
    assert (shown.labels[1], shown.details[1]) == (label, detail)
    assert len(detail) <= 50


def test_folders__dialog_left(desk: Desk) -> None:
    """Who leaves Kodi's dialog has added nothing."""
    desk.kodi.plan = ["Add", BACK]
    desk.excluding.folders()
    assert (desk.chosen.folders, desk.changes) == ((), 0)


@pytest.mark.parametrize(("said", "left"), [("yes", ("/more/",)), ("no", ("/films/", "/more/"))])
def test_folders__taken_out(desk: Desk, said: str, left: tuple[str, ...]) -> None:
    """A folder is taken out when the person agrees."""
    settings.chosen().save(folders=("/films/", "/more/"))
    desk.kodi.plan = ["films", said]
    desk.excluding.folders()
    assert desk.kodi.said == ["Is what lies in films to be recorded again?"]
    assert desk.chosen.folders == left


def test_keep__on_a_disk_that_takes_nothing(desk: Desk) -> None:
    """What cannot be kept is told."""
    path = desk.kodi.profile / "exclusions.json"
    path.mkdir(parents=True)
    desk.kodi.plan = ["Horror"]
    Excluding(ChosenFile(str(path)), desk._changed).genres()
    assert [toast.message for toast in desk.kodi.toasts] == [
        "This cannot be saved: is the disk full?"
    ]
    assert desk.changes == 0
