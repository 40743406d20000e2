# SPDX-License-Identifier: MIT
"""Somebody plays films and episodes in the real Kodi, and Simkl's history is right."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .kodi import Kodi
from .media import LONG, SHORT

FILM, FILM_2, LONG_FILM = "Harbour Lights", "Paper Lanterns", "A Winter at Holm"
# Short of the default threshold; what was played before and up to it is over 5 percent.
NEARLY = SHORT * 0.76


def started(kodi: Kodi) -> Kodi:
    kodi.start()
    kodi.wait_for_log("is ready")
    return kodi


def arrived(simkl: SimklServer, number: int = 1) -> list[dict[str, Any]]:
    """The history when it has grown to so many entries."""
    account = simkl.account()
    simkl.wait_for(lambda: len(account.history) >= number, 30)
    return account.history


def titles(simkl: SimklServer) -> list[str]:
    return [entry["title"] for entry in simkl.account().history]


def moment(entry: dict[str, Any]) -> float:
    return datetime.fromisoformat(entry["watched_at"]).timestamp()


def over(kodi: Kodi, times: int = 1) -> str:
    """What the add-on made of a playback that is over."""
    return kodi.wait_for_log("session over", times=times)


def test_film__played_through(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film played through is in the history once, with the moment at 80 percent of it."""
    kodi = started(scrobbling())
    kodi.play_movie(FILM)
    begun = time.time()
    kodi.wait_for_end()
    [entry] = arrived(simkl)
    assert (entry["type"], entry["title"], entry["filled"]) == ("movie", FILM, False)
    assert abs(moment(entry) - (begun + 0.8 * SHORT)) < 2
    assert "not watched" not in over(kodi)
    assert len(simkl.requests) == 1


def test_film__what_is_sent(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The request names the film by its ids, title and year, the moment, and nothing else."""
    kodi = started(scrobbling())
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    [entry] = arrived(simkl)
    [request] = simkl.requests
    ids = {"imdb": "tt9000001", "tmdb": 900001}
    film = {"title": FILM, "year": 2019, "ids": ids, "watched_at": entry["watched_at"]}
    assert request.json == {"movies": [film]}
    assert request.query == {
        "client_id": simkl.client_id,
        "app-name": "kodi-service-simkl",
        "app-version": "0.1.0",
    }
    kodi.stop()


def test_episode__goes_by_its_show(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """An episode is named by the ids of its show, season and number, never by its own ids."""
    kodi = started(scrobbling())
    kodi.play_episode("Night Ferry", 1, 2)
    kodi.seek(NEARLY)
    [entry] = arrived(simkl)
    [show] = simkl.requests[0].json["shows"]
    assert show["ids"] == {"imdb": "tt9000002", "tmdb": 920002, "tvdb": 910002}
    [season] = show["seasons"]
    assert season["episodes"] == [{"number": 2, "watched_at": entry["watched_at"]}]
    assert (entry["title"], entry["season"], entry["episode"]) == ("Night Ferry", 1, 2)
    kodi.stop()


def test_episode__of_the_second_cour(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Season 2 of an anime in TVDB's numbering reaches the right cour."""
    kodi = started(scrobbling())
    kodi.play_episode("Kaze no Machi", 2, 4)
    kodi.seek(NEARLY)
    [entry] = arrived(simkl)
    assert (entry["simkl"], entry["episode"], entry["simkl_type"]) == (8000011, 4, "anime")
    kodi.stop()


def test_episode__specials(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Specials arrive, with their own id if Simkl knows it, and without it otherwise."""
    simkl.catalogue.titles[8000002].episodes[1].ids["tvdb"] = "77"
    kodi = started(scrobbling())
    for number in (1, 2):
        kodi.play_episode("Night Ferry", 0, number)
        kodi.seek(NEARLY)
        arrived(simkl, number)
        kodi.stop()
    history = simkl.account().history
    assert [(each["season"], each["episode"]) for each in history] == [(0, 1), (0, 2)]


def test_threshold__by_seeking(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Seeking over the threshold, after enough was played, is a watch at that moment."""
    kodi = started(scrobbling(min_length=2))
    kodi.play_movie(LONG_FILM)
    # 5 percent of it have to be played.
    kodi.seek(LONG * 0.78 - LONG * 0.05)
    before = time.time()
    [entry] = arrived(simkl)
    assert int(before) <= moment(entry) <= time.time()
    kodi.stop()
    assert len(simkl.account().history) == 1


def test_threshold__back_and_over_it_again(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Seeking back and crossing again is no second watch; playing it again is one more."""
    kodi = started(scrobbling())
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    arrived(simkl)
    kodi.seek(NEARLY)
    kodi.wait_for_end()
    over(kodi)
    assert (len(simkl.requests), simkl.account().repeats) == (1, [])
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    simkl.wait_for(lambda: simkl.account().repeats)
    kodi.stop()
    assert len(simkl.account().history) == 1


def test_threshold__stopped_before(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What was stopped before the threshold is not in the history."""
    kodi = started(scrobbling(threshold=90))
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    kodi.stop()
    assert "not watched" in over(kodi)
    assert simkl.requests == []


def test_threshold__opened_near_the_end(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film opened at 95 percent and closed after two seconds was not watched."""
    kodi = started(scrobbling())
    kodi.rpc("VideoLibrary.SetMovieDetails", **kodi.movie(LONG_FILM), resume=_at(0.95 * LONG))
    kodi.play_movie(LONG_FILM, resume=True)
    kodi.wait_for_position(0.95 * LONG + 2)
    kodi.stop()
    assert "not watched" in over(kodi)
    assert simkl.requests == []


def _at(seconds: float) -> dict[str, float]:
    return {"position": seconds, "total": LONG}


def test_min_length__shorter(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """What is shorter than the shortest length that counts is not in the history."""
    kodi = started(scrobbling(min_length=2))
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    kodi.wait_for_end()
    assert "not watched" in over(kodi)
    assert simkl.requests == []


def test_pause__moves_the_moment(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film that was paused before the threshold was watched after the pause."""
    kodi = started(scrobbling())
    kodi.play_movie(FILM)
    kodi.seek(SHORT * 0.6)
    kodi.pause()
    time.sleep(3)  # a pause is nothing but time that passes
    assert simkl.requests == []
    resumed = time.time()
    kodi.resume()
    [entry] = arrived(simkl)
    assert moment(entry) >= int(resumed)
    kodi.stop()


def test_playlist__skips(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Skipping on, Kodi says no end; what was behind its threshold counts, the rest does not."""
    kodi = started(scrobbling())
    episode = kodi.episode("Night Ferry", 1, 1)
    kodi.play_items([kodi.movie(FILM), episode, kodi.movie(FILM_2)])
    kodi.seek(NEARLY)
    arrived(simkl)
    kodi.next()
    kodi.next()
    kodi.seek(NEARLY)
    arrived(simkl, 2)
    kodi.stop()
    assert titles(simkl) == [FILM, FILM_2]
    assert "not watched" in over(kodi, times=2)


def test_playlist__goes_on_by_itself(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Episodes that follow each other by themselves are each in the history, in their order."""
    kodi = started(scrobbling())
    kodi.play_items([kodi.episode("Night Ferry", 1, number) for number in (1, 2, 3)])
    for number in (1, 2, 3):
        kodi.seek(NEARLY)
        since = kodi.mark()
        if number < 3:
            kodi.wait_for_notification("Player.OnAVStart", since=since)
    kodi.wait_for_end()
    history = arrived(simkl, 3)
    assert [each["episode"] for each in history] == [1, 2, 3]


def test_playcount__kodis_own_is_no_entry(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """That Kodi counts the film as watched, too, makes no second entry."""
    kodi = started(scrobbling())
    kodi.play_movie(LONG_FILM)
    kodi.seek(LONG * 0.78)
    kodi.seek(LONG - 12)
    kodi.wait_for_notification("VideoLibrary.OnUpdate", lambda data: "playcount" in data)
    kodi.wait_for_end()
    over(kodi)
    arrived(simkl)
    assert len(simkl.requests) == 1


def test_switched_off(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Films that are not wanted are left out, episodes still arrive."""
    kodi = started(scrobbling(scrobble_movies=False))
    kodi.play_items([kodi.movie(FILM), kodi.episode("Night Ferry", 1, 1)])
    kodi.seek(NEARLY)
    kodi.next()
    kodi.seek(NEARLY)
    arrived(simkl)
    kodi.stop()
    assert titles(simkl) == ["Night Ferry"]


def test_replayed_at_once(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film stopped before the threshold and opened again counts when it gets there."""
    kodi = started(scrobbling())
    kodi.play_movie(FILM)
    kodi.stop()
    kodi.play_movie(FILM)
    kodi.seek(NEARLY)
    arrived(simkl)
    kodi.stop()
    assert (titles(simkl), len(simkl.requests)) == ([FILM], 1)
