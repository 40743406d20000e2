# SPDX-License-Identifier: MIT
"""Marks made in Kodi itself, by a person or another add-on, in the real Kodi."""

from __future__ import annotations

import pytest

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import Kodi
from .media import PATROL, SHORT
from .test_marking import FILMS, FIRST_OF_MAY, SHOWS, act, acts, moments, open_list, say_yes
from .test_scrobble import FILM, FILM_2, arrived, moment, over, started, titles
from .test_status import go_to


def set_film(kodi: Kodi, title: str, **details: object) -> None:
    """As another add-on does it."""
    kodi.rpc("VideoLibrary.SetMovieDetails", **kodi.movie(title), **details)


def patrol(kodi: Kodi, season: int | None = None) -> list[int]:
    """The episodes' numbers in the library."""
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    which = {} if season is None else {"season": season}
    found = kodi.rpc("VideoLibrary.GetEpisodes", tvshowid=show["tvshowid"], **which)
    return [each["episodeid"] for each in found["episodes"]]


def toggle(kodi: Kodi, item: str) -> None:
    """The key W on what is called so."""
    go_to(kodi, item)
    kodi.rpc("Input.ExecuteAction", action="togglewatched")


def collected(kodi: Kodi, times: int = 1) -> str:
    return kodi.wait_for_log("marked in Kodi:", times=times)


def test_film__marked_and_unmarked(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """W on a film sends it; W again asks first, and No leaves it on Simkl."""
    kodi = started(scrobbling())
    open_list(kodi, FILMS)
    toggle(kodi, FILM)
    kodi.wait_for_toast(f"Added to your history: {FILM} (2019)")
    toggle(kodi, FILM)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("library-unmark")
    kodi.press("Select")
    kodi.wait_until("!Window.IsActive(yesnodialog)")
    toggle(kodi, FILM_2)
    collected(kodi, 3)
    toggle(kodi, FILM_2)
    say_yes(kodi)
    simkl.wait_for(lambda: simkl.account().removals)
    assert [each["title"] for each in simkl.account().watched] == [FILM]
    assert [(title, what) for title, what, _ in acts(kodi)] == [
        (FILM, "watch"),
        (FILM_2, "watch"),
        (FILM_2, "removal"),
    ]


@pytest.mark.parametrize(("unmark", "removed"), [(0, []), (2, [FILM])])
def test_unmark__without_a_question(
    scrobbling: Scrobbling, simkl: SimklServer, unmark: int, removed: list[str]
) -> None:
    """Never and always are done without asking."""
    kodi = started(scrobbling(unmark=unmark))
    set_film(kodi, FILM, playcount=1)
    collected(kodi)
    set_film(kodi, FILM, playcount=0)
    collected(kodi, 2)
    if removed:
        simkl.wait_for(lambda: simkl.account().removals)
    assert [each["title"] for each in simkl.account().removals] == removed
    assert not kodi.holds("Window.IsActive(yesnodialog)")


def test_season__of_120(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """W on a long season asks once whether all is meant; then it is one request."""
    kodi = started(scrobbling())
    patrol(kodi)
    [show] = [s for s in kodi.rpc("VideoLibrary.GetTVShows")["tvshows"] if s["label"] == PATROL]
    open_list(kodi, f"{SHOWS}{show['tvshowid']}/")
    toggle(kodi, "[Season 1")
    kodi.wait_until("Window.IsActive(yesnodialog)")
    kodi.screenshot("library-season")
    say_yes(kodi)
    history = arrived(simkl, 120)
    assert {(each["season"], each["filled"]) for each in history} == {(1, False)}
    assert len(simkl.requests) == 1
    toggle(kodi, "[Specials")
    history = arrived(simkl, 122)
    assert [each["season"] for each in history[120:]] == [0, 0]


def test_another_addon__200_episodes(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What another add-on marks by hundreds is sent only if the person says so, in few requests."""
    kodi = started(scrobbling())
    for episode in patrol(kodi)[2:]:
        kodi.rpc("VideoLibrary.SetEpisodeDetails", episodeid=episode, playcount=1)
    kodi.wait_until("Window.IsActive(yesnodialog)")
    assert simkl.requests == []
    say_yes(kodi)
    arrived(simkl, 200)
    assert len(simkl.requests) == 1


def test_file__of_two_episodes(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Kodi counts the file, so both its episodes are meant, each once."""
    kodi = started(scrobbling())
    kodi.rpc("VideoLibrary.SetEpisodeDetails", **kodi.episode("Night Ferry", 1, 5), playcount=1)
    assert [each["episode"] for each in arrived(simkl, 2)] == [4, 5]
    assert len(simkl.requests) == 1


@pytest.mark.parametrize("counts_at", [50, 80, 90])
def test_playback__is_one_entry(scrobbling: Scrobbling, simkl: SimklServer, counts_at: int) -> None:
    """Played to the end it is one entry, wherever Kodi's own threshold lies."""
    kodi = started(scrobbling(options={"counts_at": counts_at}))
    kodi.play_movie(FILM)
    kodi.seek(SHORT * 0.7)
    kodi.wait_for_end()
    kodi.wait_for_notification("VideoLibrary.OnUpdate", lambda data: "playcount" in data)
    set_film(kodi, FILM_2, playcount=1)
    arrived(simkl, 2)
    assert [title for title, _, _ in acts(kodi)] == [FILM, FILM_2]


def test_playback__counted_by_kodi_alone(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Stopped between Kodi's threshold and ours: Kodi has it as watched, at the moment of the
    stop, and so has Simkl, once."""
    kodi = started(scrobbling(options={"counts_at": 50}))
    kodi.play_movie(FILM)
    # Less than this was not watched, whatever Kodi says.
    kodi.wait_for_position(SHORT * 0.07)
    kodi.seek(SHORT * 0.6)
    kodi.stop()
    over(kodi)
    [entry] = arrived(simkl)
    assert entry["title"] == FILM
    [film] = [
        film
        for film in kodi.rpc("VideoLibrary.GetMovies", properties=["playcount"])["movies"]
        if film["label"] == FILM
    ]
    assert film["playcount"] == 1
    assert len(acts(kodi)) == 1
    assert abs(moment(entry) - acts(kodi)[0][2]) < 1


def test_playback__of_a_kind_that_is_off(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Films that are not to be scrobbled do not come in by Kodi's own count either."""
    kodi = started(scrobbling(scrobble_movies=False, options={"counts_at": 50}))
    kodi.play_movie(FILM)
    # Less than this was not watched, whatever Kodi says.
    kodi.wait_for_position(SHORT * 0.07)
    kodi.seek(SHORT * 0.6)
    kodi.stop()
    kodi.wait_for_notification("VideoLibrary.OnUpdate", lambda data: "playcount" in data)
    set_film(kodi, FILM_2, playcount=1)
    arrived(simkl)
    assert titles(simkl) == [FILM_2]


def test_moments__in_summer_and_winter(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Kodi's local times become UTC by the rules of that day, also in the nights of the change."""
    kodi = started(scrobbling())
    local_and_utc = {
        "2024-05-01 20:15:00": FIRST_OF_MAY,
        "2024-01-15 20:15:00": "2024-01-15T19:15:00Z",
        "2024-03-31 01:59:59": "2024-03-31T00:59:59Z",
        "2024-03-31 03:00:00": "2024-03-31T01:00:00Z",
        "2024-10-27 03:00:00": "2024-10-27T02:00:00Z",
    }
    for number, local in enumerate(local_and_utc, 1):
        set_film(kodi, FILM, playcount=1, lastplayed=local)
        collected(kodi, number)
        set_film(kodi, FILM, playcount=2)
    simkl.wait_for(lambda: len(moments(simkl)) >= len(local_and_utc))
    assert list(dict.fromkeys(moments(simkl))) == list(local_and_utc.values())


def test_follow_library__off(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who does not want marks to be followed has only what they play and mark by hand."""
    kodi = started(scrobbling(follow_library=False))
    set_film(kodi, FILM, playcount=1)
    act(kodi, "mark_watched", dbtype="movie", dbid=kodi.movie(FILM_2)["movieid"])
    arrived(simkl)
    assert "marked in Kodi" not in kodi.log
    assert titles(simkl) == [FILM_2]
