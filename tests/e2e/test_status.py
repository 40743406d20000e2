# SPDX-License-Identifier: MIT
"""The status by remote control in the real Kodi; each screen is kept in build/screenshots."""

from __future__ import annotations

import pytest

from simkl_scrobbler.history import ANIME_SPECIAL, PARKED, SENT, WAITING, Outcome
from simkl_scrobbler.media import Episode, Ids, Item, Movie, Show, Watch
from simkl_scrobbler.outbox import Outbox
from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .media import LONG_TITLE
from .processes import until
from .test_delivery import UNKNOWN_FILM, entries, outbox, watch
from .test_scrobble import FILM, arrived, started

LATELY = 1_770_000_000
LIST, KEYBOARD = "Window.IsVisible(selectdialog)", "Window.IsVisible(virtualkeyboard)"
CLOSED = "Window Deinit (DialogSelect.xml)"
TROUBLE = "Window(home).Property(service.simkl.trouble)"
COPPER_SKY = 8000025


def fill(kodi: Kodi, number: int, state: str) -> None:
    """Put so many films of that state into the outbox of a Kodi that does not run."""
    outbox(kodi).parent.mkdir(parents=True, exist_ok=True)
    box = Outbox(str(outbox(kodi)))
    for each in range(1, number + 1):
        item: Item = Movie(f"Reel {each}", 2000, Ids(imdb=f"tt8{each:06}"))
        box.add(Watch(item, LATELY + 60 * each, "playback"))
        if each % 500 == 0 or each == number:
            box.settle([Outcome(entry, state) for entry in box.due()])


def fill_with_the_longest(kodi: Kodi) -> None:
    """Three entries of each kind, with the longest titles and reasons."""
    outbox(kodi).parent.mkdir(parents=True, exist_ok=True)
    box = Outbox(str(outbox(kodi)))
    show = Show(LONG_TITLE, 2017, Ids(tvdb=990034))
    film = Movie(LONG_TITLE, 2017, Ids(imdb="tt9000034"))
    items: list[Item] = [film, Episode(show, 11, 9), Episode(show, 11, 10)]
    reasons = {
        SENT: ("", "anime music video", ""),
        PARKED: ("unknown movie", ANIME_SPECIAL, "400 rewatch_session_not_found"),
    }
    for hour, state in enumerate((SENT, PARKED, WAITING)):
        for minute, item in enumerate(items):
            box.add(Watch(item, LATELY + 3600 * hour + 60 * minute, "playback"))
        if state != WAITING:
            due = zip(box.due(), reasons[state])
            box.settle([Outcome(entry, state, reason) for entry, reason in due])


def open_status(kodi: Kodi) -> None:
    """As from the list of programs."""
    kodi.execute_addon(ADDON_ID)
    kodi.wait_for_focus("Signed in")


def choose(kodi: Kodi, *lines: str) -> None:
    """Down to the line that begins so, and Select, in one list after another."""
    for line in lines:
        kodi.wait_until(LIST)
        go_to(kodi, line)
        select(kodi)


def select(kodi: Kodi) -> None:
    """Returns when the list is gone: the next key is for what comes after it."""
    closed = kodi.log.count(CLOSED)
    kodi.press("Select")
    kodi.wait_for_log(CLOSED, times=closed + 1)


def go_to(kodi: Kodi, line: str, key: str = "Down") -> None:
    def there() -> bool:
        """A list that has just opened may not have its focus yet, and a key can get lost."""
        focus = kodi.focus
        if focus and not focus.startswith(line):
            kodi.press(key)
        return focus.startswith(line)

    until(there, 20, f"the line {line!r}")


def back_to(kodi: Kodi, line: str) -> None:
    kodi.press("Back")
    kodi.wait_for_focus(line)


def park(kodi: Kodi) -> None:
    """A film that Simkl does not know was watched."""
    watch(kodi, UNKNOWN_FILM)
    kodi.wait_for_log("parked: 1")


def test_status__empty(scrobbling: Scrobbling) -> None:
    """With nothing to tell, the status tells that, and Back closes it."""
    kodi = started(scrobbling())
    open_status(kodi)
    kodi.screenshot("status-0")
    for line in ("Waiting: 0", "Needs attention: 0", "Sent lately: 0", "Send now"):
        kodi.press("Down")
        kodi.wait_for_focus(line)
    kodi.press("Back")
    kodi.wait_until(f"!{LIST}")


def test_status__three(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """One entry of each state: its number, its list, and why something waits."""
    kodi = started(scrobbling())
    park(kodi)
    watch(kodi)
    kodi.wait_for_log("sent: 1")
    simkl.stop_listening()
    watch(kodi, "Paper Lanterns")
    kodi.wait_for_log("delivery has to wait")
    open_status(kodi)
    go_to(kodi, "Waiting: 1")
    kodi.screenshot("status-3")
    lists = {"Waiting": "Paper Lanterns", "Needs attention": UNKNOWN_FILM, "Sent lately": FILM}
    for name, title in lists.items():
        choose(kodi, f"{name}: 1")
        kodi.wait_for_focus(title)
        kodi.screenshot(f"status-{name.split()[0].lower()}")
        back_to(kodi, f"{name}: 1")


def test_status__trouble_is_over(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Send now, from the status, delivers what waited; the trouble is no longer told."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    watch(kodi)
    kodi.wait_for_log("delivery has to wait")
    simkl.start_listening()
    until(lambda: "offline" in kodi.label(TROUBLE), 20, "the trouble is told")
    open_status(kodi)
    choose(kodi, "Send now")
    arrived(simkl)
    kodi.wait_for_log("delivery works again")
    until(lambda: not kodi.label(TROUBLE), 20, "the trouble is over")
    kodi.wait_for_focus("Send now")
    kodi.press("Back")
    kodi.wait_until(f"!{LIST}")
    open_status(kodi)
    go_to(kodi, "Sent lately: 1")


def test_status__two_thousand(scrobbling: Scrobbling) -> None:
    """With 2,000 entries it opens as before, and shows a hundred at a time."""
    kodi = scrobbling()
    fill(kodi, 2000, SENT)
    started(kodi)
    open_status(kodi)
    choose(kodi, "Sent lately: 2000")
    kodi.wait_for_focus("Reel 2000")
    kodi.screenshot("status-2000")
    kodi.press("Up")
    kodi.wait_for_focus("Show more")
    kodi.screenshot("status-2000-more")
    select(kodi)
    kodi.wait_for_focus("Reel 1900")
    back_to(kodi, "Sent lately: 2000")


@pytest.mark.parametrize(
    ("skin", "screen"),
    [("estouchy", "1280x720"), ("estouchy", "1920x1080"), ("estuary", "1920x1080")],
)
def test_status__longest(
    scrobbling: Scrobbling, simkl: SimklServer, skin: str, screen: str
) -> None:
    """What is longer than a line can be told apart, and is read in full by choosing it."""
    simkl.stop_listening()
    account = {"access_token": simkl.account().token, "name": "anna", "plan": "pro"}
    options = {"skin": f"skin.{skin}", "screen": screen}
    kodi = scrobbling(account=account, options=options)
    fill_with_the_longest(kodi)
    started(kodi)
    kodi.wait_for_log("delivery has to wait")
    name = f"status-{skin}-{screen}"
    open_status(kodi)
    choose(kodi, "Waiting: 3", "The Extraordinarily Long and W… S11E09")
    kodi.wait_until("Window.IsVisible(okdialog)")
    kodi.screenshot(f"{name}-in-full")
    kodi.press("Select")
    kodi.wait_for_focus("The Extraordinarily")
    back_to(kodi, "Waiting: 3")
    choose(kodi, "Needs attention: 3")
    kodi.wait_for_focus("The Extraordinarily")
    kodi.screenshot(f"{name}-needs")
    back_to(kodi, "Needs attention: 3")
    go_to(kodi, "Copy diagnosis")
    kodi.screenshot(name)


def test_parked__try_again(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What Simkl knows by now arrives when one tries again, with its own moment."""
    kodi = started(scrobbling())
    park(kodi)
    simkl.catalogue.add(
        {"simkl": 8999999, "type": "movie", "title": UNKNOWN_FILM, "year": 2001}
        | {"ids": {"imdb": "tt9999999"}}
    )
    open_status(kodi)
    choose(kodi, "Needs attention: 1", UNKNOWN_FILM)
    go_to(kodi, "Try again")
    kodi.screenshot("status-actions")
    select(kodi)
    [entry] = arrived(simkl)
    assert entry["simkl"] == 8999999
    kodi.wait_for_log("sent: 1")
    assert entries(kodi) == [(UNKNOWN_FILM, "sent")]
    go_to(kodi, "Needs attention: 0")


def test_parked__search(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What is chosen from a search is sent with that Simkl id, and so is the next play of it."""
    kodi = started(scrobbling())
    park(kodi)
    open_status(kodi)
    choose(kodi, "Needs attention: 1", UNKNOWN_FILM, "Search by title")
    kodi.wait_until(KEYBOARD)
    kodi.screenshot("status-search")
    kodi.rpc("Input.SendText", text="copper", done=True)
    kodi.wait_for_focus("Copper Sky (2016)")
    kodi.screenshot("status-found")
    select(kodi)
    [entry] = arrived(simkl)
    assert (entry["simkl"], entry["title"]) == (COPPER_SKY, "Copper Sky")
    kodi.wait_for_log("sent: 1")
    go_to(kodi, "Needs attention: 0")
    kodi.press("Back")
    kodi.wait_until(f"!{LIST}")
    watch(kodi, UNKNOWN_FILM)
    kodi.wait_for_log("sent: 1", times=2)
    [again] = simkl.account().repeats
    assert again["simkl"] == COPPER_SKY
    assert simkl.requests[-1].json["movies"][0]["ids"]["simkl"] == COPPER_SKY
    assert entries(kodi) == [(UNKNOWN_FILM, "sent")] * 2


def test_parked__search_that_hangs(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A search that gets no answer is left with Back, and so is the status."""
    kodi = started(scrobbling())
    park(kodi)
    open_status(kodi)
    choose(kodi, "Needs attention: 1", UNKNOWN_FILM, "Search by title")
    kodi.wait_until(KEYBOARD)
    simkl.hold("/search/movie")
    kodi.rpc("Input.SendText", text="copper", done=True)
    assert simkl.wait_for(lambda: simkl.requests[-1].path == "/search/movie")
    kodi.wait_until("Window.IsVisible(progressdialog)")
    kodi.screenshot("status-searching")
    kodi.press("Back")
    kodi.wait_until(KEYBOARD, timeout=5)
    simkl.release()
    kodi.press("Back")
    kodi.wait_for_focus(UNKNOWN_FILM)
    back_to(kodi, "Needs attention: 1")


def test_parked__search_without_network(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Without a network the search says so in a sentence."""
    kodi = started(scrobbling())
    park(kodi)
    simkl.stop_listening()
    open_status(kodi)
    choose(kodi, "Needs attention: 1", UNKNOWN_FILM, "Search by title")
    kodi.wait_until(KEYBOARD)
    kodi.rpc("Input.SendText", text="copper", done=True)
    kodi.wait_until("Window.IsVisible(okdialog)")
    kodi.screenshot("status-search-unreachable")
    kodi.press("Select")
    kodi.wait_until(KEYBOARD)


def test_parked__forget(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What is forgotten, after one question, is gone."""
    kodi = started(scrobbling())
    park(kodi)
    open_status(kodi)
    choose(kodi, "Needs attention: 1", UNKNOWN_FILM, "Forget")
    kodi.wait_until("Window.IsVisible(yesnodialog)")
    kodi.screenshot("status-forget")
    assert entries(kodi) == [(UNKNOWN_FILM, "parked")]
    kodi.press("Left")
    kodi.wait_for_focus("Yes")
    kodi.press("Select")
    go_to(kodi, "Needs attention: 0")
    assert entries(kodi) == []


def test_diagnosis__by_remote(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The diagnosis is shown and written, and holds no secret, path or title."""
    kodi = started(scrobbling())
    park(kodi)
    open_status(kodi)
    choose(kodi, "Copy diagnosis")
    go_to(kodi, "Without the titles")
    kodi.screenshot("diagnosis-question")
    kodi.press("Select")
    kodi.wait_until("Window.IsVisible(textviewer)")
    kodi.screenshot("diagnosis")
    text = (outbox(kodi).parent / "diagnosis.txt").read_text("utf-8")
    assert "parked because of unknown movie: 1" in text
    assert "Python: 3." in text
    secrets = [simkl.client_id, simkl.account().token, str(kodi.home.folder), "Nobody"]
    assert [secret for secret in secrets if secret in text] == []
    kodi.press("Back")
    go_to(kodi, "Copy diagnosis")


def test_settings__lead_there(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Each button in the settings does what it says."""
    kodi = started(scrobbling(client_id="f" * 64))
    for button, line in (("Status", "Signed in"), ("Copy diagnosis", "Without the titles")):
        press_button(kodi, button)
        kodi.wait_for_focus(line)
        kodi.press("Back")
        kodi.wait_until(f"!{LIST}")
    press_button(kodi, "Application key")
    kodi.wait_until(KEYBOARD)
    kodi.screenshot("application-key")
    kodi.rpc("Input.SendText", text=simkl.client_id, done=True)
    kodi.wait_until_told("The application key is saved.")
    press_button(kodi, "Send now")
    kodi.wait_for_notification("Other.send_now")
    kodi.wait_until("!Window.IsVisible(addonsettings)")
    kodi.execute_addon(ADDON_ID, ["action=settings"])
    kodi.wait_for_focus("Sign in")
    kodi.press("Select")
    kodi.wait_for_focus("Cancel")
    assert simkl.wait_for(lambda: simkl.pending_codes)


def press_button(kodi: Kodi, button: str) -> None:
    """One of those in Advanced."""
    kodi.execute_addon(ADDON_ID, ["action=settings"])
    kodi.wait_for_focus("Sign in")
    kodi.press("Left")
    go_to(kodi, "Advanced")
    kodi.press("Right")
    go_to(kodi, button)
    kodi.screenshot(f"settings-{button.lower().replace(' ', '-')}")
    kodi.press("Select")


def test_quit__with_the_status_open(scrobbling: Scrobbling) -> None:
    """Kodi ends with a list of the status open; it waits for any script's dialog, and kills it."""
    kodi = scrobbling()
    kodi.expected = ("script didn't stop in 5 seconds",)
    fill(kodi, 1, PARKED)
    started(kodi)
    open_status(kodi)
    choose(kodi, "Needs attention: 1", "Reel 1")
    kodi.wait_for_focus("Try again")
    kodi.quit()
    assert entries(kodi) == [("Reel 1", "parked")]
