# SPDX-License-Identifier: MIT
"""What the person sees; each screen is kept in build/screenshots."""

from __future__ import annotations

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .media import LONG_TITLE
from .test_delivery import play_over_the_threshold, send_now, watch
from .test_scrobble import FILM, FILM_2, NEARLY, arrived, started


def test_toast__not_over_the_video(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What was delivered while the film runs is told after it, once."""
    kodi = started(scrobbling())
    play_over_the_threshold(kodi)
    kodi.wait_for_log("sent: 1")
    kodi.wait_for_end()
    assert "told:" not in kodi.log
    kodi.wait_for_toast(f"Added to your history: {FILM} (2019)")
    kodi.screenshot("toast")


def test_toast__longest_title(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The longest title can be read: Kodi scrolls it."""
    kodi = started(scrobbling())
    watch(kodi, LONG_TITLE)
    kodi.wait_for_toast("Added to your history: The Extraordinarily Long")
    kodi.screenshot("toast-long-title")


def test_toast__several_together(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What is delivered together makes one toast."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    watch(kodi, FILM)
    watch(kodi, FILM_2)
    simkl.start_listening()
    send_now(kodi)
    kodi.wait_for_toast("Added to your history: 2 titles")
    kodi.screenshot("toast-several")
    assert kodi.log.count("told:") == 1


def test_toast__not_wanted(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Without the wish for it nothing is told of what arrived; what needs attention still is."""
    kodi = started(scrobbling(notify=False))
    watch(kodi, FILM)
    arrived(simkl)
    watch(kodi, "Nobody's Film")
    kodi.wait_for_toast("Simkl does not know Nobody's Film (2001)")
    kodi.screenshot("toast-unknown")
    assert kodi.log.count("told:") == 1


def open_settings(kodi: Kodi) -> None:
    kodi.execute_addon(ADDON_ID, ["action=settings"])
    kodi.wait_for_focus("Sign in")


def test_settings__each_category(scrobbling: Scrobbling) -> None:
    """Every category of the settings can be reached by remote."""
    kodi = started(scrobbling())
    open_settings(kodi)
    kodi.screenshot("settings-account")
    kodi.press("Left")
    for category in ("Scrobbling", "Notifications", "Advanced"):
        kodi.press("Down")
        kodi.wait_for_focus(category)
        kodi.screenshot(f"settings-{category.lower()}")


def test_settings__take_effect_at_once(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Films are switched off by remote, and the next film is left alone."""
    kodi = started(scrobbling())
    open_settings(kodi)
    kodi.press("Left", "Down", "Right")
    kodi.wait_for_focus("Films (*)")
    kodi.press("Select")
    kodi.wait_for_focus("Films ( )")
    kodi.press("Right")
    kodi.wait_for_focus("OK")
    kodi.press("Select")
    kodi.wait_until("!Window.IsVisible(addonsettings)")
    kodi.play_items([kodi.movie(FILM), kodi.episode("Night Ferry", 1, 1)])
    kodi.seek(NEARLY)
    kodi.next()
    kodi.seek(NEARLY)
    assert [each["title"] for each in arrived(simkl)] == ["Night Ferry"]
