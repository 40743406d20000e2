"""Marking by hand: what the context menu asks and keeps, and what scripts may ask for."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import xbmc

from simkl_scrobbler.kodi import log, moment, script, trouble
from simkl_scrobbler.kodi.library import SEASON, TVSHOW, Ref
from simkl_scrobbler.kodi.marking import Marking
from simkl_scrobbler.media import DATE_UNKNOWN, Act, Episode, Ids, Movie, Removal, Show, Watch
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.pauses import OFFLINE, Trouble
from simkl_scrobbler.sender import REFUSED
from tests.unit.builders import EVENING

from .fakes import BACK, QUIT, FakeKodi, Focused
from .shelf import Shelf, local

WATCHED, UNWATCHED = "mark_watched", "mark_unwatched"
MAY_3 = moment.of_day("2019-05-03")
FILM = Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))
NOW, LAST, RELEASE = "Now", "When Kodi last played", "On the day of its release"
FORGOTTEN, PICK = "I don't remember", "Pick a date"


class Hand:
    """A person at the context menu, or a script, and what came of it."""

    def __init__(self, kodi: FakeKodi, shelf: Shelf, path: Path) -> None:
        self.kodi, self.shelf, self.outbox = kodi, shelf, Outbox(str(path))
        self.told = 0
        self.marking = Marking(self.outbox, self._kept)

    def _kept(self) -> None:
        self.told += 1

    def menu(self, action: str, focused: Focused, *plan: str) -> None:
        """The person does all this, and nothing else is asked of them."""
        self.kodi.plan = list(plan)
        self.marking.by_menu(action, focused)
        assert self.kodi.plan == []

    def script(self, **asked: str) -> None:
        self.marking.by_script(asked.pop("action", WATCHED), asked)

    @property
    def acts(self) -> list[Act]:
        return [entry.act for entry in self.outbox.due()]

    @property
    def moments(self) -> list[int]:
        return [moment for _, moment, _ in self.acts]

    @property
    def choices(self) -> dict[str, str]:
        """What was offered first, each line with what is said of it."""
        return dict(zip(self.kodi.shown[0].labels, self.kodi.shown[0].details))

    def errors(self) -> list[str]:
        return [text for level, text in self.kodi.log if level == xbmc.LOGERROR]


@pytest.fixture
def hand(kodi: FakeKodi, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    monkeypatch.setattr("simkl_scrobbler.kodi.marking.time.time", lambda: EVENING + 0.9)
    log.install()
    return Hand(kodi, shelf, tmp_path / "outbox.db")


def focus(ref: Ref) -> Focused:
    return Focused(ref.kind, ref.dbid)


def season(show: int = 1, number: int = 1) -> Focused:
    return Focused(SEASON, show * 100 + number)


SHOW = Focused(TVSHOW, 1)


@pytest.mark.parametrize(
    ("choice", "utc"),
    [
        ([NOW], EVENING),
        ([LAST], EVENING - 86400),
        ([RELEASE], MAY_3),
        ([FORGOTTEN], DATE_UNKNOWN),
        ([PICK, "01/05/2021", "20:15"], moment.of_iso("2021-05-01T18:15:00Z")),
    ],
)
@pytest.mark.usefixtures("berlin")
def test_watched__film(hand: Hand, choice: list[str], utc: int) -> None:
    """A film is watched at the moment that was chosen, and the service is told."""
    film = hand.shelf.put_movie(lastplayed=local(EVENING - 86400))
    hand.menu(WATCHED, focus(film), *choice)
    assert hand.acts == [Watch(FILM, utc, "menu")]
    assert hand.told == 1
    assert hand.kodi.shown[0].heading == "Harbour Lights (2019)"


@pytest.mark.usefixtures("berlin")
def test_watched__what_each_choice_means(hand: Hand) -> None:
    """Each choice says which moment it is."""
    film = hand.shelf.put_movie(lastplayed="2021-07-01 20:15:00")
    hand.menu(WATCHED, focus(film), BACK)
    assert list(hand.choices.items())[:4] == [
        ("Now", "14.11.2023 23:13"),
        ("When Kodi last played it", "01.07.2021 20:15"),
        ("On the day of its release", "03.05.2019"),
        ("I don't remember", "Simkl then shows it as watched, without a date."),
    ]


def test_watched__nothing_is_known_of_it(hand: Hand) -> None:
    """What Kodi does not know is not offered."""
    film = hand.shelf.put_movie(premiered="", lastplayed="")
    hand.menu(WATCHED, focus(film), BACK)
    assert [line.split()[0] for line in hand.choices] == ["Now", "I", "Pick"]


def test_watched__episode(hand: Hand) -> None:
    """An episode is watched on the day on which it was aired."""
    episode = hand.shelf.put_episode(7, season=2)
    hand.menu(WATCHED, focus(episode), RELEASE)
    [act] = hand.acts
    assert (act.item.season, act.item.number, act.item.tvdb) == (2, 7, 0)
    assert hand.moments == [moment.of_day("2021-03-02")]


def test_watched__special(hand: Hand) -> None:
    """A special goes with its own tvdb id."""
    hand.menu(WATCHED, focus(hand.shelf.put_episode(9, season=0, number=3)), NOW)
    [act] = hand.acts
    assert (act.item.season, act.item.number, act.item.tvdb) == (0, 3, 9100009)


def test_watched__released_after_now(hand: Hand) -> None:
    """What is not out yet, as far as Kodi knows, was seen now."""
    hand.menu(WATCHED, focus(hand.shelf.put_movie(premiered="2099-01-01")), RELEASE)
    assert hand.moments == [EVENING]


def test_watched__played_by_a_clock_that_was_ahead(hand: Hand) -> None:
    """Nothing was watched in the future, whatever Kodi has noted."""
    refs = [hand.shelf.put_episode(dbid, lastplayed=local(EVENING + 86400)) for dbid in (1, 2)]
    hand.menu(WATCHED, focus(refs[0]), LAST)
    hand.menu(WATCHED, SHOW, FORGOTTEN)
    assert set(hand.moments) == {EVENING}


def test_watched__twice_in_the_library(hand: Hand) -> None:
    """An episode of which the library has two files is one, with the moment at which it was
    watched."""
    hand.shelf.put_episode(1)
    hand.shelf.put_episode(2, number=7)
    hand.shelf.put_episode(3, number=7, lastplayed=local(EVENING - 9))
    hand.shelf.put_episode(4, number=7)
    hand.menu(WATCHED, SHOW, NOW)
    assert [act.item.number for act in hand.acts] == [1, 7]
    assert hand.moments == [EVENING, EVENING - 9]
    assert hand.kodi.shown[0].heading == "Night Ferry: 2 episodes"


def test_watched__season(hand: Hand) -> None:
    """A season is its episodes, named one by one, and no others."""
    for dbid in (1, 2, 3):
        hand.shelf.put_episode(dbid, season=1)
    hand.shelf.put_episode(4, season=2)
    hand.menu(WATCHED, season(), NOW)
    assert [(act.item.season, act.item.number) for act in hand.acts] == [(1, 1), (1, 2), (1, 3)]
    assert hand.kodi.shown[0].heading == "Night Ferry: 3 episodes"
    assert hand.told == 1


def test_watched__specials_of_a_show(hand: Hand) -> None:
    """The season of the specials is a season, too."""
    for dbid in (1, 2):
        hand.shelf.put_episode(dbid, season=0)
    hand.shelf.put_episode(3, season=1)
    hand.menu(WATCHED, season(number=0), NOW)
    assert [act.item.tvdb for act in hand.acts] == [9100001, 9100002]


def test_watched__show(hand: Hand) -> None:
    """A show is its episodes; those that Kodi has as watched keep their own moment."""
    for dbid in range(1, 11):
        played = local(EVENING - dbid) if dbid % 2 else ""
        hand.shelf.put_episode(dbid, season=1 + dbid // 6, lastplayed=played)
    hand.menu(WATCHED, SHOW, NOW)
    assert len({act.item for act in hand.acts}) == 10
    own = {act.item.number: moment for act, moment in zip(hand.acts, hand.moments)}
    assert own == {n: EVENING - n if n % 2 else EVENING for n in range(1, 11)}


@pytest.mark.parametrize(
    "path",
    [
        "videodb://tvshows/titles/1/-1/?tvshowid=1",
        "videodb://tvshows/genres/4/1/-1/?genreid=4&tvshowid=1&xsp=x",
    ],
)
def test_watched__all_seasons(hand: Hand, path: str) -> None:
    """Kodi's line "All seasons", which calls itself a season, means the whole show."""
    hand.shelf.put_episode(1, season=0)
    hand.shelf.put_episode(2, season=2)
    hand.shelf.put_episode(3, show=2)
    hand.menu(WATCHED, Focused(SEASON, 7, path=path), NOW)
    assert [(act.item.season, act.item.number) for act in hand.acts] == [(0, 1), (2, 2)]


@pytest.mark.parametrize(
    ("choice", "moments"),
    [
        (LAST, [EVENING - 9, DATE_UNKNOWN, DATE_UNKNOWN]),
        (RELEASE, [EVENING - 9, moment.of_day("2021-03-02"), DATE_UNKNOWN]),
        (FORGOTTEN, [EVENING - 9, DATE_UNKNOWN, DATE_UNKNOWN]),
    ],
)
def test_watched__each_at_its_own(hand: Hand, choice: str, moments: list[int]) -> None:
    """Of several each has its own moment; without one, it is that which nobody knows."""
    hand.shelf.put_episode(1, lastplayed=local(EVENING - 9))
    hand.shelf.put_episode(2)
    hand.shelf.put_episode(3, firstaired="")
    hand.menu(WATCHED, SHOW, choice)
    assert hand.moments == moments


def test_watched__again_although_it_was(hand: Hand) -> None:
    """A single episode that Kodi has as watched is watched when the person says so."""
    hand.menu(WATCHED, focus(hand.shelf.put_episode(1, lastplayed=local(EVENING - 9))), NOW)
    assert hand.moments == [EVENING]


@pytest.mark.parametrize(
    ("number", "answers", "kept"),
    [(20, [], 20), (21, ["yes"], 21), (21, ["no"], 0), (120, ["yes"], 120)],
)
def test_watched__many(hand: Hand, number: int, answers: list[str], kept: int) -> None:
    """Before more than 20 episodes the count is asked, once."""
    for dbid in range(1, number + 1):
        hand.shelf.put_episode(dbid)
    hand.menu(WATCHED, SHOW, NOW, *answers)
    assert len(hand.acts) == kept
    questions = [f"Mark {number} episodes as watched on Simkl?"] if answers else []
    assert hand.kodi.said == questions
    assert hand.told == (1 if kept else 0)


@pytest.mark.parametrize("plan", [[BACK], [QUIT], [PICK, BACK], [PICK, "01/05/2021", BACK]])
def test_watched__left(hand: Hand, plan: list[str]) -> None:
    """Who leaves any of the dialogs has marked nothing."""
    hand.menu(WATCHED, focus(hand.shelf.put_movie()), *plan)
    assert (hand.acts, hand.told) == ([], 0)


def test_watched__picked_in_the_future(hand: Hand) -> None:
    """What is still to come was not watched, and the person hears so."""
    hand.menu(WATCHED, focus(hand.shelf.put_movie()), PICK, "24/12/2099", "20:15")
    assert hand.kodi.said[-1] == "This is still to come. Nothing was marked."
    assert (hand.acts, hand.told) == ([], 0)


FERRY = Show("Night Ferry", 0, Ids(tmdb=920002, tvdb=910002))


@pytest.mark.parametrize(
    ("focused", "item"),
    [
        (Focused("movie", Title="Kite", ids={"imdb": "tt9000005"}), ("Kite", 0, "tt9000005")),
        (Focused("movie", Title="Kite", Year=2020), ("Kite", 2020, "")),
        (Focused("", Title="Kite", ids={"imdb": "tt9000005"}), ("Kite", 0, "tt9000005")),
        (Focused("movie", Title="Caf\udce9", Year=2020), ("Caf?", 2020, "")),
    ],
)
def test_outside__film(hand: Hand, focused: Focused, item: tuple[str, int, str]) -> None:
    """A film of another add-on's list is known by its ids, or by title and year."""
    hand.menu(WATCHED, focused, NOW)
    [act] = hand.acts
    assert isinstance(act.item, Movie)
    assert (act.item.title, act.item.year, act.item.ids.imdb) == item
    assert hand.shelf.calls == 0


@pytest.mark.parametrize("kind", ["episode", ""])
def test_outside__episode(hand: Hand, kind: str) -> None:
    """An episode of another add-on's list is known by its show; its own ids are left alone."""
    ids = {"imdb": "tt9100022", "tvdb": "5", "tvshow.tmdb": "920002", "tvshow.tvdb": "910002"}
    told: dict[str, Any] = {"TVShowTitle": "Night Ferry", "Season": 1, "Episode": 2, "ids": ids}
    hand.menu(WATCHED, Focused(kind, Title="Fog", **told), NOW)
    assert [act.item for act in hand.acts] == [Episode(FERRY, 1, 2)]


@pytest.mark.usefixtures("berlin")
def test_outside__moments(hand: Hand) -> None:
    """What the list knows of release and last playing is offered there, too."""
    played, released = "2021-07-01T20:15:00+02:00", "2019-05-03"
    told = {"LastPlayedAsW3C": played, "PremieredAsW3C": released, "Title": "Kite", "Year": 2020}
    hand.menu(WATCHED, Focused("movie", **told), BACK)
    assert hand.choices["When Kodi last played it"] == "01.07.2021 20:15"
    assert hand.choices["On the day of its release"] == "03.05.2019"


@pytest.mark.parametrize("action", [WATCHED, UNWATCHED])
@pytest.mark.parametrize(
    "focused",
    [
        Focused(),
        Focused("movie"),
        Focused("movie", Title="Kite"),
        Focused("movie", Year=2020),
        Focused("", Title="Kite", Year=2020),
        Focused("movie", Title="Kite", ids={"imdb": "nonsense", "tmdb": "-4"}),
        Focused("musicvideo", 3, Title="Kite", ids={"imdb": "tt9000005"}),
        Focused("set", 3, Title="Kite", Year=2020, ids={"tmdb": "5"}),
        Focused("episode", TVShowTitle="Night Ferry", Season=1),
        Focused("episode", TVShowTitle="Night Ferry", Episode=2),
        Focused("episode", Season=1, Episode=2, ids={"tvshow.tvdb": "910002"}),
        Focused("", TVShowTitle="Night Ferry", Title="Night Ferry", ids={"tmdb": "920002"}),
        Focused("movie", 77),
        Focused("episode", 77),
    ],
)
def test_nothing_to_mark__is_said(hand: Hand, action: str, focused: Focused) -> None:
    """What Simkl could not know gets a sentence, not silence."""
    hand.menu(action, focused)
    assert len(hand.kodi.said) == 1
    assert hand.kodi.said[0].startswith("Kodi does not say which film or episode this is")
    assert (hand.acts, hand.told, hand.kodi.shown) == ([], 0, [])


@pytest.mark.parametrize("action", [WATCHED, UNWATCHED])
@pytest.mark.parametrize(
    "focused",
    [
        season(),
        SHOW,
        Focused(SEASON, TVShowTitle="Night Ferry", Season=1),
        Focused(TVSHOW, Title="Night Ferry", Year=2021, ids={"tvdb": "910002"}),
        Focused(TVSHOW, Title="Night Ferry", TVShowTitle="Night Ferry", Season=3, Episode=24),
        Focused(SEASON, TVShowTitle="Night Ferry", Season=3, Episode=8),
    ],
)
def test_no_episodes__is_said(hand: Hand, action: str, focused: Focused) -> None:
    """A show or a season without episodes is never sent as such; how many it has is no number."""
    hand.menu(action, focused)
    assert len(hand.kodi.said) == 1
    assert hand.kodi.said[0].startswith("Kodi knows no episodes of this.")
    assert (hand.acts, hand.told, hand.kodi.shown) == ([], 0, [])


@pytest.mark.parametrize(("answer", "kept"), [("yes", 1), ("no", 0), (BACK, 0)])
def test_unwatched__film(hand: Hand, answer: str, kept: int) -> None:
    """Before a film leaves the history one hears that its rating goes, too."""
    hand.menu(UNWATCHED, focus(hand.shelf.put_movie()), answer)
    assert hand.kodi.said == [
        "Remove Harbour Lights (2019) from your Simkl history? "
        "Your rating of it on Simkl is removed, too."
    ]
    assert hand.acts == [Removal(FILM, EVENING, "menu")] * kept
    assert hand.told == kept


def test_unwatched__episode(hand: Hand) -> None:
    """An episode has no rating that could go."""
    hand.menu(UNWATCHED, focus(hand.shelf.put_episode(7)), "yes")
    assert hand.kodi.said == ["Remove Night Ferry S01E07 from your Simkl history?"]
    assert hand.moments == [EVENING]


@pytest.mark.parametrize("focused", [SHOW, season()])
def test_unwatched__as_episodes(hand: Hand, focused: Focused) -> None:
    """A show or a season leaves the history as its episodes only, after one question."""
    for dbid in range(1, 31):
        hand.shelf.put_episode(dbid)
    hand.menu(UNWATCHED, focused, "yes")
    assert [act.item.number for act in hand.acts] == list(range(1, 31))
    assert all(isinstance(act, Removal) for act in hand.acts)
    assert len(hand.kodi.said) == 1


def test_order__the_last_word(hand: Hand) -> None:
    """Mark, un-mark and mark of the same episode wait in this order."""
    episode = focus(hand.shelf.put_episode(1))
    hand.menu(WATCHED, episode, FORGOTTEN)
    hand.menu(UNWATCHED, episode, "yes")
    hand.menu(WATCHED, episode, NOW)
    assert [type(act) for act in hand.acts] == [Watch, Removal, Watch]


@pytest.mark.parametrize("action", [WATCHED, UNWATCHED])
def test_unwritable__is_said(hand: Hand, tmp_path: Path, action: str) -> None:
    """What the disk does not take is said at once, in the menu and to a script's person."""
    (tmp_path / "outbox.db").mkdir()
    film = hand.shelf.put_movie()
    hand.menu(action, focus(film), NOW if action == WATCHED else "yes")
    hand.script(action=action, dbtype="movie", dbid="1")
    assert [toast.message for toast in hand.kodi.toasts] == [
        "This could not be saved: is the disk full? Nothing was marked."
    ] * 2
    assert (hand.told, len(hand.errors())) == (0, 2)


@pytest.mark.parametrize(
    ("when", "utc"),
    [
        ("now", EVENING),
        ("last_played", EVENING - 9),
        ("release", MAY_3),
        ("unknown", DATE_UNKNOWN),
        ("2021-05-01T20:15:00Z", moment.of_iso("2021-05-01T20:15:00Z")),
        (None, EVENING),
    ],
)
def test_script__film(hand: Hand, when: str | None, utc: int) -> None:
    """A script marks without any dialog, now if it does not say when."""
    hand.shelf.put_movie(lastplayed=local(EVENING - 9))
    hand.script(dbtype="movie", dbid="1", **({"when": when} if when else {}))
    assert hand.acts == [Watch(FILM, utc, "menu")]
    assert (hand.told, hand.kodi.shown, hand.kodi.said, hand.errors()) == (1, [], [], [])


@pytest.mark.parametrize(
    ("kind", "dbid", "kept"), [("episode", 3, 1), ("season", 101, 60), ("tvshow", 1, 90)]
)
@pytest.mark.parametrize(("action", "act"), [(WATCHED, Watch), (UNWATCHED, Removal)])
def test_script__episodes(
    hand: Hand, action: str, act: type, kind: str, dbid: int, kept: int
) -> None:
    """However many episodes it means, a script asks nothing; they are named one by one."""
    for number in range(1, 91):
        hand.shelf.put_episode(number, season=1 + number // 61)
    hand.script(action=action, dbtype=kind, dbid=str(dbid))
    assert [type(each) for each in hand.acts] == [act] * kept
    assert len({each.item for each in hand.acts}) == kept
    assert (hand.kodi.shown, hand.kodi.said) == ([], [])


@pytest.mark.parametrize("action", [WATCHED, UNWATCHED])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"dbtype": "movie"},
        {"dbid": "1"},
        {"dbtype": "", "dbid": "1"},
        {"dbtype": "Movie", "dbid": "1"},
        {"dbtype": "musicvideo", "dbid": "1"},
        {"dbtype": "movie", "dbid": ""},
        {"dbtype": "movie", "dbid": "0"},
        {"dbtype": "movie", "dbid": "-1"},
        {"dbtype": "movie", "dbid": "1.0"},
        {"dbtype": "movie", "dbid": "1 "},
        {"dbtype": "movie", "dbid": "\u0661"},
        {"dbtype": "movie", "dbid": "true"},
        {"dbtype": "movie", "dbid": "9" * 20},
        {"dbtype": "movie", "dbid": "9" * 5000},
        {"dbtype": "movie", "dbid": "77"},
        {"dbtype": "episode", "dbid": "77"},
        {"dbtype": "season", "dbid": "777"},
        {"dbtype": "tvshow", "dbid": "77"},
    ],
    ids=lambda asked: str(asked)[:60],
)
def test_script__names_nothing(hand: Hand, action: str, asked: dict[str, str]) -> None:
    """Wrong arguments are one clear line in the log, and nothing else."""
    hand.shelf.put_movie()
    hand.script(action=action, **asked)
    [error] = hand.errors()
    assert error.startswith(f"[service.simkl] {action}: ")
    assert len(hand.kodi.log) <= 2
    assert (hand.acts, hand.told, hand.kodi.toasts, hand.kodi.said) == ([], 0, [], [])


@pytest.mark.parametrize(
    "when",
    [
        "",
        "NOW",
        "yesterday",
        "1700000000",
        "2021-05-01",
        "2021-05-01T20:15:00",
        "2021-02-30T20:15:00Z",
        "1969-05-01T20:15:00Z",
        "2099-05-01T20:15:00Z",
    ],
)
def test_script__at_no_moment(hand: Hand, when: str) -> None:
    """A moment that is none, or still to come, is one line in the log, and nothing is marked."""
    hand.shelf.put_movie()
    hand.script(dbtype="movie", dbid="1", when=when)
    assert len(hand.errors()) == 1
    assert (hand.acts, hand.told) == ([], 0)


class Clicked:
    """default.py, run by the context menu on a film of the library."""

    def __init__(self, kodi: FakeKodi, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kodi = kodi
        kodi.profile.mkdir()
        kodi.answers["JSONRPC.NotifyAll"] = {"result": "OK"}
        film = focus(shelf.put_movie())
        monkeypatch.setattr(sys, "listitem", film, raising=False)

    def sign_in(self) -> None:
        account = json.dumps({"access_token": "token", "generation": "v1"})
        (self.kodi.profile / "account.json").write_text(account, encoding="utf-8")

    @property
    def waiting(self) -> list[Act]:
        outbox = Outbox(str(self.kodi.profile / "outbox.db"))
        return [entry.act for entry in outbox.due()]


@pytest.fixture
def clicked(kodi: FakeKodi, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Clicked:
    return Clicked(kodi, shelf, monkeypatch)


CHANGED = [{"sender": "service.simkl", "message": "changed"}]


def test_click__the_service_answers(clicked: Clicked) -> None:
    """The click keeps and tells the service; the toast is the service's, when Simkl has
    answered."""
    clicked.sign_in()
    clicked.kodi.plan = [FORGOTTEN]
    script.run(["action=mark_watched"])
    assert clicked.waiting == [Watch(FILM, DATE_UNKNOWN, "menu")]
    assert clicked.kodi.asked("JSONRPC.NotifyAll") == CHANGED
    assert clicked.kodi.toasts == []


@pytest.mark.parametrize(
    ("signed_in", "kind", "until"),
    [
        (False, OFFLINE, "you have signed in to Simkl"),
        (True, OFFLINE, "Simkl can be reached"),
        (True, REFUSED, "you have signed in to Simkl"),
    ],
)
def test_click__no_answer_can_come_soon(
    clicked: Clicked, signed_in: bool, kind: str, until: str
) -> None:
    """Who is signed out, no longer let in, or offline hears at once that the mark is kept."""
    if signed_in:
        clicked.sign_in()
    trouble.tell(Trouble(kind, time.time()))
    clicked.kodi.plan = ["yes"]
    script.run(["action=mark_unwatched"])
    assert [type(act) for act in clicked.waiting] == [Removal]
    assert [toast.message for toast in clicked.kodi.toasts] == [f"Kept until {until}"]


def test_click__left(clicked: Clicked) -> None:
    """Who leaves the menu hears nothing, and the service is not woken."""
    script.run(["action=mark_watched"])
    assert (clicked.waiting, clicked.kodi.toasts) == ([], [])
    assert clicked.kodi.asked("JSONRPC.NotifyAll") == []


def test_run__an_item_is_named(clicked: Clicked) -> None:
    """With an item named nothing is asked or shown, whatever has the focus, signed in or not."""
    script.run(["action=mark_watched", "dbtype=movie", "dbid=1", "when=unknown"])
    assert clicked.waiting == [Watch(FILM, DATE_UNKNOWN, "menu")]
    assert clicked.kodi.asked("JSONRPC.NotifyAll") == CHANGED
    assert (clicked.kodi.toasts, clicked.kodi.shown, clicked.kodi.said) == ([], [], [])


def test_run__no_item_at_all(clicked: Clicked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an item, named or focused, there is one line in the log and no dialog."""
    monkeypatch.delattr(sys, "listitem")
    script.run(["action=mark_watched"])
    assert [level for level, _ in clicked.kodi.log] == [xbmc.LOGERROR]
    assert (clicked.waiting, clicked.kodi.shown, clicked.kodi.said) == ([], [], [])
