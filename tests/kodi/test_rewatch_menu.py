"""Rewatches by hand, with a Simkl of this machine to read them back from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xbmc

from simkl_scrobbler.account import Account
from simkl_scrobbler.kodi import log, script
from simkl_scrobbler.kodi.asking import Asking
from simkl_scrobbler.kodi.library import TVSHOW, Ref
from simkl_scrobbler.kodi.marking import Marking
from simkl_scrobbler.kodi.rewatch_menu import RewatchMenu
from simkl_scrobbler.line import Line
from simkl_scrobbler.media import DATE_UNKNOWN, Act, Movie, Order, Rewatch
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.rewatch import ACTIVE, CLOSED, COMPLETED, WHOLE, Session
from simkl_scrobbler.simkl import Simkl
from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer
from tests.unit.builders import EVENING

from .fakes import BACK, FakeKodi, Focused
from .shelf import Shelf, local
from .test_marking import FILM, FORGOTTEN, LAST, NOW, focus
from .test_scrobbler import FERRY

SHOW = Focused(TVSHOW, 1)
RECORD, START, STOP = "Record a rewatch", "Start a rewatch", "Stop this rewatch"
RESUME, SEE = "Resume a rewatch", "See the rewatches"
SEEN, LATER = "2023-11-01T20:00:00Z", "2023-11-10T20:00:00Z"
NIGHT_FERRY, KAZE = 8000002, 8000011


class Hand:
    """A person at the context menu, or a script, and what came of it."""

    def __init__(self, kodi: FakeKodi, shelf: Shelf, path: Path, simkl: SimklServer) -> None:
        self.kodi, self.shelf, self.outbox, self.simkl = kodi, shelf, Outbox(str(path)), simkl
        anna = simkl.account(plan="pro")
        self.account = Account(anna.token, id=anna.number, plan="pro")
        self.kept = 0

    def _keep(self) -> None:
        self.kept += 1

    def _menu(self) -> RewatchMenu:
        asking = Asking(lambda: Simkl(Line(), self.simkl.url, self.simkl.client_id, "1"))
        return RewatchMenu(self.outbox, self.account, asking, Marking(self.outbox, self._keep))

    def menu(self, focused: Focused, *plan: str) -> None:
        """The person does all this, and nothing else is asked of them."""
        self.kodi.plan = list(plan)
        self._menu().by_menu(focused)
        assert self.kodi.plan == []

    def script(self, **asked: str) -> None:
        self._menu().by_script(asked)

    def pin(self, number: int = 31007, status: str = ACTIVE, season: int = WHOLE) -> Session:
        session = Session(FERRY, season, number, status, (1, 4, SEEN))
        self.outbox.pin(self.account.id, session)
        return session

    @property
    def acts(self) -> list[Act]:
        return [entry.act for entry in self.outbox.due()]

    def errors(self) -> list[str]:
        return [text for level, text in self.kodi.log if level == xbmc.LOGERROR]


@pytest.fixture
def hand(
    kodi: FakeKodi, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hand]:
    for module in ("marking", "rewatch_menu"):
        monkeypatch.setattr(f"simkl_scrobbler.kodi.{module}.time.time", lambda: EVENING + 0.9)
    log.install()
    shelf.put_episode(1)
    with SimklServer() as simkl:
        simkl.clock.freeze("2023-12-20T12:00:00Z")
        simkl.switches.set(rewatch_expected=True)
        yield Hand(kodi, shelf, tmp_path / "outbox.db", simkl)
        assert simkl.client_faults == []


def watched(hand: Hand, show: str, *numbers: int, season: int = 1, at: str = SEEN) -> None:
    """Somebody saw these episodes; those that were seen before are a rewatch."""
    episodes = [{"number": number, "watched_at": at} for number in numbers]
    named = {"ids": {"tvdb": show}, "use_tvdb_anime_seasons": True}
    for episode in episodes:
        body = {"shows": [{**named, "seasons": [{"number": season, "episodes": [episode]}]}]}
        if at != SEEN:
            body["shows"][0]["rewatch_id"] = 31007
        flag = {} if at == SEEN else {"allow_rewatch": "yes"}
        Probe(hand.simkl, hand.account.access_token).history(body, **flag)


@pytest.mark.parametrize(
    ("choice", "moment"),
    [(NOW, EVENING), (LAST, EVENING - 9), (FORGOTTEN, DATE_UNKNOWN)],
)
def test_film(hand: Hand, choice: str, moment: int) -> None:
    """A rewatch of a film is recorded at the moment that was chosen, and the service is told."""
    film = hand.shelf.put_movie(lastplayed=local(EVENING - 9))
    hand.menu(focus(film), RECORD, choice)
    assert (hand.acts, hand.kept) == ([Rewatch(FILM, moment, "menu")], 1)
    assert hand.kodi.shown[0].labels == ["Record a rewatch…", "See the rewatches"]


def test_episode(hand: Hand) -> None:
    """An episode is recorded by itself."""
    hand.menu(focus(Ref("episode", 1)), RECORD, NOW)
    [act] = hand.acts
    assert isinstance(act, Rewatch)
    assert act.item.number == 1


def test_film__played_by_a_clock_that_was_ahead(hand: Hand) -> None:
    """Nothing was seen again in the future, whatever Kodi has noted."""
    hand.menu(focus(hand.shelf.put_movie(lastplayed=local(EVENING + 9))), RECORD, LAST)
    assert [act[1] for act in hand.acts] == [EVENING]


@pytest.mark.parametrize("plan", [[BACK], [RECORD, BACK]])
def test_film__left(hand: Hand, plan: list[str]) -> None:
    """Who leaves has recorded nothing."""
    hand.menu(focus(hand.shelf.put_movie()), *plan)
    assert (hand.acts, hand.kept) == ([], 0)


def test_show__start(hand: Hand) -> None:
    """Of a show without a running session one can be started."""
    hand.pin(status=CLOSED)
    hand.menu(SHOW, START)
    assert hand.acts == [Order(FERRY, EVENING, "menu", ACTIVE)]
    assert [line.split()[0] for line in hand.kodi.shown[0].labels] == ["Start", "Resume", "See"]


def test_show__stop(hand: Hand) -> None:
    """A running session can be stopped, by its id and the episode that stands for it."""
    session = hand.pin()
    hand.menu(SHOW, STOP)
    assert hand.acts == [Order(FERRY, EVENING, "menu", CLOSED, 31007, session.seen)]
    assert [line.split()[0] for line in hand.kodi.shown[0].labels] == ["Stop", "Resume", "See"]


def test_show__stop_all_seasons(hand: Hand) -> None:
    """Of an anime all that runs is stopped, season by season."""
    hand.pin(1, season=1)
    hand.pin(2, season=2, status=COMPLETED)
    hand.pin(3, season=3)
    hand.menu(SHOW, STOP)
    orders = [act for act in hand.acts if isinstance(act, Order)]
    assert [(each.status, each.rewatch_id) for each in orders] == [(CLOSED, 1), (CLOSED, 3)]


def test_show__nothing_on_simkl(hand: Hand) -> None:
    """Where Simkl has no session that is said, and nothing is kept."""
    hand.menu(SHOW, RESUME)
    hand.menu(SHOW, SEE)
    assert hand.kodi.said[1::2] == [
        "Simkl has no rewatch of this that could be resumed.",
        "Simkl has no rewatch of this.",
    ]
    assert hand.acts == []


@pytest.mark.parametrize("line", [RESUME, SEE])
def test_show__left_while_simkl_is_asked(hand: Hand, line: str) -> None:
    """Who leaves while Simkl is asked is told nothing of what it has."""
    hand.simkl.faults.hold("/sync/*")
    hand.menu(SHOW, line, "cancel")
    hand.simkl.faults.release()
    assert hand.kodi.said == ["Searching Simkl for Night Ferry"]


def test_show__simkl_does_not_answer(hand: Hand) -> None:
    """Without an answer the person reads why, and only that."""
    hand.simkl.faults.add("status", status=500)
    hand.menu(SHOW, RESUME)
    assert len(hand.kodi.said) == 2
    assert hand.acts == []


def test_show__sessions(hand: Hand) -> None:
    """Every session is shown with its beginning, how far it is, and its status, newest first."""
    watched(hand, "910002", 1, 2, 3)
    for at in ("2023-11-05T20:00:00Z", LATER):
        hand.simkl.account().elsewhere("start", NIGHT_FERRY)
        number = 31007 if at != LATER else 31008
        body = {"ids": {"tvdb": "910002"}, "rewatch_id": number}
        episode = {"number": 1, "watched_at": at}
        seasons = [{"number": 1, "episodes": [episode]}]
        Probe(hand.simkl, hand.account.access_token).history(
            {"shows": [{**body, "seasons": seasons}]}, allow_rewatch="yes"
        )
    hand.menu(SHOW, SEE, BACK)
    assert hand.kodi.shown[-1].heading == "Night Ferry (2021)"
    assert [line.split()[-2] for line in hand.kodi.shown[-1].labels] == ["10.11.2023", "05.11.2023"]
    assert ["1" in detail and "18" in detail for detail in hand.kodi.shown[-1].details] == [
        True
    ] * 2


def test_show__resume(hand: Hand) -> None:
    """A session that is not completed is taken up, with the episode that was seen last in it."""
    watched(hand, "910002", 1, 2)
    hand.simkl.account().elsewhere("start", NIGHT_FERRY)
    watched(hand, "910002", 1, 2, at=LATER)
    hand.simkl.account().elsewhere("close", NIGHT_FERRY)
    hand.menu(SHOW, RESUME, BACK)
    assert hand.acts == []
    hand.menu(SHOW, RESUME, hand.kodi.shown[-1].labels[0])
    [act] = hand.acts
    assert isinstance(act, Order)
    assert act[3:5] == (ACTIVE, 31007)
    assert act.seen in ((1, 1, LATER), (1, 2, LATER))


def test_anime__resume(hand: Hand) -> None:
    """The session of a cour is taken up by the season and number that our library knows."""
    anime = {"imdb": "tt9000010", "tvdb": "910010", "tmdb": "920010"}
    show = {"title": "Kaze no Machi", "year": 2020, "uniqueid": anime, "tvshowid": 1}
    hand.kodi.answers["VideoLibrary.GetTVShowDetails"] = {"result": {"tvshowdetails": show}}
    watched(hand, "910010", 1, 2, season=2)
    hand.simkl.account().elsewhere("start", KAZE)
    watched(hand, "910010", 2, season=2, at=LATER)
    hand.menu(SHOW, RESUME, BACK)
    hand.menu(SHOW, RESUME, hand.kodi.shown[-1].labels[0])
    [act] = hand.acts
    assert isinstance(act, Order)
    assert act[3:] == (ACTIVE, 31007, (2, 2, LATER))


def test_anime__empty_session(hand: Hand) -> None:
    """A session of an anime without episodes could be of any season: it is not offered."""
    anime = {"tvdb": "910010"}
    show = {"title": "Kaze no Machi", "year": 2020, "uniqueid": anime, "tvshowid": 1}
    hand.kodi.answers["VideoLibrary.GetTVShowDetails"] = {"result": {"tvshowdetails": show}}
    watched(hand, "910010", 1, season=2)
    hand.simkl.account().elsewhere("start", KAZE)
    hand.menu(SHOW, RESUME)
    assert hand.kodi.said[-1] == "Simkl has no rewatch of this that could be resumed."


def test_show__of_a_chosen_title(hand: Hand) -> None:
    """The sessions are those of the title that the person chose on Simkl."""
    watched(hand, "910002", 1)
    hand.simkl.account().elsewhere("start", NIGHT_FERRY)
    hand.outbox.choose(FERRY, 8000003)
    hand.menu(SHOW, SEE)
    assert hand.kodi.said[-1] == "Simkl has no rewatch of this."


def test_outbox__locked(hand: Hand, tmp_path: Path) -> None:
    """An outbox that cannot be read is said, and nothing is offered."""
    (tmp_path / "outbox.db").mkdir()
    hand.menu(SHOW)
    assert len(hand.kodi.said) == 1


def test_script__film(hand: Hand) -> None:
    """A script records a film or an episode, without a question."""
    hand.shelf.put_movie(7)
    hand.script(dbtype="movie", dbid="7", when="2023-11-10T20:00:00Z")
    [act] = hand.acts
    assert isinstance(act, Rewatch)
    assert isinstance(act.item, Movie)


def test_script__show(hand: Hand) -> None:
    """A script starts a session of a show; one that runs is ended first."""
    hand.pin()
    hand.script(dbtype="tvshow", dbid="1")
    orders = [act for act in hand.acts if isinstance(act, Order)]
    assert [(each.status, each.rewatch_id) for each in orders] == [(CLOSED, 31007), (ACTIVE, 0)]


def test_script__season(hand: Hand) -> None:
    """Of a season each episode is recorded, at the moment that the script says."""
    hand.shelf.put_episode(2, lastplayed=local(EVENING - 9))
    hand.script(dbtype="season", dbid="101")
    assert [act[1] for act in hand.acts] == [EVENING, EVENING]
    assert all(isinstance(act, Rewatch) for act in hand.acts)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"dbtype": "movie", "dbid": "99"},
        {"dbtype": "movie", "dbid": "x"},
        {"dbtype": "tvshow", "dbid": "1", "when": "soon"},
    ],
)
def test_script__wrong(hand: Hand, asked: dict[str, str]) -> None:
    """What makes no sense is said once in the log, and nothing is kept."""
    hand.script(**asked)
    assert (len(hand.errors()), hand.acts) == (1, [])


def test_script__free(hand: Hand) -> None:
    """On a free plan a script is told that there is nothing to be had."""
    hand.account = hand.account._replace(plan="free")
    hand.script(dbtype="tvshow", dbid="1")
    assert (len(hand.errors()), hand.acts) == (1, [])


def test_run__switched_off(kodi: FakeKodi) -> None:
    """`action=rewatch` does nothing while rewatches are not tracked, and says so in the log."""
    script.run(["action=rewatch", "dbtype=movie", "dbid=1"])
    assert [level for level, _ in kodi.log] == [xbmc.LOGERROR]
    assert kodi.asked("JSONRPC.NotifyAll") == []
