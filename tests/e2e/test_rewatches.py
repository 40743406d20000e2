# SPDX-License-Identifier: MIT
"""Watching again, in the real Kodi: only what the person asks for is a rewatch on Simkl."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import pytest

from tests.simkl_server.accounts import Account
from tests.simkl_server.request_log import Exchange
from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import Kodi
from .test_follow_library import set_film
from .test_marking import FILMS, MARK, SHOWS, act, open_list
from .test_screens import close_settings, open_category, open_settings
from .test_scrobble import FILM, NEARLY, arrived, over, started
from .test_status import go_to, select

FERRY = "Night Ferry"
FERRY_ID, FILM_ID = 8000002, 8000001
LONG_AGO, LONG_AGO_LOCAL = "2024-05-01T18:15:00Z", "2024-05-01 20:15:00"


@pytest.fixture
def pro(simkl: SimklServer) -> Account:
    """Somebody who has seen the film, and all three episodes of the show, long ago."""
    simkl.switches.rewatch_expected = True
    account = simkl.account("anna", "pro")
    show = simkl.catalogue.titles[FERRY_ID]
    show.episodes = [each for each in show.episodes if each.season == 0 or each.key < (1, 4)]
    for title in (show, simkl.catalogue.titles[FILM_ID]):
        entry, _ = account.library.enlist(title)
        for episode in title.regular or (None,):
            account.library.watch(entry, episode, LONG_AGO, filled=False)
        account.library.move(entry, "completed")
    return account


def signed_in(scrobbling: Scrobbling, account: Account, **settings: Any) -> Kodi:
    known = {"access_token": account.token, "id": account.number, "plan": account.plan}
    return started(scrobbling(account=known, **{"track_rewatches": True, **settings}))


def flagged(simkl: SimklServer) -> list[Exchange]:
    """The writes that may become a rewatch."""
    return [
        each
        for each in simkl.requests
        if each.method == "POST" and each.query.get("allow_rewatch") == "yes"
    ]


def open_rewatches(kodi: Kodi, item: str) -> None:
    """The list behind Simkl, Rewatches…"""
    go_to(kodi, item)
    kodi.press("ContextMenu")
    kodi.wait_until("Window.IsActive(contextmenu)")
    go_to(kodi, "Simkl")
    kodi.press("Select")
    kodi.wait_for_focus(MARK)
    go_to(kodi, "Rewatches")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(selectdialog)")


def choose(kodi: Kodi, item: str, line: str) -> None:
    open_rewatches(kodi, item)
    go_to(kodi, line)
    select(kodi)


def watch(kodi: Kodi, number: int) -> None:
    kodi.play_episode(FERRY, 1, number)
    kodi.seek(NEARLY)
    # And not the "rewatched: …" of what waited.
    kodi.wait_for_log(f"] watched: {FERRY} S01E{number:02}")
    kodi.stop()


def numbers(account: Account, session: int = 0) -> list[int]:
    """The episodes in a session of the show."""
    return [each["episode"] for each in account.sessions[session]["episodes"]]


def statuses(account: Account) -> list[str]:
    return [each["rewatch_status"] for each in account.sessions]


def test_show__rewatched_over_five_plays(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """One session, begun by hand, holds all that is played of the show, through a restart and a
    power cut, until it is complete; the first watches stay as they were."""
    kodi = signed_in(scrobbling, pro)
    open_list(kodi, SHOWS)
    open_rewatches(kodi, f"[{FERRY}")
    kodi.screenshot("rewatch-menu")
    go_to(kodi, "Start a rewatch")
    select(kodi)
    kodi.wait_for_toast(f"Rewatch started: {FERRY}")
    watch(kodi, 1)
    simkl.wait_for(lambda: numbers(pro) == [1])
    kodi.quit()
    started(kodi)
    watch(kodi, 1)
    watch(kodi, 2)
    kodi.kill()
    started(kodi)
    watch(kodi, 2)
    kodi.wait_until_told(f"{FERRY} S01E02 was seen less than 48 hours before")
    open_list(kodi, SHOWS)
    simkl.wait_for(lambda: numbers(pro) == [1, 2])
    open_rewatches(kodi, f"[{FERRY}")
    kodi.screenshot("rewatch-menu-running")
    go_to(kodi, "See")
    select(kodi)
    kodi.wait_until("Window.IsActive(selectdialog)")
    kodi.screenshot("rewatch-sessions")
    kodi.press("Back")
    watch(kodi, 3)
    kodi.wait_until_told(f"Rewatch completed with {FERRY} S01E03")
    assert (statuses(pro), numbers(pro)) == (["completed"], [1, 2, 3])
    writes = [each.json["shows"][0] for each in flagged(simkl)]
    assert [each.get("rewatch_id") for each in writes] == [None, *[31007] * 5]
    assert {entry["watched_at"] for entry in pro.watched} == {LONG_AGO}


def test_show__stopped_and_resumed(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """A session that was stopped is taken up again, by its own id."""
    kodi = signed_in(scrobbling, pro)
    open_list(kodi, SHOWS)
    choose(kodi, f"[{FERRY}", "Start")
    simkl.wait_for(lambda: statuses(pro) == ["active"])
    watch(kodi, 1)
    simkl.wait_for(lambda: numbers(pro) == [1])
    choose(kodi, f"[{FERRY}", "Stop")
    simkl.wait_for(lambda: statuses(pro) == ["closed"])
    choose(kodi, f"[{FERRY}", "Resume")
    kodi.wait_until("Window.IsActive(selectdialog)")
    kodi.screenshot("rewatch-resume")
    select(kodi)
    simkl.wait_for(lambda: statuses(pro) == ["active"])
    watch(kodi, 2)
    simkl.wait_for(lambda: numbers(pro) == [1, 2])
    assert len(pro.sessions) == 1


def test_show__stopped_on_another_device(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """Who stopped the session elsewhere hears of it, and it gets no more."""
    kodi = signed_in(scrobbling, pro)
    act(kodi, "rewatch", dbtype="tvshow", dbid=show_id(kodi))
    simkl.wait_for(lambda: statuses(pro) == ["active"])
    pro.elsewhere("close", FERRY_ID, rewatch_id=31007)
    watch(kodi, 1)
    kodi.wait_for_toast(f"The rewatch that {FERRY} S01E01 belongs to was stopped elsewhere")
    before = len(flagged(simkl))
    watch(kodi, 2)
    over(kodi, 2)
    simkl.wait_for(lambda: len(simkl.requests) > before + 3)
    assert len(flagged(simkl)) == before


def show_id(kodi: Kodi) -> int:
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == FERRY]
    return int(show["tvshowid"])


def test_switched_off__in_the_middle(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """Without the toggle what is played is a watch like any other; the session stays."""
    kodi = signed_in(scrobbling, pro)
    act(kodi, "rewatch", dbtype="tvshow", dbid=show_id(kodi))
    simkl.wait_for(lambda: statuses(pro) == ["active"])
    open_settings(kodi)
    open_category(kodi, "Rewatches")
    kodi.wait_for_focus("Track rewatches (*)")
    kodi.screenshot("settings-rewatches")
    kodi.press("Select")
    kodi.wait_for_focus("Track rewatches ( )")
    close_settings(kodi)
    watch(kodi, 1)
    simkl.wait_for(lambda: simkl.requests[-1].query.get("allow_rewatch") is None)
    kodi.wait_for_log("sent: 1")
    assert (len(flagged(simkl)), statuses(pro), numbers(pro)) == (1, ["active"], [])


def test_film__asked_after_playback(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """A film that was seen long ago: once it is over the person is asked, and only Record records
    it; the same again within 48 hours is no rewatch, which they hear."""
    kodi = signed_in(scrobbling, pro, follow_library=False)
    set_film(kodi, FILM, playcount=1, lastplayed=LONG_AGO_LOCAL)
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    kodi.wait_for_log("] watched: ")
    assert not kodi.holds("Window.IsActive(yesnodialog)")
    kodi.stop()
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("rewatch-question")
    go_to(kodi, "Record", "Left")
    kodi.press("Select")
    kodi.wait_until_told(f"Recorded as a rewatch: {FILM} (2019)")
    [session] = pro.sessions
    assert session["rewatch_status"] == "completed"
    assert abs(moment_of(session["watched_at"]) - time.time()) < 60
    act(kodi, "rewatch", dbtype="movie", dbid=kodi.movie(FILM)["movieid"])
    kodi.wait_until_told(f"{FILM} (2019) was seen less than 48 hours before")
    assert len(pro.sessions) == 1
    act(
        kodi,
        "rewatch",
        dbtype="movie",
        dbid=kodi.movie(FILM)["movieid"],
        when="2025-01-01T20:00:00Z",
    )
    simkl.wait_for(lambda: len(pro.sessions) == 2)
    assert len(flagged(simkl)) == 3


def moment_of(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(timezone.utc).timestamp()


def test_question__not_for_this_show(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """No answer and Not for this show record nothing, and the latter is never asked again."""
    kodi = signed_in(scrobbling, pro, follow_library=False)
    seen = {"playcount": 1, "lastplayed": LONG_AGO_LOCAL}
    for number in (1, 2, 3):
        episode = kodi.episode(FERRY, 1, number)
        kodi.rpc("VideoLibrary.SetEpisodeDetails", **episode, **seen)
    watch(kodi, 1)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("rewatch-question-show")
    kodi.press("Back")
    kodi.wait_until("!Window.IsActive(yesnodialog)")
    watch(kodi, 2)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    go_to(kodi, "Not for this show", "Left")
    kodi.press("Select")
    watch(kodi, 3)
    over(kodi, 3)
    arrived(simkl)
    act(kodi, "mark_watched", dbtype="movie", dbid=kodi.movie(FILM)["movieid"])
    kodi.wait_for_log("sent: 1", times=4)
    assert not kodi.holds("Window.IsActive(yesnodialog)")
    assert flagged(simkl) == []


def test_line_cut__after_the_rewatch_was_taken(
    scrobbling: Scrobbling, simkl: SimklServer, pro: Account
) -> None:
    """The answer to the first flagged write is lost: it is looked for, and not sent again."""
    simkl.faults.add("close_after", path="/sync/history", query={"allow_rewatch": "yes"})
    kodi = signed_in(scrobbling, pro)
    open_list(kodi, FILMS)
    choose(kodi, FILM, "Record")
    kodi.wait_until("Window.IsActive(selectdialog)")
    go_to(kodi, "Now")
    select(kodi)
    kodi.wait_until_told(f"Recorded as a rewatch: {FILM} (2019)")
    assert (len(flagged(simkl)), statuses(pro)) == (1, ["completed"])


def test_free__nothing_is_flagged(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who is not PRO reads where to become it, has no menu for it, and sends nothing flagged."""
    account = simkl.account()
    known = {"access_token": account.token, "id": account.number, "plan": "free"}
    kodi = started(scrobbling(account=known))
    open_settings(kodi)
    open_category(kodi, "Rewatches")
    kodi.wait_for_focus("Track rewatches ( )")
    kodi.press("Select")
    kodi.wait_for_focus("Track rewatches (*)")
    close_settings(kodi)
    kodi.wait_for_toast("Simkl keeps rewatches for PRO and VIP accounts only: simkl.com/vip")
    kodi.screenshot("rewatch-free")
    open_list(kodi, FILMS)
    go_to(kodi, FILM)
    kodi.press("ContextMenu")
    kodi.wait_until("Window.IsActive(contextmenu)")
    go_to(kodi, "Simkl")
    kodi.press("Select")
    kodi.wait_for_focus(MARK)
    kodi.press("Down", "Down")
    kodi.wait_for_focus(MARK)
    kodi.press("Back")
    kodi.expected = ("rewatch: Simkl keeps rewatches for PRO",)
    act(kodi, "rewatch", dbtype="movie", dbid=kodi.movie(FILM)["movieid"])
    kodi.wait_for_log("rewatch: Simkl keeps rewatches for PRO")
    assert flagged(simkl) == []
