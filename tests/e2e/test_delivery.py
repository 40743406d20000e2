# SPDX-License-Identifier: MIT
"""What was watched in the real Kodi reaches Simkl through bad networks, crashes and refusals."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .test_scrobble import FILM, FILM_2, NEARLY, arrived, moment, started, titles

UNKNOWN_FILM = "Nobody's Film"


def play_over_the_threshold(kodi: Kodi, title: str = FILM) -> None:
    """Returns when the watch is on the disk."""
    times = kodi.log.count("] watched: ")
    kodi.play_movie(title)
    kodi.seek(NEARLY)
    kodi.wait_for_log("] watched: ", times=times + 1)


def watch(kodi: Kodi, title: str = FILM) -> None:
    play_over_the_threshold(kodi, title)
    kodi.stop()


def send_now(kodi: Kodi) -> None:
    kodi.execute_addon(ADDON_ID, ["action=send_now"])


def asked(simkl: SimklServer, times: int) -> bool:
    """Whether there were so many requests, at least."""
    return len(simkl.requests) >= times


def outbox(kodi: Kodi) -> Path:
    return kodi.home.addon_data / ADDON_ID / "outbox.db"


def entries(kodi: Kodi) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(outbox(kodi))) as database:
        return database.execute("SELECT title, state FROM entries").fetchall()


def test_down__then_up(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """While Simkl can't be reached everything waits; then it arrives with its own moments."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    watch(kodi)
    kodi.wait_for_log("delivery has to wait")
    assert entries(kodi) == [(FILM, "waiting")]
    [(_, watched_at)] = waiting(kodi)
    simkl.start_listening()
    watch(kodi, FILM_2)
    history = arrived(simkl, 2)
    assert [each["title"] for each in history] == [FILM, FILM_2]
    assert moment(history[0]) == watched_at
    kodi.wait_for_log("delivery works again")


def waiting(kodi: Kodi) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(outbox(kodi))) as database:
        select = "SELECT title, watched_at FROM entries WHERE state = 'waiting'"
        return database.execute(select).fetchall()


def test_line_cut__after_simkl_took_it(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """When the answer is lost the same is sent again, and the film is in the history once."""
    simkl.faults.add("close_after", path="/sync/history")
    kodi = started(scrobbling())
    watch(kodi)
    assert simkl.wait_for(lambda: len(simkl.requests) == 2 and simkl.requests[1].finished)
    first, second = simkl.requests
    assert first.json == second.json
    assert titles(simkl) == [FILM]
    kodi.wait_for_log("sent: 1")
    assert entries(kodi) == [(FILM, "sent")]


def test_killed__before_sending(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A Kodi killed right after the film was watched sends it after the next start."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    play_over_the_threshold(kodi)
    kodi.kill()
    [(_, watched_at)] = waiting(kodi)
    simkl.start_listening()
    started(kodi)
    [entry] = arrived(simkl)
    assert moment(entry) == watched_at
    kodi.wait_for_log("sent: 1")
    assert entries(kodi) == [(FILM, "sent")]


def test_quit__while_simkl_hangs(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Kodi ends without having to kill the service while Simkl does not answer."""
    simkl.hold()
    kodi = started(scrobbling())
    watch(kodi)
    assert simkl.wait_for(lambda: simkl.requests)
    kodi.quit()
    assert "let's kill it" not in kodi.log
    assert entries(kodi) == [(FILM, "waiting")]


def test_refused__waits_for_a_sign_in(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """With a dead token nothing is sent again, nothing is lost, and the person is told."""
    kodi = started(scrobbling(account={"access_token": "simkl_at_" + "0" * 34}))
    watch(kodi)
    kodi.wait_for_log("refused the token")
    watch(kodi, FILM_2)
    assert len(simkl.requests) == 1
    kodi.wait_for_toast("Simkl no longer accepts your sign-in")
    account = json.dumps({"access_token": simkl.account().token})
    kodi.home.write_addon_file(f"{ADDON_ID}/account.json", account)
    send_now(kodi)
    assert [each["title"] for each in arrived(simkl, 2)] == [FILM, FILM_2]


def test_unknown__is_parked_and_told(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A film that Simkl does not know is put aside, told of, and holds up no other."""
    simkl.stop_listening()
    kodi = started(scrobbling())
    for title in (UNKNOWN_FILM, FILM):
        watch(kodi, title)
    simkl.start_listening()
    send_now(kodi)
    kodi.wait_for_toast(f"Simkl does not know {UNKNOWN_FILM}")
    assert titles(simkl) == [FILM]
    assert entries(kodi) == [(UNKNOWN_FILM, "parked"), (FILM, "sent")]


def test_captive_portal(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """The page of a hotel's network is not taken for Simkl's word."""
    for kind in ("html_200", "redirect", "empty", "malformed"):
        simkl.faults.add(kind, path="/sync/history")
    kodi = started(scrobbling())
    watch(kodi)
    for tries in range(2, 6):
        send_now(kodi)
        assert simkl.wait_for(partial(asked, simkl, tries))
    arrived(simkl)
    assert titles(simkl) == [FILM]
