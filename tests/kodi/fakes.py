"""A Kodi that says what a test wants, in the place of the inert stubs."""

from __future__ import annotations

import copy
import json
import threading
from pathlib import Path
from typing import Any, Callable, NamedTuple

import polib
import pytest
import xbmc
import xbmcaddon
import xbmcgui
import xbmcvfs

ROOT = Path(__file__).parents[2]
ANSWERS: dict[str, Any] = json.loads(Path(__file__).with_name("answers.json").read_text("utf-8"))

_PO = ROOT / "resources/language/resource.language.en_gb/strings.po"
_TEXTS = {int(entry.msgctxt[1:]): entry.msgid for entry in polib.pofile(str(_PO))}


def an_answer(name: str, **changes: Any) -> dict[str, Any]:
    """One of answers.json, with other values in its item or show."""
    answer = copy.deepcopy(ANSWERS[name])
    (details,) = answer["result"].values()
    details.update(changes)
    return answer


class Toast(NamedTuple):
    message: str
    icon: str


class Shown(NamedTuple):
    """A list that the person could choose from: heading, labels and what is said of each."""

    heading: str
    labels: list[str]
    details: list[str]


_PATIENCE = 20
"""Seconds after which a test that waits for ever has failed."""

BACK, QUIT = "", "Kodi quits"
"""The person goes back instead of choosing or writing something."""

NOTHING = "|"
"""Of a list of which several can be chosen the person wants none; else "One|Another"."""


class FakeKodi:
    """What the add-on can see of Kodi, to be set by a test, and what it did there."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.settings: dict[str, str] = {}
        self.fullscreen = False
        self.enabled: set[str] = set()
        """Other add-ons that are there."""
        self.occupied = False
        """Whether another dialog is open, or the screensaver runs."""
        self.plays = False
        self.answers: dict[str, Any] = {}
        """JSON-RPC method -> `{"result": …}` or `{"error": …}`, or what makes it of parameters."""
        self.requests: list[dict[str, Any]] = []
        self.log: list[tuple[int, str]] = []
        self.toasts: list[Toast] = []
        self.settings_opened = 0
        self.window: dict[str, str] = {}
        """The properties of the home window."""
        self.plan: list[str] = []
        """What the person does with one dialog after another: how the line that is chosen begins,
        or what is written; BACK at the end, QUIT when Kodi ends under it."""
        self.shown: list[Shown] = []
        self.said: list[str] = []
        """Sentences, and texts to read."""
        self.person = threading.Event()
        """Whether somebody is there to answer questions; else they stay open."""
        self.person.set()
        self.customlabels: list[str] = []
        """The third answers of questions that have one; `choose` it after a no."""
        self._monitors: list[_Monitor] = []
        self._quits = False
        self.autoclosed: list[int] = []
        """After how many milliseconds each of the questions would have closed itself."""

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of the stubs until the end of the test."""
        fakes: list[tuple[object, str, Callable[..., Any]]] = [
            (xbmc, "executeJSONRPC", self._execute),
            (xbmc, "log", lambda msg, level=xbmc.LOGDEBUG: self.log.append((level, msg))),
            (xbmc, "getCondVisibility", self._holds),
            (xbmcaddon, "Addon", lambda: _Addon(self)),
            (xbmc, "getRegion", {"dateshort": "%d.%m.%Y", "time": "%H:%M:%S"}.__getitem__),
            (xbmc, "getInfoLabel", {"System.BuildVersion": "20.1 (20.1.0) Git:x"}.__getitem__),
            (xbmc, "Monitor", self._monitor),
            (xbmcgui, "Dialog", lambda: _Dialog(self)),
            (xbmcgui, "DialogProgress", lambda: _Progress(self)),
            (xbmcgui, "ListItem", _ListItem),
            (xbmcgui, "Window", lambda number: _Window(self, number)),
            (xbmcvfs, "translatePath", self._translate),
        ]
        for module, name, fake in fakes:
            monkeypatch.setattr(module, name, fake)

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The parameters of each call of a JSON-RPC method."""
        return [request["params"] for request in self.requests if request["method"] == method]

    def _execute(self, request: str) -> str:
        asked = json.loads(request)
        self.requests.append(asked)
        unknown = {"error": {"code": -32601, "message": "Method not found."}}
        answer = self.answers.get(asked["method"], unknown)
        if callable(answer):
            answer = answer(asked["params"])
        return json.dumps({"id": asked["id"], "jsonrpc": "2.0", **answer})

    def _holds(self, condition: str) -> bool:
        if condition.startswith("System.AddonIsEnabled("):
            return condition[len("System.AddonIsEnabled(") : -1] in self.enabled
        known = {
            "Player.HasVideo": self.plays,
            "Player.HasVideo + Window.IsActive(fullscreenvideo)": self.fullscreen,
            "System.HasActiveModalDialog | System.ScreenSaverActive": self.occupied,
        }
        return known[condition]

    def _translate(self, path: str) -> str:
        if path == "special://logpath/":
            return f"{self.profile}/"
        assert path == "special://profile/addon_data/service.simkl/"
        return f"{self.profile}/"

    def _monitor(self) -> _Monitor:
        self._monitors.append(_Monitor())
        return self._monitors[-1]

    def tell_to_quit(self) -> None:
        """All that hear it, once; no dialog is to follow."""
        self._quits = True
        for monitor in self._monitors:
            monitor.aborted = True

    def choose(self) -> str:
        """What the person does next."""
        assert not self._quits
        return self.plan.pop(0) if self.plan else BACK


class _Addon:
    def __init__(self, kodi: FakeKodi) -> None:
        self._kodi = kodi

    def getSetting(self, id: str) -> str:
        return self._kodi.settings.get(id, "")

    def setSetting(self, id: str, value: str) -> None:
        self._kodi.settings[id] = value

    def getLocalizedString(self, id: int) -> str:
        return _TEXTS.get(id, "")

    def getAddonInfo(self, id: str) -> str:
        return {"version": "1.2.3", "path": "/addon"}[id]

    def openSettings(self) -> None:
        self._kodi.settings_opened += 1


class _Dialog:
    def __init__(self, kodi: FakeKodi) -> None:
        self._kodi = kodi

    def notification(
        self, heading: str, message: str, icon: str = "", time: int = 0, sound: bool = True
    ) -> None:
        assert (heading, sound) == ("Simkl Scrobbler", False)
        self._kodi.toasts.append(Toast(message, icon))

    def select(self, heading: str, list: Any, preselect: int = -1, useDetails: bool = False) -> int:
        assert useDetails
        assert -1 <= preselect < len(list)
        labels = [item.label for item in list]
        self._kodi.shown.append(Shown(heading, labels, [item.detail for item in list]))
        wanted = self._kodi.choose()
        if wanted == BACK:
            return -1
        if wanted == QUIT:
            # So Kodi 21 does it; in Kodi 20 no script comes back from there.
            self._kodi.tell_to_quit()
            return preselect
        return next(at for at, label in enumerate(labels) if label.startswith(wanted))

    def multiselect(
        self, heading: str, options: list[str], preselect: list[int]
    ) -> list[int] | None:
        ticks = ["*" if at in preselect else "" for at in range(len(options))]
        self._kodi.shown.append(Shown(heading, options, ticks))
        wanted = self._kodi.choose()
        if wanted == BACK:
            return None
        return [at for at, option in enumerate(options) if option in wanted.split("|")]

    def browse(self, type: int, heading: str, shares: str) -> str:
        assert (type, shares) == (0, "video")
        self._kodi.said.append(heading)
        return self._kodi.choose()

    def input(self, heading: str, defaultt: str = "") -> str:
        self._kodi.said.append(f"{heading}: {defaultt}")
        return self._kodi.choose()

    def yesno(self, heading: str, message: str, autoclose: int = 0) -> bool:
        self._kodi.said.append(message)
        self._kodi.autoclosed.append(autoclose)
        assert self._kodi.person.wait(_PATIENCE)
        return self._kodi.choose() == "yes"

    def yesnocustom(
        self,
        heading: str,
        message: str,
        customlabel: str,
        nolabel: str = "",
        yeslabel: str = "",
        autoclose: int = 0,
    ) -> int:
        assert (nolabel, yeslabel) == ("Not this time", "Record")
        agreed = self.yesno(heading, message, autoclose)
        self._kodi.customlabels.append(customlabel)
        if self._kodi.plan[:1] == [customlabel]:
            self._kodi.choose()
            return 2
        return 1 if agreed else -1

    def numeric(self, type: int, heading: str, defaultt: str = "") -> str:
        self._kodi.said.append(f"{heading}: {defaultt}")
        return self._kodi.choose()

    def ok(self, heading: str, message: str) -> bool:
        self._kodi.said.append(message)
        return True

    def textviewer(self, heading: str, text: str, usemono: bool = False) -> None:
        self._kodi.said += [heading, text]


class _Monitor:
    """Hears only of what happens while it is there."""

    aborted = False

    def abortRequested(self) -> bool:
        return self.aborted

    def waitForAbort(self, timeout: float) -> bool:
        """Time passes at once."""
        return self.aborted


class _Progress:
    def __init__(self, kodi: FakeKodi) -> None:
        self._kodi = kodi

    def create(self, heading: str, message: str = "") -> None:
        self._kodi.said.append(message)

    def iscanceled(self) -> bool:
        if self._kodi.plan[:1] != ["cancel"]:
            return False
        self._kodi.choose()
        return True

    def close(self) -> None: ...


class _ListItem:
    def __init__(self, label: str = "", label2: str = "", offscreen: bool = False) -> None:
        self.label, self.detail = label, label2
        assert offscreen

    def setArt(self, art: dict[str, str]) -> None: ...


class Focused:
    """The item on which the context menu was opened: its path, and all that its InfoTag tells."""

    def __init__(self, kind: str = "", dbid: int = -1, path: str = "", **told: Any) -> None:
        self._path = path
        self._tag = _Tag({"MediaType": kind, "DbId": dbid, **told})

    def getPath(self) -> str:
        return self._path

    def getVideoInfoTag(self) -> _Tag:
        return self._tag


class _Tag:
    """`getTitle()` is what was told under `Title`, else what Kodi says of what it does not know."""

    def __init__(self, told: dict[str, Any]) -> None:
        nothing = {"Season": -1, "Episode": -1, "Year": 0, "ids": {}}
        texts = ("Title", "TVShowTitle", "FirstAiredAsW3C", "PremieredAsW3C", "LastPlayedAsW3C")
        self._told = {**nothing, **dict.fromkeys(texts, ""), **told}

    def __getattr__(self, name: str) -> Callable[[], Any]:
        assert hasattr(xbmc.InfoTagVideo, name)
        return lambda: self._told[name[len("get") :]]

    def getUniqueID(self, key: str) -> str:
        return str(self._told["ids"].get(key, ""))


class _Window:
    def __init__(self, kodi: FakeKodi, number: int) -> None:
        assert number == 10000
        self._properties = kodi.window

    def setProperty(self, key: str, value: str) -> None:
        self._properties[key] = value

    def getProperty(self, key: str) -> str:
        return self._properties.get(key, "")

    def clearProperty(self, key: str) -> None:
        self._properties.pop(key, None)
