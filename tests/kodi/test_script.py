"""What a person, a skin or another add-on may ask of default.py."""

from __future__ import annotations

from typing import Dict

import pytest
import xbmc

from simkl_scrobbler.kodi import script, settings

from .fakes import BACK, FakeKodi


@pytest.mark.parametrize("arguments", [["action=send_now"], ["when=now", "action=send_now"]])
def test_run__send_now(kodi: FakeKodi, arguments: list[str]) -> None:
    """`action=send_now` tells the running service, without any dialog."""
    script.run(arguments)
    assert kodi.asked("JSONRPC.NotifyAll") == [{"sender": "service.simkl", "message": "send_now"}]
    assert kodi.settings_opened == 0


@pytest.mark.parametrize("arguments", [[], ["action=status"]])
def test_run__status(kodi: FakeKodi, arguments: list[str]) -> None:
    """Without an action, as from the list of programs, the status opens."""
    script.run(arguments)
    assert [shown.heading for shown in kodi.shown] == ["Simkl Scrobbler"]
    assert (kodi.settings_opened, kodi.requests) == (0, [])


def test_run__diagnosis(kodi: FakeKodi) -> None:
    """`action=diagnosis` goes straight to the diagnosis."""
    script.run(["action=diagnosis"])
    assert [shown.heading for shown in kodi.shown] == ["Copy diagnosis"]


def test_run__settings(kodi: FakeKodi) -> None:
    """`action=settings` opens the settings."""
    script.run(["action=settings"])
    assert (kodi.settings_opened, kodi.requests) == (1, [])


@pytest.mark.parametrize(("entered", "kept"), [(" b2 ", "b2"), (BACK, "a1")])
def test_run__enter_client_id(kodi: FakeKodi, entered: str, kept: str) -> None:
    """`action=enter_client_id` shows the application key there is; Back leaves it as it is."""
    kodi.settings["client_id"] = "a1"
    kodi.plan = [entered]
    script.run(["action=enter_client_id"])
    assert (kodi.said, kodi.settings["client_id"]) == (["Application key: a1"], kept)
    assert len(kodi.toasts) == (1 if entered else 0)


def told(kodi: FakeKodi) -> list[str]:
    return [params["message"] for params in kodi.asked("JSONRPC.NotifyAll")]


def test_run__private(kodi: FakeKodi) -> None:
    """`action=private,minutes=…` begins private mode without any dialog, and tells the service."""
    script.run(["action=private", "minutes=120"])
    assert settings.chosen().load().private_until > 0
    assert (told(kodi), kodi.shown) == (["chosen"], [])
    script.run(["action=private", "minutes=0"])
    assert settings.chosen().load().private_until == 0


@pytest.mark.parametrize(
    ("action", "heading"),
    [
        ("private", "How long is nothing to be recorded?"),
        ("exclude_addons", "Leave add-ons alone…"),
        ("exclude_folders", "Leave folders alone…"),
        ("exclude_genres", "Leave genres alone…"),
    ],
)
def test_run__lists(kodi: FakeKodi, action: str, heading: str) -> None:
    """The buttons of the settings open their lists."""
    addon = {"addonid": "plugin.video.other", "name": "Other"}
    kodi.answers["Addons.GetAddons"] = {"result": {"addons": [addon]}}
    kodi.answers["VideoLibrary.GetGenres"] = {"result": {"genres": [{"label": "Drama"}]}}
    script.run([f"action={action}"])
    assert [shown.heading for shown in kodi.shown] == [heading]
    assert told(kodi) == []


class Full(Dict[str, str]):
    """Settings on a disk that takes nothing, and Kodi says nothing of it."""

    def __setitem__(self, name: str, value: str) -> None: ...


def test_run__enter_client_id_on_a_full_disk(kodi: FakeKodi) -> None:
    """That the application key is saved is only said when it can be read again."""
    kodi.settings = Full(client_id="a1")
    kodi.plan = ["b2"]
    script.run(["action=enter_client_id"])
    assert [toast.message for toast in kodi.toasts] == [
        "The application key cannot be saved: is the disk full?"
    ]


@pytest.mark.parametrize("arguments", [["action="], ["action=nonsense"], ["action=__init__"]])
def test_run__unknown_action(kodi: FakeKodi, arguments: list[str]) -> None:
    """An action that there is not is said once in the log, and nothing is done."""
    script.run(arguments)
    assert [level for level, _ in kodi.log] == [xbmc.LOGERROR]
    assert (kodi.settings_opened, kodi.requests, kodi.shown) == (0, [], [])
