"""Evenings in which somebody watches what they have seen before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simkl_scrobbler import rewatch
from simkl_scrobbler.account import Account
from simkl_scrobbler.history import SENT, Outcome
from simkl_scrobbler.kodi import settings
from simkl_scrobbler.kodi.scrobbler import Scrobbler, Stop
from simkl_scrobbler.kodi.settings import ALWAYS
from simkl_scrobbler.media import Act, Episode, Removal, Rewatch, Watch
from simkl_scrobbler.rewatch import ACTIVE, CLOSED, NEVER, WHOLE, Session
from simkl_scrobbler.sender import PLAN, Report
from tests.unit.builders import EVENING

from .evening import Evening
from .fakes import BACK, an_answer
from .shelf import Shelf, local
from .test_scrobbler import FERRY, FILM, FOG, change, messages

PRO = Account("token", id=7, plan="pro")
DAY = 86400
LONG_AGO = local(EVENING - 30 * DAY)
SPECIAL = Episode(FERRY, 0, 1, 9100020)
PROPERTY = "service.simkl.rewatches"


@pytest.fixture
def rewatching(evening: Evening) -> Evening:
    """Somebody with a PRO account who wants to track rewatches."""
    evening.kodi.settings["track_rewatches"] = "true"
    evening.account = PRO
    return evening


def play(evening: Evening, answer: str = "episode", lastplayed: str = LONG_AGO) -> None:
    evening.play(answer)
    seen = an_item(answer, playcount=int(bool(lastplayed)), lastplayed=lastplayed)
    evening.kodi.answers["Player.GetItem"] = seen


def an_item(name: str, **changes: object) -> dict[str, object]:
    return an_answer(name, **changes)


def acts(evening: Evening, until: float = 2000) -> list[Act]:
    evening.live(until)
    return [entry.act for entry in evening.outbox.due()]


def pinned(evening: Evening) -> Session | None:
    return evening.outbox.session(PRO.id, FERRY)


@pytest.mark.parametrize(("answer", "item"), [("episode", FOG), ("movie", FILM)])
def test_seen_before__recorded(rewatching: Evening, answer: str, item: object) -> None:
    """What is played again is a watch at once; then a rewatch if they agree."""
    rewatching.at(0, play, rewatching, answer)
    rewatching.at(900, rewatching.stop)
    rewatching.kodi.plan = ["yes"]
    watch = (item, EVENING + 800, "playback")
    assert acts(rewatching) == [Watch(*watch), Rewatch(*watch)]  # type: ignore[arg-type]
    [said] = rewatching.kodi.said
    assert said.startswith(
        "You have seen Night Ferry S01E02 before." if item == FOG else "You have"
    )
    assert rewatching.kodi.autoclosed == [30000]


def test_seen_before__never_asked_while_something_plays(rewatching: Evening) -> None:
    """The question waits for the menus: a video in a window, or the next of a playlist, is none."""
    said: list[int] = []
    rewatching.at(0, play, rewatching)
    rewatching.at(850, setattr, rewatching.kodi, "fullscreen", False)
    rewatching.at(999, lambda: said.append(len(rewatching.kodi.said)))
    rewatching.at(1000, rewatching.end)
    rewatching.at(1001, play, rewatching, "movie", "")
    rewatching.at(1900, lambda: said.append(len(rewatching.kodi.said)))
    rewatching.at(1950, rewatching.stop)
    acts(rewatching, 2100)
    assert (said, len(rewatching.kodi.said)) == ([0, 0], 1)


@pytest.mark.parametrize("answer", [BACK, "no"])
def test_seen_before__not_agreed(rewatching: Evening, answer: str) -> None:
    """Any answer but yes, and none, leave it a watch; the person is asked again the next time."""
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    rewatching.kodi.plan = [answer]
    assert acts(rewatching) == [Watch(FOG, EVENING + 800, "playback")]
    assert pinned(rewatching) is None


def test_seen_before__not_for_this_show(rewatching: Evening) -> None:
    """The third answer is for good: the show is not asked about any more."""
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    rewatching.at(1000, play, rewatching, "special")
    rewatching.at(1900, rewatching.stop)
    rewatching.kodi.plan = ["no", "Not for this show"]
    assert len(acts(rewatching, 2100)) == 2
    assert rewatching.kodi.customlabels == ["Not for this show"]
    assert pinned(rewatching) == Session(FERRY, WHOLE, 0, NEVER)


def test_seen_before__not_for_this_film(rewatching: Evening) -> None:
    """Of a film the third answer speaks of the film."""
    rewatching.at(0, play, rewatching, "movie")
    rewatching.at(900, rewatching.stop)
    rewatching.kodi.plan = ["no", "Not for this film"]
    acts(rewatching)
    assert rewatching.kodi.customlabels == ["Not for this film"]


def test_seen_before__not_for_this_show_after_all(rewatching: Evening) -> None:
    """A rewatch that was begun while the question was open is not ended by its answer."""
    rewatching.kodi.person.clear()
    begun = Session(FERRY, WHOLE, 31007, ACTIVE)
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    rewatching.at(910, rewatching.outbox.pin, PRO.id, begun)
    rewatching.at(920, rewatching.kodi.person.set)
    rewatching.kodi.plan = ["no", "Not for this show"]
    acts(rewatching)
    assert pinned(rewatching) == begun


@pytest.mark.parametrize("lastplayed", ["", local(EVENING - DAY)])
def test_seen_before__not_asked(rewatching: Evening, lastplayed: str) -> None:
    """What was never seen, or within two days, which is one watch for Simkl, is no question."""
    rewatching.at(0, play, rewatching, "episode", lastplayed)
    rewatching.at(900, rewatching.stop)
    acts(rewatching)
    assert rewatching.kodi.said == []


@pytest.mark.parametrize(
    ("days", "asked"), [([30], 1), ([30, 1], 0), ([1], 0), ([30, 3], 1)], ids=str
)
def test_seen_before__as_we_know_ourselves(
    rewatching: Evening, days: list[int], asked: int
) -> None:
    """Of what Kodi has never seen counts when we sent it last, though its library is a new one."""
    outbox = rewatching.outbox
    outbox.add(*(Watch(FOG, EVENING - day * DAY, "playback") for day in days))
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    rewatching.at(0, play, rewatching, "episode", "")
    rewatching.at(900, rewatching.stop)
    acts(rewatching)
    assert len(rewatching.kodi.said) == asked


def test_seen_before__several_of_one_show(rewatching: Evening) -> None:
    """A night of episodes of one show is one question, and its answer is for all of them."""
    rewatching.at(0, play, rewatching)
    rewatching.at(1000, rewatching.end)
    rewatching.at(1001, play, rewatching, "special")
    rewatching.at(1901, rewatching.stop)
    rewatching.kodi.plan = ["yes"]
    found = acts(rewatching, 2100)
    assert [act.item for act in found if isinstance(act, Rewatch)] == [FOG, SPECIAL]
    [said] = rewatching.kodi.said
    assert said.startswith("You have seen these 2 episodes of Night Ferry (2021) before.")


@pytest.mark.parametrize("asked", [True, False], ids=["open", "waiting"])
def test_seen_before__unmarked_meanwhile(rewatching: Evening, shelf: Shelf, asked: bool) -> None:
    """What is taken out of the history while the question is there is no rewatch any more."""
    fog = shelf.put_episode(3, season=1, number=2)
    rewatching.kodi.settings["unmark"] = str(ALWAYS)
    rewatching.kodi.person.clear()
    rewatching.kodi.plan = ["yes"]
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    rewatching.at(910 if asked else 901, rewatching.unmark, fog)
    rewatching.at(950, rewatching.kodi.person.set)
    kinds = [type(act) for act in acts(rewatching)]
    assert kinds == [Watch, Removal]


def test_running_session__takes_what_is_played(rewatching: Evening) -> None:
    """With a session that was begun here every episode of the show goes into it, unasked."""
    rewatching.outbox.pin(PRO.id, Session(FERRY, WHOLE, 31007, ACTIVE))
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    assert acts(rewatching) == [Rewatch(FOG, EVENING + 800, "playback")]
    assert rewatching.kodi.said == []


@pytest.mark.parametrize(
    "session",
    [Session(FERRY, WHOLE, 31007, CLOSED), Session(FERRY, 2, 31007, ACTIVE)],
    ids=["closed", "another season's"],
)
def test_running_session__none_of_this(rewatching: Evening, session: Session) -> None:
    """A session that is closed, or of another season of an anime, takes nothing; it is asked."""
    rewatching.outbox.pin(PRO.id, session)
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    assert acts(rewatching) == [Watch(FOG, EVENING + 800, "playback")]
    assert len(rewatching.kodi.said) == 1


def test_running_session__of_another_account(rewatching: Evening) -> None:
    """The session of one account takes nothing of another."""
    rewatching.outbox.pin(8, Session(FERRY, WHOLE, 31007, ACTIVE))
    rewatching.at(0, play, rewatching)
    rewatching.at(900, rewatching.stop)
    assert acts(rewatching) == [Watch(FOG, EVENING + 800, "playback")]


def test_running_session__marks_stay_out_of_it(rewatching: Evening, shelf: Shelf) -> None:
    """What is marked in the library is a watch, whatever session runs."""
    fog = shelf.put_episode(3, season=1, number=2)
    rewatching.outbox.pin(PRO.id, Session(FERRY, WHOLE, 31007, ACTIVE))
    rewatching.at(10, rewatching.mark, fog)
    assert [type(act) for act in acts(rewatching)] == [Watch]


@pytest.mark.parametrize(
    ("track", "account"),
    [
        ("false", PRO),
        ("", PRO),
        ("true", PRO._replace(plan="free")),
        ("true", PRO.signed_out()),
    ],
    ids=["off", "as installed", "free", "signed out"],
)
def test_off(evening: Evening, track: str, account: Account) -> None:
    """Off, free or signed out, what is played again is a watch, unasked, whatever session runs."""
    evening.kodi.settings["track_rewatches"] = track
    evening.account = account
    evening.outbox.pin(PRO.id, Session(FERRY, WHOLE, 31007, ACTIVE))
    evening.at(0, play, evening)
    evening.at(900, evening.stop)
    assert acts(evening) == [Watch(FOG, EVENING + 800, "playback")]
    assert (evening.kodi.said, evening.kodi.window[PROPERTY]) == ([], "")


def test_off__in_mid_session(rewatching: Evening) -> None:
    """Switched off while an episode of the session plays, that is a plain watch already."""
    rewatching.outbox.pin(PRO.id, Session(FERRY, WHOLE, 31007, ACTIVE))
    rewatching.at(0, play, rewatching)
    rewatching.at(500, change, rewatching, "track_rewatches", "false")
    rewatching.at(900, rewatching.stop)
    assert acts(rewatching) == [Watch(FOG, EVENING + 800, "playback")]
    assert rewatching.kodi.window[PROPERTY] == ""


def test_on__the_menu_shows_it(rewatching: Evening) -> None:
    """The context menu shows what belongs to rewatches where they are to be had."""
    acts(rewatching, 10)
    assert (rewatching.kodi.window[PROPERTY], rewatching.plans_checked) == ("true", 0)


def test_on__free(evening: Evening) -> None:
    """Who switches it on without a plan for it hears so, and the plan is looked at again."""
    evening.at(10, change, evening, "track_rewatches", "true")
    acts(evening, 100)
    sentence = "Simkl keeps rewatches for PRO and VIP accounts only: simkl.com/vip"
    assert messages(evening) == [sentence]
    assert (evening.plans_checked, evening.kodi.window[PROPERTY]) == (1, "")


def run_with(evening: Evening, account: Callable[[], Account]) -> None:
    evening.at(100, evening.put, Stop())
    outbox, rules = evening.outbox, settings.read()
    Scrobbler(evening, evening.player, outbox, account, evening, rules).run()  # type: ignore[arg-type]


def test_plan__has_come(rewatching: Evening) -> None:
    """When Simkl says that the account is PRO now, the menu entries appear."""
    now = [PRO._replace(plan="free")]
    rewatching.at(10, now.__setitem__, 0, PRO)
    rewatching.at(11, rewatching.put, Report(PLAN, []))
    run_with(rewatching, lambda: now[0])
    assert (rewatching.kodi.window[PROPERTY], messages(rewatching)) == ("true", [])


def test_plan__has_gone(rewatching: Evening) -> None:
    """After a downgrade the menu entries are gone, and the person hears why, once."""
    now = [PRO]
    rewatching.at(10, now.__setitem__, 0, PRO._replace(plan="free"))
    for second in (11, 12, 40):
        rewatching.at(second, rewatching.put, Report(PLAN, []))
    run_with(rewatching, lambda: now[0])
    assert (rewatching.kodi.window[PROPERTY], len(messages(rewatching))) == ("", 1)


@pytest.mark.parametrize("notify", ["true", "false"])
def test_news__of_rewatches(rewatching: Evening, notify: str) -> None:
    """Each has its sentence; without notifications only what went wrong is told."""
    rewatching.kodi.settings["notify"] = notify
    bad = [rewatch.NOT_REWATCHED, rewatch.TOO_SOON, rewatch.NOT_KEPT, rewatch.NOT_TRACKED]
    good = [
        rewatch.REWATCHED,
        rewatch.STARTED,
        rewatch.WILL_START,
        rewatch.RESUMED,
        rewatch.STOPPED,
        rewatch.FINISHED,
        rewatch.ENDED_ELSEWHERE,
    ]
    for state in bad + good:
        rewatching.at(10, rewatching.put, Report(state, [FERRY]))
    acts(rewatching, 100)
    assert len(set(messages(rewatching))) == len(bad) + len(good) * (notify == "true")
