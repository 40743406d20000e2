"""A Kodi that says what a test wants, in the place of the inert stubs."""

from __future__ import annotations

import copy
import json
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


class FakeKodi:
    """What the add-on can see of Kodi, to be set by a test, and what it did there."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.settings: dict[str, str] = {}
        self.fullscreen = False
        self.answers: dict[str, Any] = {}
        """JSON-RPC method -> `{"result": …}` or `{"error": …}`."""
        self.requests: list[dict[str, Any]] = []
        self.log: list[tuple[int, str]] = []
        self.toasts: list[Toast] = []
        self.settings_opened = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of the stubs until the end of the test."""
        fakes: list[tuple[object, str, Callable[..., Any]]] = [
            (xbmc, "executeJSONRPC", self._execute),
            (xbmc, "log", lambda msg, level=xbmc.LOGDEBUG: self.log.append((level, msg))),
            (xbmc, "getCondVisibility", self._holds),
            (xbmcaddon, "Addon", lambda: _Addon(self)),
            (xbmcgui, "Dialog", lambda: _Dialog(self)),
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
        return json.dumps({"id": asked["id"], "jsonrpc": "2.0", **answer})

    def _holds(self, condition: str) -> bool:
        assert condition == "Player.HasVideo + Window.IsActive(fullscreenvideo)"
        return self.fullscreen

    def _translate(self, path: str) -> str:
        assert path == "special://profile/addon_data/service.simkl/"
        return f"{self.profile}/"


class _Addon:
    def __init__(self, kodi: FakeKodi) -> None:
        self._kodi = kodi

    def getSetting(self, id: str) -> str:
        return self._kodi.settings.get(id, "")

    def getLocalizedString(self, id: int) -> str:
        return _TEXTS.get(id, "")

    def getAddonInfo(self, id: str) -> str:
        return {"version": "1.2.3"}[id]

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
