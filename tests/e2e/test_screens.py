# SPDX-License-Identifier: MIT
"""What the person sees; each screen is kept in build/screenshots."""

from __future__ import annotations

import re

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .media import LONG_TITLE, SHORT
from .processes import until
from .test_delivery import play_over_the_threshold, send_now, watch
from .test_scrobble import FILM, FILM_2, NEARLY, arrived, over, started
from .test_status import go_to


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
    for category in (
        "Scrobbling",
        "Rewatches",
        "Library",
        "Privacy and exclusions",
        "Notifications",
        "Advanced",
    ):
        kodi.press("Down")
        kodi.wait_for_focus(category)
        kodi.screenshot(f"settings-{category.lower().replace(' ', '-')}")


def open_category(kodi: Kodi, name: str) -> None:
    """From any line of another."""
    kodi.press("Left")
    go_to(kodi, name)
    kodi.press("Right")


def close_settings(kodi: Kodi) -> None:
    """From any line of them, with OK."""
    go_to(kodi, "OK", "Right")
    kodi.press("Select")
    kodi.wait_until("!Window.IsVisible(addonsettings)")


def wait_until_saved(kodi: Kodi, **values: str) -> None:
    """Kodi writes the file a moment after it has closed the dialog."""
    file = kodi.home.addon_data / ADDON_ID / "settings.xml"

    def saved() -> bool:
        found = re.findall(r'<setting id="(\w+)"[^>]*>([^<]*)</setting>', file.read_text("utf-8"))
        return values.items() <= dict(found).items()

    until(saved, 20, f"saved: {values}")


def test_settings__take_effect_at_once(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Films are switched off by remote, and the next film is left alone."""
    kodi = started(scrobbling())
    open_settings(kodi)
    toggle_films(kodi, "Films (*)", "Films ( )")
    close_settings(kodi)
    kodi.play_items([kodi.movie(FILM), kodi.episode("Night Ferry", 1, 1)])
    kodi.seek(NEARLY)
    kodi.next()
    kodi.seek(NEARLY)
    assert [each["title"] for each in arrived(simkl)] == ["Night Ferry"]


def toggle_films(kodi: Kodi, before: str, after: str) -> None:
    open_category(kodi, "Scrobbling")
    kodi.wait_for_focus(before)
    change(kodi, after, "Select")


def change(kodi: Kodi, after: str, *keys: str) -> None:
    """The line that has the focus, until it says so."""
    kodi.press(*keys)
    kodi.wait_for_focus(after)


def test_settings__switched_on_while_it_plays(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who switches films on in the middle of one has it in the history at the threshold."""
    kodi = started(scrobbling(scrobble_movies=False))
    kodi.play_movie(FILM)
    open_settings(kodi)
    toggle_films(kodi, "Films ( )", "Films (*)")
    kodi.screenshot("settings-over-a-film")
    close_settings(kodi)
    kodi.seek(NEARLY)
    assert [each["title"] for each in arrived(simkl)] == [FILM]
    kodi.stop()


GARBAGE = {
    "threshold": "eighty",
    "min_length": "-4",
    "scrobble_movies": "yes",
    "scrobble_episodes": "0",
    "notify": "maybe",
}


def test_settings__each_line_by_remote(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What makes no sense is the default, and said once; each line is changed, and obeyed."""
    kodi = started(scrobbling(**GARBAGE))
    open_settings(kodi)
    open_category(kodi, "Scrobbling")
    kodi.wait_for_focus("Films (*)")
    go_to(kodi, "Episodes (*)")
    change(kodi, "Episodes ( )", "Select")
    go_to(kodi, "Watched from 80 %")
    change(kodi, "Watched from 100 %", "Select", *["Right"] * 20, "Select")
    go_to(kodi, "Shortest length (2 min)")
    change(kodi, "Shortest length (Any length)", "Select", "Select")
    kodi.screenshot("settings-changed")
    open_category(kodi, "Notifications")
    kodi.wait_for_focus("Tell me what was added (*)")
    change(kodi, "Tell me what was added ( )", "Select")
    close_settings(kodi)
    wait_until_saved(
        kodi,
        scrobble_movies="true",
        scrobble_episodes="false",
        threshold="100",
        min_length="0",
        notify="false",
    )
    play_on_to_the_film(kodi)
    kodi.wait_for_position(SHORT * 0.92)
    assert simkl.requests == []
    assert [each["title"] for each in arrived(simkl)] == [FILM]
    for name in GARBAGE:
        assert kodi.log.count(f"setting {name}: no value that it can have") == 1


def play_on_to_the_film(kodi: Kodi) -> None:
    """An episode to its end, and a film beyond the threshold that counts by default."""
    kodi.play_items([kodi.episode("Night Ferry", 1, 1), kodi.movie(FILM)])
    since = kodi.mark()
    kodi.seek(SHORT * 0.9)
    kodi.wait_for_notification("Player.OnAVStart", since=since)
    assert "not wanted" in over(kodi)
    kodi.seek(SHORT * 0.85)


def test_settings__damaged(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Of a file that a power cut has cut off the key is kept, and all can be set again."""
    kodi = scrobbling()
    kodi.expected = ("failed to load addon settings", "the settings are damaged")
    key = f'<setting id="client_id">{simkl.client_id}</setting>'
    cut_off = f'<settings version="2">{key}<setting id="thr'
    kodi.home.write_addon_file(f"{ADDON_ID}/settings.xml", cut_off)
    started(kodi)
    kodi.wait_for_toast("The damaged settings were reset.")
    kodi.screenshot("toast-settings-damaged")
    wait_until_saved(kodi, client_id=simkl.client_id)
    open_settings(kodi)
    toggle_films(kodi, "Films (*)", "Films ( )")
    close_settings(kodi)
    wait_until_saved(kodi, scrobble_movies="false")
