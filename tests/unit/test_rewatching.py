"""Rewatches against a Simkl of this machine, which notes what a good client never does."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simkl_scrobbler.history import PARKED, SENT
from simkl_scrobbler.media import Ids, Movie, Order, Rewatch, Show, Watch
from simkl_scrobbler.rewatch import (
    ACTIVE,
    CLOSED,
    COMPLETED,
    ENDED_ELSEWHERE,
    FINISHED,
    NOT_KEPT,
    NOT_REWATCHED,
    NOT_TRACKED,
    RESUMED,
    REWATCHED,
    STARTED,
    STOPPED,
    TOO_SOON,
    WILL_START,
)

from .builders import EVENING, a_removal, an_episode
from .sofa import ANIME, DAY, FERRY, FILM, FIRST, SALT, WHOLE_FERRY, Sofa, a_sofa

ODDITIES: dict[str, dict[str, Any]] = {
    "as documented": {},
    "answers say little": {
        "rewatch_answer_status": "integer",
        "rewatch_answer_keys": "missing",
        "rewatch_counts": "zero",
        "empty_library": "null",
        "sync_success": 200,
    },
    "answers without counts": {
        "rewatch_counts": "zero",
        "repeat_watched_at": "replaced",
        "rewatch_fields": "force",
        "empty_session_repeat": "reused",
    },
    "answers without keys": {
        "rewatch_answer_keys": "missing",
        "empty_type": "array",
        "bare_rewatch": "empty",
        "unknown_rewatch_id": "ignored",
        "pinned_repeat": "new_session",
        "rewatch_without_time": "refused",
        "session_cap": "enforced",
        "skip_without_status": "fill",
    },
}


@pytest.fixture(params=ODDITIES.values(), ids=ODDITIES.keys())
def sofa(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sofa]:
    """Whatever Simkl does where its documents conflict or are silent."""
    with a_sofa(tmp_path, **request.param) as one:
        yield one


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Sofa]:
    """A Simkl that does what the reference chose."""
    with a_sofa(tmp_path) as one:
        yield one


def test_start__completed_show(sofa: Sofa) -> None:
    """Of a completed show an empty session is opened, its id pinned, and nothing is marked."""
    sofa.saw(*WHOLE_FERRY)
    before = sofa.simkl.watched
    assert sofa.start() == [STARTED]
    assert (sofa.sessions, sofa.simkl.watched) == ([(31007, ACTIVE, 0)], before)
    assert sofa.session() == (FERRY, -1, 31007, ACTIVE, ())


def test_start__show_that_is_being_watched(sofa: Sofa) -> None:
    """Of a show with unseen episodes nothing is marked: the first seen one opens the session."""
    sofa.saw(an_episode(1), an_episode(2))
    before = sofa.simkl.watched
    assert sofa.start() == [WILL_START]
    assert (sofa.flagged, sofa.sessions, sofa.simkl.watched) == ([], [], before)
    assert sofa.again(an_episode(1)) == [REWATCHED]
    assert (sofa.sessions, sofa.simkl.watched) == ([(31007, ACTIVE, 1)], before)
    assert sofa.again(an_episode(2), EVENING + 60) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]
    assert sofa.flagged[-1]["shows"][0]["rewatch_id"] == 31007


def test_rewatch__five_evenings(sofa: Sofa) -> None:
    """Five episodes on five evenings, with a restart in between, make one session of five."""
    sofa.saw(*WHOLE_FERRY)
    sofa.start()
    for number in range(1, 6):
        sofa.restart()
        assert sofa.again(an_episode(number), EVENING + number * DAY) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 5)]
    assert {body["shows"][0]["rewatch_id"] for body in sofa.flagged[1:]} == {31007}


def test_rewatch__the_last_episode(sofa: Sofa) -> None:
    """The last episode completes the session, which is said, and what follows is plain again."""
    sofa.saw(*WHOLE_FERRY)
    sofa.start()
    told = [sofa.again(each, EVENING + at * 60) for at, each in enumerate(WHOLE_FERRY)]
    assert told == [[REWATCHED]] * 17 + [[FINISHED]]
    assert sofa.sessions == [(31007, COMPLETED, 18)]
    session = sofa.session()
    assert session
    assert (session.status, session.runs) == (COMPLETED, False)


def test_rewatch__single_episode(sofa: Sofa) -> None:
    """An episode that is recorded by itself opens a session; the next ones go into it by its id."""
    sofa.saw(an_episode(1), an_episode(2))
    assert sofa.again(an_episode(1)) == [REWATCHED]
    assert sofa.again(an_episode(2), EVENING + 60) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_rewatch__unseen_episode_of_a_running_session(sofa: Sofa) -> None:
    """What was never seen is a first watch and stands in the history; the session goes on."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.start()
    sofa.again(an_episode(1))
    forced = sofa.server.switches.rewatch_fields == "force"
    assert sofa.again(an_episode(3), EVENING + 60) == [REWATCHED if forced else SENT]
    assert len(sofa.simkl.watched) == (2 if forced else 3)
    assert sofa.again(an_episode(2), EVENING + 120) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2 + forced)]


def test_stop(sofa: Sofa) -> None:
    """A session is closed by its id, and nothing else of it or of the history changes."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.start()
    sofa.again(an_episode(1))
    before = sofa.simkl.watched
    assert sofa.stop() == [STOPPED]
    assert (sofa.sessions, sofa.simkl.watched) == ([(31007, CLOSED, 1)], before)
    session = sofa.session()
    assert session
    assert not session.runs


def test_stop__before_the_first_episode(sofa: Sofa) -> None:
    """A session that Simkl knows of, and is empty, is closed; no other comes into being."""
    sofa.saw(*WHOLE_FERRY)
    sofa.start()
    assert sofa.stop() == [STOPPED]
    assert sofa.sessions == [(31007, CLOSED, 0)]


def test_stop__what_never_began(sofa: Sofa) -> None:
    """What waited for its first episode is forgotten, though the show was completed meanwhile."""
    sofa.saw(*WHOLE_FERRY[:-1])
    assert sofa.start() == [WILL_START]
    sofa.saw(WHOLE_FERRY[-1])
    assert sofa.stop() == [STOPPED]
    assert (sofa.flagged, sofa.sessions) == ([], [])


def test_resume(sofa: Sofa) -> None:
    """A closed session is taken up where it was, and what comes after goes into it."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.start()
    sofa.again(an_episode(1))
    sofa.stop()
    session = sofa.session()
    assert session
    at = EVENING + 10 * DAY
    assert sofa.do(Order(FERRY, at, "menu", ACTIVE, 31007, session.seen)) == [RESUMED]
    assert sofa.sessions == [(31007, ACTIVE, 1)]
    assert sofa.again(an_episode(2), at) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_resume__empty_session_of_a_show_that_is_not_completed(sofa: Sofa) -> None:
    """A session that names no episode is taken up with the first one that goes into it."""
    sofa.saw(*WHOLE_FERRY)
    sofa.start()
    sofa.stop()
    sofa.simkl.library.entries[8000002].status = "watching"
    assert sofa.do(Order(FERRY, EVENING + DAY, "menu", ACTIVE, 31007)) == [RESUMED]
    assert sofa.sessions == [(31007, CLOSED, 0)]
    assert sofa.again(an_episode(1), EVENING + 2 * DAY) == [REWATCHED]
    assert sofa.again(an_episode(2), EVENING + 3 * DAY) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_closed_elsewhere(sofa: Sofa) -> None:
    """That another device closed the session is said with the next episode; then it is over."""
    sofa.saw(*WHOLE_FERRY)
    sofa.start()
    sofa.again(an_episode(1))
    sofa.simkl.elsewhere("close", 8000002)
    assert sofa.again(an_episode(2), EVENING + 60) == [ENDED_ELSEWHERE]
    session = sofa.session()
    assert session
    assert not session.runs
    assert sofa.sessions == [(31007, CLOSED, 2)]


def test_film__after_two_days(sofa: Sofa) -> None:
    """A film seen again is a rewatch of its own each time."""
    sofa.saw(FILM)
    assert sofa.again(FILM) == [REWATCHED]
    assert sofa.again(FILM, EVENING + 3 * DAY) == [REWATCHED]
    assert sofa.sessions == [(31007, COMPLETED, 1), (31008, COMPLETED, 1)]


def test_film__within_two_days(sofa: Sofa) -> None:
    """What Simkl takes for the same watch is said, and never tried again."""
    sofa.saw(FILM)
    assert sofa.again(FILM, FIRST + DAY) == [TOO_SOON]
    assert (len(sofa.flagged), sofa.sessions, sofa.outbox.due()) == (1, [], [])


def test_film__melts_into_the_last_rewatch(sofa: Sofa) -> None:
    """A second rewatch within two days melts into the first; that is said, too."""
    sofa.saw(FILM)
    sofa.again(FILM)
    assert sofa.again(FILM, EVENING + DAY) == [TOO_SOON]
    assert sofa.sessions == [(31007, COMPLETED, 1)]


def test_film__equal_moments(sofa: Sofa) -> None:
    """A rewatch at the very moment of the first watch is none, and that is said."""
    sofa.saw(FILM)
    assert sofa.again(FILM, FIRST) == [NOT_REWATCHED]
    assert (sofa.sessions, sofa.outbox.due()) == ([], [])


def test_film__planned(sofa: Sofa) -> None:
    """What is only planned cannot be seen again: it is watched for the first time."""
    library = sofa.simkl.library
    entry, _ = library.enlist(sofa.server.catalogue.titles[8000001])
    library.move(entry, "plantowatch")
    sofa.again(FILM)
    assert sofa.sessions == []
    assert [row["title"] for row in sofa.simkl.watched] == ["Harbour Lights"]


def test_show__planned(sofa: Sofa) -> None:
    """An episode of a show that was put back to what is planned is no rewatch, and that is said."""
    sofa.saw(an_episode(1))
    sofa.simkl.library.entries[8000002].status = "plantowatch"
    assert sofa.again(an_episode(1)) == [NOT_REWATCHED]
    assert sofa.sessions == []


def test_cut__after_it_was_applied(sofa: Sofa) -> None:
    """A rewatch whose answer was lost is read back, and pinned, without being sent again."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.server.faults.add("close_after", method="POST", query={"allow_rewatch": "yes"})
    assert sofa.again(an_episode(1)) == [REWATCHED]
    assert (len(sofa.flagged), sofa.sessions) == (1, [(31007, ACTIVE, 1)])
    assert sofa.again(an_episode(2), EVENING + 60) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_cut__before_it_was_applied(sofa: Sofa) -> None:
    """A rewatch that never arrived is read back in vain, and sent again as it was."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.again(an_episode(1))
    sofa.server.faults.add("close_before", method="POST", query={"allow_rewatch": "yes"})
    assert sofa.again(an_episode(2), EVENING + 60) == [REWATCHED]
    first, second = sofa.flagged[-2:]
    assert first == second
    assert second["shows"][0]["rewatch_id"] == 31007
    assert sofa.sessions == [(31007, ACTIVE, 2)]


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
def test_cut__of_a_clock_that_was_ahead(
    plain: Sofa, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What seems to be seen in the future has one moment, whenever it is sent again."""
    plain.saw(FILM)
    minutes = itertools.count(EVENING, 60)
    monkeypatch.setattr("simkl_scrobbler.rewatching.time.time", lambda: next(minutes))
    plain.server.faults.add(kind, method="POST", query={"allow_rewatch": "yes"})
    assert plain.again(FILM, EVENING + 300 * DAY) == [REWATCHED]
    assert len({json.dumps(body) for body in plain.flagged}) == 1
    assert plain.sessions == [(31007, COMPLETED, 1)]


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
def test_cut__start_of_a_session(sofa: Sofa, kind: str) -> None:
    """Whether or not the start arrived, there is one session in the end."""
    sofa.saw(*WHOLE_FERRY)
    sofa.server.faults.add(kind, method="POST", query={"allow_rewatch": "yes"})
    assert sofa.start() == [STARTED]
    assert sofa.sessions == [(31007, ACTIVE, 0)]


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
def test_cut__end_of_a_session(sofa: Sofa, kind: str) -> None:
    """Whether or not the end arrived, the session is closed in the end."""
    sofa.saw(an_episode(1))
    sofa.again(an_episode(1))
    sofa.server.faults.add(kind, method="POST", query={"allow_rewatch": "yes"})
    assert sofa.stop() == [STOPPED]
    assert sofa.sessions == [(31007, CLOSED, 1)]


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
def test_killed__between_request_and_answer(sofa: Sofa, kind: str) -> None:
    """After a kill the new process reads back first, too: there is one session in the end."""
    sofa.saw(FILM)
    sofa.server.faults.add(kind, method="POST", query={"allow_rewatch": "yes"})
    sofa.outbox.add(Rewatch(FILM, EVENING, "playback"))
    sofa.deliver()
    sofa.restart()
    sofa.drain()
    assert sofa.sessions == [(31007, COMPLETED, 1)]
    assert len(sofa.flagged) == (2 if kind == "close_before" else 1)


def test_free(tmp_path: Path) -> None:
    """A free account never sends the flag: what was meant as a rewatch is a plain watch."""
    with a_sofa(tmp_path, "free") as sofa:
        assert sofa.again(FILM) == ["plan", SENT]
        assert sofa.start() == ["plan", NOT_KEPT]
        assert (sofa.flagged, len(sofa.simkl.watched)) == ([], 1)


def test_downgrade__while_entries_wait(plain: Sofa) -> None:
    """After a downgrade what waits is sent as plain watches; sessions and ids stay as they are."""
    plain.saw(an_episode(1), an_episode(2))
    plain.again(an_episode(1))
    plain.simkl.plan = "free"
    assert plain.again(an_episode(2), EVENING + 60) == ["plan", SENT]
    assert (len(plain.flagged), plain.sessions) == (1, [(31007, ACTIVE, 1)])
    assert plain.accounts.load().plan == "free"
    session = plain.session()
    assert session
    assert (session.rewatch_id, session.runs) == (31007, True)


@pytest.mark.parametrize("success", [201, 200])
@pytest.mark.parametrize("written", ["normal", "nothing"])
def test_downgrade__that_simkl_has_not_told_of(tmp_path: Path, success: int, written: str) -> None:
    """A flagged write of an account that became free unseen ends as no rewatch, not in an error."""
    with a_sofa(tmp_path, free_rewatch_success=success, free_flagged_write=written) as sofa:
        sofa.saw(FILM)
        sofa.again(FILM)
        sofa.simkl._plan = "free"
        assert sofa.again(FILM, EVENING + 5 * DAY) == [NOT_REWATCHED]
        assert sofa.sessions == [(31007, COMPLETED, 1)]


def test_off__while_entries_wait(plain: Sofa) -> None:
    """Switched off while a rewatch waits, in mid-session, it goes out as a plain watch."""
    plain.saw(an_episode(1), an_episode(2))
    plain.again(an_episode(1))
    plain.on = False
    assert plain.again(an_episode(2), EVENING + 60) == [SENT]
    assert (len(plain.flagged), plain.sessions) == (1, [(31007, ACTIVE, 1)])


def test_plan__is_read_only_when_it_may_have_changed(plain: Sofa) -> None:
    """The account's settings are read once, and again only when Simkl says that they changed."""

    def reads() -> int:
        return len([each for each in plain.server.requests if each.path == "/users/settings"])

    plain.saw(FILM)
    plain.again(FILM)
    plain.again(FILM, EVENING + 3 * DAY)
    assert reads() == 1
    plain.simkl.plan = "vip"
    plain.again(FILM, EVENING + 6 * DAY)
    plain.again(FILM, EVENING + 9 * DAY)
    assert reads() == 2


def test_refused__by_a_4xx(sofa: Sofa) -> None:
    """What Simkl refuses is put aside with its word; trying again is the person's to say."""
    sofa.saw(FILM)
    sofa.server.faults.add("error", error="wrong_parameter", query={"allow_rewatch": "yes"})
    assert sofa.again(FILM) == [PARKED]
    [stored] = sofa.outbox.newest(PARKED, 9)
    assert stored.reason == "400 wrong_parameter"
    sofa.outbox.retry(stored.entry.id)
    assert sofa.do() == [REWATCHED]
    assert sofa.sessions == [(31007, COMPLETED, 1)]


def test_unknown_title(plain: Sofa) -> None:
    """A film that Simkl does not know is put aside as such."""
    assert plain.again(Movie("Never Made", 2019, Ids(imdb="tt9777777"))) == [PARKED]
    assert plain.outbox.newest(PARKED, 1)[0].reason == "unknown movie"


def test_special(sofa: Sofa) -> None:
    """A special goes into the session, too; one whose own id is stale by its number."""
    special = an_episode(1, season=0)
    sofa.saw(special, an_episode(1))
    sofa.again(an_episode(1))
    assert sofa.again(special._replace(tvdb=77), EVENING + 60) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_anime__two_cours(sofa: Sofa) -> None:
    """Each cour of an anime has its own session, though both have the same id; none is mixed up."""
    first, second = an_episode(1, 1, ANIME), an_episode(1, 2, ANIME)
    sofa.saw(first, second, an_episode(2, 1, ANIME), an_episode(2, 2, ANIME))
    assert sofa.start(ANIME) == [WILL_START]
    for at, item in enumerate((first, second, first._replace(number=2), second._replace(number=2))):
        assert sofa.again(item, EVENING + at * 60) == [REWATCHED]
    rows = [(row["simkl"], row["rewatch_id"], len(row["episodes"])) for row in sofa.simkl.sessions]
    assert rows == [(8000010, 31007, 2), (8000011, 31007, 2)]
    assert ["rewatch_id" in body["shows"][0] for body in sofa.flagged] == [False, False, True, True]


def test_anime__answer_lost_of_one_of_two_with_the_same_moment(sofa: Sofa) -> None:
    """Two episodes of an anime with one moment are not taken for each other when reading back."""
    one, two = an_episode(1, 1, ANIME), an_episode(2, 1, ANIME)
    sofa.saw(one, two)
    sofa.again(one)
    sofa.server.faults.add("close_before", method="POST", query={"allow_rewatch": "yes"})
    assert sofa.again(two) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_two_seasons__with_the_same_moment(sofa: Sofa) -> None:
    """S1E1 is not taken for S2E1 of the same moment when reading back."""
    sofa.saw(an_episode(1, 1), an_episode(1, 2))
    sofa.again(an_episode(1, 1))
    sofa.server.faults.add("close_before", method="POST", query={"allow_rewatch": "yes"})
    assert sofa.again(an_episode(1, 2)) == [REWATCHED]
    assert sofa.sessions == [(31007, ACTIVE, 2)]


def test_two_titles__with_the_same_id(sofa: Sofa) -> None:
    """Two shows whose sessions have the same id each keep their own."""
    patrol = an_episode(
        1, 1, SALT._replace(title="Harbour Patrol", year=2005, ids=SALT.ids._replace(tvdb=910099))
    )
    sofa.saw(an_episode(1), an_episode(2), patrol, patrol._replace(number=2))
    for at, item in enumerate((an_episode(1), patrol, an_episode(2), patrol._replace(number=2))):
        assert sofa.again(item, EVENING + at * 60) == [REWATCHED]
    rows = [(row["simkl"], row["rewatch_id"], len(row["episodes"])) for row in sofa.simkl.sessions]
    assert rows == [(8000002, 31007, 2), (8000005, 31007, 2)]


def test_other_account__has_no_session_of_this_one(plain: Sofa) -> None:
    """Who signs in next starts with no sessions, though title and id are the same."""
    plain.saw(an_episode(1), an_episode(2))
    plain.again(an_episode(1))
    plain.sign_in("bert")
    assert plain.session() is None
    plain.saw(an_episode(1), an_episode(2))
    plain.again(an_episode(2), EVENING + 60)
    assert "rewatch_id" not in plain.flagged[-1]["shows"][0]
    plain.sign_in("anna")
    session = plain.session()
    assert session
    assert (session.rewatch_id, session.seen[:2]) == (31007, (1, 1))


def test_chosen_title__keeps_its_session(sofa: Sofa) -> None:
    """Of a show for which the person chose the title on Simkl the session is pinned as well."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.outbox.choose(an_episode(1), 8000002)
    sofa.again(an_episode(1))
    assert sofa.again(an_episode(2), EVENING + 60) == [REWATCHED]
    assert [body["shows"][0].get("rewatch_id") for body in sofa.flagged] == [None, 31007]


def test_cap__of_sessions(tmp_path: Path) -> None:
    """Where Simkl takes no further session it is said that there is none, for film and show."""
    with a_sofa(tmp_path, session_cap="enforced", max_sessions=1) as sofa:
        sofa.saw(FILM, *WHOLE_FERRY)
        sofa.again(FILM)
        assert sofa.again(FILM, EVENING + 5 * DAY) == [NOT_REWATCHED]
        sofa.again(an_episode(1))
        assert sofa.start() == [NOT_REWATCHED]
        assert sofa.sessions == [(31007, COMPLETED, 1), (31007, ACTIVE, 1)]


def test_removed_episode__is_not_brought_back_by_the_end_of_a_session(sofa: Sofa) -> None:
    """To close a session never marks an episode that the person has unmarked meanwhile."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.again(an_episode(1))
    sofa.do(a_removal(an_episode(1), EVENING + DAY))
    sofa.stop()
    assert [row["episode"] for row in sofa.simkl.watched] == [2]


def test_plain_watch__never_flagged(plain: Sofa) -> None:
    """A watch of what was seen, while a session runs, has no flag unless it is meant for it."""
    plain.saw(*WHOLE_FERRY)
    plain.start()
    plain.do(Watch(an_episode(1), EVENING, "library"), Watch(an_episode(2), EVENING, "menu"))
    assert (len(plain.flagged), plain.sessions) == (1, [(31007, ACTIVE, 0)])


def test_off__what_is_about_a_session(plain: Sofa) -> None:
    """Switched off, an order is put aside as what it is, and can be tried again later."""
    plain.saw(an_episode(1))
    plain.again(an_episode(1))
    plain.on = False
    assert plain.stop() == [NOT_TRACKED]
    [stored] = plain.outbox.newest(PARKED, 9)
    assert stored.reason == NOT_TRACKED
    plain.on = True
    plain.outbox.retry(stored.entry.id)
    assert plain.do() == [STOPPED]
    assert plain.sessions == [(31007, CLOSED, 1)]


def test_anime__stopped_and_resumed(sofa: Sofa) -> None:
    """The session of one season is closed and taken up without the other season's."""
    one, two = an_episode(1, 1, ANIME), an_episode(1, 2, ANIME)
    sofa.saw(one, two)
    sofa.again(one)
    sofa.again(two, EVENING + 60)
    [first, second] = sofa.outbox.sessions(sofa.account.id, ANIME)
    at = EVENING + DAY
    assert sofa.do(Order(ANIME, at, "menu", CLOSED, 31007, second.seen)) == [STOPPED]
    assert sofa.sessions == [(31007, ACTIVE, 1), (31007, CLOSED, 1)]
    assert [each.runs for each in sofa.outbox.sessions(sofa.account.id, ANIME)] == [True, False]
    assert sofa.do(Order(ANIME, at + 60, "menu", ACTIVE, 31007, second.seen)) == [RESUMED]
    assert sofa.sessions == [(31007, ACTIVE, 1), (31007, ACTIVE, 1)]
    assert sofa.outbox.sessions(sofa.account.id, ANIME) == [first, second]


def test_start__again_while_one_runs(sofa: Sofa) -> None:
    """What runs is ended first, as the menu does it: the next episode begins a session anew."""
    sofa.saw(an_episode(1), an_episode(2))
    sofa.again(an_episode(1))
    session = sofa.session()
    assert session
    close = Order(FERRY, EVENING + DAY, "menu", CLOSED, 31007, session.seen)
    start = Order(FERRY, EVENING + DAY, "menu", ACTIVE)
    assert sofa.do(close, start) == [STOPPED, WILL_START]
    assert sofa.again(an_episode(1), EVENING + 4 * DAY) == [REWATCHED]
    assert sofa.sessions == [(31007, CLOSED, 1), (31008, ACTIVE, 1)]


def test_resume__completed_elsewhere(plain: Sofa) -> None:
    """To take up what was completed meanwhile is told as what it is, and nothing goes into it."""
    plain.saw(*WHOLE_FERRY)
    plain.start()
    for at, item in enumerate(WHOLE_FERRY):
        plain.again(item, EVENING + at * 60)
    session = plain.session()
    assert session
    order = Order(FERRY, EVENING + DAY, "menu", ACTIVE, 31007, session.seen)
    assert plain.do(order) == [FINISHED]
    session = plain.session()
    assert session
    assert not session.runs


@pytest.mark.parametrize("kind", ["close_before", "close_after"])
@pytest.mark.parametrize("act", ["rewatch", "start", "stop"])
def test_cut__where_changes_within_a_show_are_not_told(tmp_path: Path, act: str, kind: str) -> None:
    """Though Simkl does not tell that the sessions of a show changed, none is opened twice."""
    with a_sofa(tmp_path, delta_by_episode=False) as sofa:
        sofa.saw(*WHOLE_FERRY)
        if act != "start":
            sofa.start()
        sofa.server.clock.advance(3600)
        sofa.saw(FILM)
        sofa.server.faults.add(kind, method="POST", query={"allow_rewatch": "yes"})
        if act == "rewatch":
            assert sofa.again(an_episode(1)) == [REWATCHED]
            assert sofa.sessions == [(31007, ACTIVE, 1)]
        elif act == "start":
            assert sofa.start() == [STARTED]
            assert sofa.sessions == [(31007, ACTIVE, 0)]
        else:
            assert sofa.stop() == [STOPPED]
            assert sofa.sessions == [(31007, CLOSED, 0)]


def test_cut__where_the_library_is_too_big(plain: Sofa) -> None:
    """Where Simkl does not give out all sessions at once, what has not changed has not arrived."""
    patrol = an_episode(1, 1, Show("Harbour Patrol", 2005, Ids(tvdb=910099)))
    plain.saw(an_episode(1), patrol)
    plain.again(patrol)
    plain.server.clock.advance(3600)
    plain.saw(FILM)
    plain.server.faults.add("close_before", method="POST", query={"allow_rewatch": "yes"})
    plain.server.switches.set(max_episode_rows=0)
    assert plain.again(an_episode(1)) == [REWATCHED]
    assert any(each.status == 400 for each in plain.server.requests)
    assert plain.sessions == [(31007, ACTIVE, 1), (31007, ACTIVE, 1)]
