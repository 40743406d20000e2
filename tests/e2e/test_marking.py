# SPDX-License-Identifier: MIT
"""Marking by hand with the remote, and by scripts; each screen is kept in build/screenshots."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .media import PATROL, PATROL_SEASONS
from .test_delivery import asked, outbox, send_now
from .test_scrobble import FILM, FILM_2, arrived, started, titles
from .test_sign_in import open_window, shown_code
from .test_status import go_to, select

FILMS, SHOWS = "videodb://movies/titles/", "videodb://tvshows/titles/"
SHELF = Path(__file__).with_name("shelf")
MARK, UNMARK = "Mark as watched…", "Mark as unwatched…"
# 2024-05-01 20:15:00 in Berlin.
FIRST_OF_MAY = "2024-05-01T18:15:00Z"
UNKNOWN = "1970-01-01T00:00:01Z"


def open_list(kodi: Kodi, path: str) -> None:
    kodi.rpc("GUI.ActivateWindow", window="videos", parameters=[path, "return"])
    kodi.wait_until(f"String.IsEqual(Container.FolderPath,{path}) + !Container.IsUpdating")


def open_menu(kodi: Kodi, item: str, menu: str = "Simkl", line: str = MARK) -> None:
    """A menu of what is called so in the list that is open, at its first line.

    Folders are in [ ].
    """
    go_to(kodi, item)
    kodi.press("ContextMenu")
    kodi.wait_until("Window.IsActive(contextmenu)")
    go_to(kodi, menu)
    kodi.press("Select")
    kodi.wait_for_focus(line)


def mark(kodi: Kodi, item: str, when: str) -> None:
    """Mark as watched…, and the line that begins so."""
    open_menu(kodi, item)
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(selectdialog)")
    go_to(kodi, when)
    select(kodi)


def unmark(kodi: Kodi, item: str) -> None:
    open_menu(kodi, item)
    go_to(kodi, UNMARK)
    kodi.press("Select")


def say_yes(kodi: Kodi) -> None:
    """To the question on the screen, whose focus is on No."""
    kodi.wait_until("Window.IsActive(yesnodialog)")
    go_to(kodi, "Yes", "Left")
    kodi.press("Select")
    kodi.wait_until("!Window.IsActive(yesnodialog)")


def act(kodi: Kodi, action: str, **arguments: object) -> None:
    """As a skin or a keymap does it."""
    pairs = [f"{name}={value}" for name, value in arguments.items()]
    kodi.execute_addon(ADDON_ID, [f"action={action}", *pairs])


def acts(kodi: Kodi) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(outbox(kodi))) as database:
        return database.execute("SELECT title, act, watched_at FROM entries").fetchall()


def moments(simkl: SimklServer) -> list[str]:
    """Those of the films that were sent, in their order."""
    return [
        film["watched_at"]
        for request in simkl.requests
        for film in (request.json or {}).get("movies", [])
        if "watched_at" in film
    ]


def test_film__every_moment(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Whatever the person says of when it was reaches Simkl in UTC."""
    kodi = started(scrobbling(follow_library=False))
    kodi.rpc(
        "VideoLibrary.SetMovieDetails",
        **kodi.movie(FILM),
        playcount=1,
        lastplayed="2024-03-31 03:30:00",
    )
    open_list(kodi, FILMS)
    open_menu(kodi, FILM)
    kodi.screenshot("mark-menu")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(selectdialog)")
    kodi.screenshot("mark-when")
    kodi.press("Back")
    for number, when in enumerate(("When Kodi", "On the day", "I don't"), 1):
        mark(kodi, FILM, when)
        simkl.wait_for(partial(asked, simkl, number))
    # An hour was skipped in that night: half past three was half past one in Greenwich.
    assert moments(simkl) == ["2024-03-31T01:30:00Z", "2019-05-04T12:00:00Z", UNKNOWN]
    assert titles(simkl) == [FILM]


def test_film__now(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film marked as watched now is in the history, which is told once it is true."""
    kodi = started(scrobbling())
    open_list(kodi, FILMS)
    mark(kodi, FILM, "Now")
    kodi.wait_for_toast(f"Added to your history: {FILM} (2019)")
    kodi.screenshot("mark-toast")
    assert titles(simkl) == [FILM]


def test_film__a_date_that_is_picked(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Day and time are entered with the remote; Back marks nothing."""
    kodi = started(scrobbling())
    open_list(kodi, FILMS)
    mark(kodi, FILM, "Pick")
    kodi.wait_until("Window.IsActive(numericinput)")
    kodi.screenshot("mark-date")
    kodi.press("Back")
    mark(kodi, FILM, "Pick")
    kodi.wait_until("Window.IsActive(numericinput)")
    for digit in "15122023":
        kodi.rpc("Input.ExecuteAction", action=f"number{digit}")
    kodi.rpc("Input.ExecuteAction", action="enter")
    kodi.wait_until("Window.IsActive(numericinput)")
    kodi.screenshot("mark-time")
    for digit in "2015":
        kodi.rpc("Input.ExecuteAction", action=f"number{digit}")
    kodi.rpc("Input.ExecuteAction", action="enter")
    arrived(simkl)
    assert moments(simkl) == ["2023-12-15T19:15:00Z"]


def test_film__unwatched(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film leaves the history only after the person has read that its rating goes, too."""
    kodi = started(scrobbling())
    act(kodi, "mark_watched", dbtype="movie", dbid=kodi.movie(FILM)["movieid"])
    arrived(simkl)
    open_list(kodi, FILMS)
    unmark(kodi, FILM)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("unmark-film")
    kodi.press("Select")
    unmark(kodi, FILM)
    say_yes(kodi)
    kodi.wait_until_told(f"Removed from your history: {FILM} (2019)")
    assert [each["title"] for each in simkl.account().removals] == [FILM]
    assert len(simkl.requests) == 2


def test_season__of_120_half_watched(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A season is its episodes, named one by one; those that Kodi has keep their own moment."""
    kodi = started(scrobbling(follow_library=False))
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    season = kodi.rpc("VideoLibrary.GetEpisodes", tvshowid=show["tvshowid"], season=1)["episodes"]
    for episode in season[:60]:
        kodi.rpc(
            "VideoLibrary.SetEpisodeDetails",
            episodeid=episode["episodeid"],
            playcount=1,
            lastplayed="2024-05-01 20:15:00",
        )
    open_list(kodi, f"{SHOWS}{show['tvshowid']}/")
    mark(kodi, "[Season 1", "On the day")
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("mark-season")
    say_yes(kodi)
    history = arrived(simkl, 120)
    assert len(simkl.requests) == 1
    assert {each["season"] for each in history} == {1}
    kept = [each for each in history if each["watched_at"] == FIRST_OF_MAY]
    assert len(kept) == 60
    assert history[60]["watched_at"] == "2005-04-30T12:00:00Z"


def test_show__with_its_specials(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A show is all its episodes, specials too, and never sent bare; so it goes again."""
    kodi = started(scrobbling())
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    act(kodi, "mark_watched", dbtype="tvshow", dbid=show["tvshowid"], when="unknown")
    whole = sum(PATROL_SEASONS.values())
    history = arrived(simkl, whole)
    assert {each["watched_at"] for each in history} == {UNKNOWN}
    assert sum(each["season"] == 0 for each in history) == 2
    assert len(simkl.requests) == 2
    # It calls itself a season, and means the show.
    open_list(kodi, f"{SHOWS}{show['tvshowid']}/")
    unmark(kodi, "[* All seasons")
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("unmark-all-seasons")
    kodi.press("Back")
    kodi.wait_until("!Window.IsActive(yesnodialog)")
    open_list(kodi, SHOWS)
    unmark(kodi, f"[{PATROL}")
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("unmark-show")
    say_yes(kodi)
    simkl.wait_for(lambda: len(simkl.account().removals) == whole)
    assert len(simkl.requests) == 4


def test_lists__of_other_addons(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What another add-on lists is marked by its ids; what nobody can know gets a sentence."""
    kodi = started(scrobbling(options={"addons": [SHELF]}))
    open_list(kodi, "plugin://plugin.video.shelf/")
    mark(kodi, "Copper Sky", "On the day")
    arrived(simkl)
    mark(kodi, "The Long Night", "I don't")
    film, episode = arrived(simkl, 2)
    assert (film["title"], film["watched_at"]) == ("Copper Sky", "2016-09-01T12:00:00Z")
    assert (episode["title"], episode["season"], episode["episode"]) == ("Salt Road", 1, 2)
    for item, name in (("Salt Road", "no-episodes"), ("Something", "nothing-known")):
        open_menu(kodi, item)
        kodi.press("Select")
        kodi.wait_until("Window.IsActive(okdialog)")
        kodi.screenshot(f"mark-{name}")
        kodi.press("Select")
        kodi.wait_until("!Window.IsActive(okdialog)")
    assert len(simkl.requests) == 2


def test_script__wrong(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Of what makes no sense there is one line in the log each, and nothing is done."""
    kodi = started(scrobbling())
    wrong: list[tuple[dict[str, object], str]] = [
        ({"dbtype": "film", "dbid": 1}, "dbtype is one of movie, episode, season, tvshow, not"),
        ({"dbtype": "movie", "dbid": "x"}, "dbid is a number of the library, not"),
        ({"dbtype": "movie", "dbid": 4711}, "the library has no movie 4711"),
        ({"dbtype": "movie", "dbid": 1, "when": "tomorrow"}, "when is now, last_played"),
    ]
    kodi.expected = tuple(complaint for _, complaint in wrong)
    for arguments, complaint in wrong:
        act(kodi, "mark_watched", **arguments)
        kodi.wait_for_log(f"mark_watched: {complaint}")
    assert not outbox(kodi).exists() or acts(kodi) == []


def test_order__without_a_network(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Marked, un-marked, marked again without a network: online, the last word is what holds."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    first, second = kodi.movie(FILM)["movieid"], kodi.movie(FILM_2)["movieid"]
    for number, (action, film) in enumerate(
        [
            ("mark_watched", first),
            ("mark_watched", second),
            ("mark_unwatched", first),
            ("mark_unwatched", second),
            ("mark_watched", first),
        ],
        1,
    ):
        act(kodi, action, dbtype="movie", dbid=film)
        kodi.wait_for_log("default.py): script successfully run", times=number)
    # The first watch is not there any more if all of it was within the same second.
    assert [what for _, what, _ in acts(kodi)][-3:] == ["removal", "removal", "watch"]
    simkl.start_listening()
    send_now(kodi)
    assert simkl.wait_for(lambda: len(simkl.requests) == 3 and simkl.requests[2].finished, 20)
    assert [each["title"] for each in simkl.account().watched] == [FILM]


def test_signed_out__kept(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who is not signed in hears that the mark is kept, and after signing in it arrives."""
    kodi = started(scrobbling(account={}))
    open_list(kodi, FILMS)
    mark(kodi, FILM, "Now")
    kodi.wait_for_toast("Kept until you have signed in to Simkl")
    kodi.screenshot("mark-signed-out")
    open_window(kodi, simkl)
    simkl.approve(shown_code(kodi, simkl), "anna")
    arrived(simkl)
    assert titles(simkl) == [FILM]
