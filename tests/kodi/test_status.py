"""The status: what it shows, and what a person can do there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import xbmc

from simkl_scrobbler.account import NOBODY, Account
from simkl_scrobbler.answer import Answer, Unreachable
from simkl_scrobbler.history import PARKED, SENT, WAITING, Outcome
from simkl_scrobbler.kodi import moment, trouble, ui
from simkl_scrobbler.kodi.asking import Asking
from simkl_scrobbler.kodi.match import Matcher
from simkl_scrobbler.kodi.menu import Option
from simkl_scrobbler.kodi.status import Status
from simkl_scrobbler.kodi.texts import Text
from simkl_scrobbler.media import Item, Movie, Removal
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.pauses import CLOCK, DISK, LIMIT, OFFLINE, Trouble
from simkl_scrobbler.sender import REFUSED
from simkl_scrobbler.simkl import API, Simkl
from tests.unit.builders import (
    EVENING,
    a_movie,
    a_rewatch,
    a_show,
    a_watch,
    an_episode,
    an_order,
)

from .fakes import BACK, QUIT, FakeKodi

HOUR = 3600
ROW = {"title": "Paper Lanterns", "year": 2003, "ids": {"simkl_id": 77}}


class Desk:
    """A status with everything around it; `answers` are Simkl's, one per search."""

    def __init__(self, kodi: FakeKodi, path: str) -> None:
        self.kodi = kodi
        self.now = EVENING + HOUR
        self.outbox = Outbox(path, clock=lambda: self.now)
        self.account = Account("token")
        self.told: list[str] = []
        self.diagnosed = self.sign_ins = 0
        self.private: list[Option] = []
        self.answers: list[Any] = []
        self.asked: list[tuple[str, str]] = []
        self._cut = threading.Event()
        matcher = Matcher(Asking(lambda: Simkl(self, API, "id", "1")), lambda: self.account)
        self._status = Status(
            self.outbox,
            lambda: self.account,
            matcher.find,
            self.told.append,
            self._diagnose,
            self._sign_in,
            lambda: self.private,
        )

    def _sign_in(self) -> None:
        self.sign_ins += 1

    def private_end(self) -> None:
        self.private = []

    def _diagnose(self) -> None:
        self.diagnosed += 1

    def send(self, method: str, url: str, params: dict[str, str], *_: Any) -> Answer:
        self.asked.append((url.rpartition("/")[2], params["q"]))
        answer = self.answers.pop(0)
        if answer == "hang":
            self._cut.wait(10)
            raise Unreachable("cut")
        if isinstance(answer, Answer):
            return answer
        return Answer(200, json.dumps(answer).encode())

    def cut(self) -> None:
        self._cut.set()

    def close(self) -> None: ...

    def open(self, *plan: str) -> None:
        """The person does all this, and then goes back out."""
        self.kodi.plan = list(plan)
        self._status.show()
        assert self.kodi.plan == []

    def put(self, item: Item, state: str = WAITING, reason: str = "", at: int = EVENING) -> None:
        self.outbox.add(a_watch(item, at))
        if state != WAITING:
            self.outbox.settle([Outcome(self.outbox.due()[-1], state, reason)])

    @property
    def top(self) -> dict[str, str]:
        """The first screen: each line with what is said of it."""
        return dict(zip(self.kodi.shown[0].labels, self.kodi.shown[0].details))


@pytest.fixture
def desk(kodi: FakeKodi, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield Desk(kodi, str(tmp_path / "outbox.db"))
    monkeypatch.undo()
    time.tzset()


def test_top__nothing(desk: Desk) -> None:
    """With nothing at all the status says so, and Back ends it."""
    desk.open()
    assert desk.top == {
        "Signed in": "",
        "Waiting: 0": "All that you watched has been sent.",
        "Needs attention: 0": "What Simkl did not take, and what you can do.",
        "Sent lately: 0": "What has reached your Simkl history in the last 90 days.",
        "Send now": "Sends at once what still waits.",
        "Copy diagnosis": "For a report of a problem; no sign-in, key or paths.",
    }
    assert len(desk.kodi.shown) == 1


def test_top__private(desk: Desk) -> None:
    """Private mode stands first, and is ended there."""
    desk.private = [Option("Private mode until 22:00", "", desk.private_end)]
    desk.open("Private")
    assert desk.kodi.shown[0].labels[:2] == ["Private mode until 22:00", "Signed in"]
    assert desk.kodi.shown[1].labels[0] == "Signed in"


def test_top__counts(desk: Desk) -> None:
    """Each state has its number."""
    for number, state in enumerate([SENT, PARKED, PARKED, WAITING, WAITING, WAITING]):
        desk.put(a_movie(number), state)
    desk.open()
    assert list(desk.top)[1:4] == ["Waiting: 3", "Needs attention: 2", "Sent lately: 1"]


def test_account__name_and_plan(desk: Desk) -> None:
    """One sees as whom one is signed in, and with which plan."""
    desk.account = Account("token", name="mira", plan="pro")
    desk.open()
    assert list(desk.top.items())[0] == ("Signed in as mira", "Simkl plan: PRO")


def test_account__none(desk: Desk) -> None:
    """Signed out, one hears that everything is kept; the line leads to the sign-in."""
    desk.account = NOBODY
    desk.put(a_movie())
    desk.open("Not signed in")
    assert desk.top["Not signed in"] == "What you watch is kept until you sign in."
    assert desk.top["Waiting: 1"] == "Not signed in"
    assert desk.sign_ins == 1


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (OFFLINE, "Simkl cannot be reached, since 14.11.2023 23:13."),
        (LIMIT, "Simkl asks to wait until 15.11.2023 00:13."),
        (REFUSED, "Simkl no longer accepts your sign-in, since 14.11.2023 23:13."),
        (DISK, "The list cannot be written, since 14.11.2023 23:13: is the disk full?"),
        (
            CLOCK,
            "The clock of this device is wrong, since 14.11.2023 23:13."
            " Nothing is sent until it is set.",
        ),
        ("unheard of", "Being sent"),
        (None, "Being sent"),
    ],
)
def test_waiting__why(desk: Desk, kind: str | None, why: str) -> None:
    """What waits has a reason, with the moment on the person's clock."""
    desk.put(a_movie())
    trouble.tell(Trouble(kind, EVENING, EVENING + HOUR) if kind else None)
    desk.open()
    assert desk.top["Waiting: 1"] == why


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "5",
        "{}",
        '{"kind": 1, "since": "x", "until": 0}',
        '{"kind": "offline", "since": NaN, "until": 0}',
        '{"kind": "offline", "since": 0, "until": Infinity}',
        "[" * 50_000,
    ],
)
def test_waiting__somebody_else_wrote_there(desk: Desk, text: str) -> None:
    """The property of a window is anybody's: what is not ours is no trouble."""
    desk.kodi.window["service.simkl.trouble"] = text
    assert trouble.told() is None


def test_moment__of_today(desk: Desk) -> None:
    """Of what is of today one reads the time alone."""
    desk.put(a_movie())
    now = time.time()
    trouble.tell(Trouble(OFFLINE, now))
    desk.open()
    clock = time.strftime("%H:%M", time.localtime(now))
    assert desk.top["Waiting: 1"] == f"Simkl cannot be reached, since {clock}."


@pytest.mark.parametrize(
    ("region", "clock"),
    [
        ("%H:%M:%S", "23:13"),
        ("%H%H:%M:%S", "23:13"),
        ("%I:%M:%S %p", "11:13 PM"),
        ("%I%I:%M:%S %p", "11:13 PM"),
        ("%H.%M:%S", "23.13"),
    ],
)
def test_moment__as_the_region_writes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, region: str, clock: str
) -> None:
    """Moments look as everywhere in Kodi, without the seconds."""
    formats = {"time": region, "dateshort": "%m/%d/%Y"}
    monkeypatch.setattr(xbmc, "getRegion", formats.__getitem__)
    assert moment.shown(EVENING) == f"11/14/2023 {clock}"


def test_lists__what_they_say(desk: Desk) -> None:
    """Titles come with season and number, and the moments of watching and confirming."""
    desk.put(an_episode(4), SENT)
    desk.put(a_movie(2), PARKED, "unknown movie")
    desk.put(a_movie(3))
    desk.open("Waiting", BACK, "Needs", BACK, "Sent")
    waiting, parked, sent = (desk.kodi.shown[at] for at in (1, 3, 5))
    assert waiting == ("Waiting: 1", ["Harbour Lights (2019)"], ["Watched 14.11.2023 23:13"])
    assert parked == (
        "Needs attention: 1",
        ["Harbour Lights (2019)"],
        ["Simkl does not know this film. Watched 14.11.2023 23:13"],
    )
    assert sent == (
        "Sent lately: 1",
        ["Night Ferry S01E04"],
        ["Watched 14.11.2023 23:13, confirmed 15.11.2023 00:13"],
    )


def test_lists__what_they_say_of_rewatches(desk: Desk) -> None:
    """What was wanted of a rewatch, what became of it, and never 1970."""
    again = (a_rewatch(an_episode(1)), a_rewatch(an_episode(2), at=1), a_rewatch(an_episode(3)))
    desk.outbox.add(*again, an_order(), an_order("closed", 31007))
    one, two, three, four, _ = desk.outbox.due()
    desk.outbox.settle(
        [Outcome(one, SENT), Outcome(two, SENT), Outcome(three, SENT, "no rewatch")]
        + [Outcome(four, PARKED, "unknown show")]
    )
    desk.open("Waiting", BACK, "Needs", BACK, "Sent")
    waiting, parked, sent = (desk.kodi.shown[at] for at in (1, 3, 5))
    when = "14.11.2023 23:13"
    assert waiting[1:] == (["Night Ferry (2021)"], [f"End of the rewatch wanted {when}"])
    assert parked[1:] == (
        ["Night Ferry (2021)"],
        [f"Simkl does not know this series. Rewatch wanted {when}"],
    )
    assert list(zip(*sent[1:])) == [
        ("Night Ferry S01E03", f"Watched again {when}. Simkl recorded no rewatch of it."),
        ("Night Ferry S01E02", "Watched, date unknown, confirmed 15.11.2023 00:13"),
        ("Night Ferry S01E01", f"Watched again {when}, confirmed 15.11.2023 00:13"),
    ]


@pytest.mark.parametrize("plan", [[], ["Needs"], ["Needs", "Night Ferry"]])
def test_status__kodi_quits(desk: Desk, plan: list[str]) -> None:
    """When Kodi quits under any of the lists, nothing is done, and none follows."""
    desk.outbox.add(an_order(at=EVENING))
    desk.outbox.settle([Outcome(desk.outbox.due()[0], PARKED, "unknown show")])
    desk.open(*plan, QUIT)
    assert desk.outbox.counts()[PARKED] == 1
    assert len(desk.kodi.shown) == len(plan) + 1


def test_order__search_try_again_and_forget(desk: Desk) -> None:
    """With what needs attention of a session all can be done that can be done with a watch."""
    for at in range(3):
        desk.outbox.add(an_order(at=EVENING + at))
        desk.outbox.settle([Outcome(desk.outbox.due()[-1], PARKED, "unknown show")])
    desk.open("Needs", "Night Ferry", "Forget", "yes")
    assert desk.outbox.counts()[PARKED] == 2
    desk.open("Needs", "Night Ferry", "Try again")
    assert len(desk.outbox.due()) == 1
    desk.answers = [[ROW], []]
    desk.open("Needs", "Night Ferry", "Search", "x", "Paper Lanterns (2003)")
    assert {entry.act.item.ids.simkl for entry in desk.outbox.due()} == {77}
    assert desk.outbox.counts()[PARKED] == 0


def test_lists__longer_than_a_line(desk: Desk) -> None:
    """The number of an episode stays in sight; who chooses the line reads all of it."""
    title = "The Lord of the Rings: The Rings of Power"
    desk.put(a_movie()._replace(title=title, year=0), SENT)
    desk.put(an_episode(12, show=a_show(title)))
    desk.open("Waiting", "The Lord", BACK, "Sent")
    assert desk.kodi.shown[1].labels == ["The Lord of the Rings: The Rin… S01E12"]
    assert desk.kodi.said == [f"{title} S01E12[CR]Watched 14.11.2023 23:13"]
    assert desk.kodi.shown[-2].labels == [title]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("unknown movie", "Simkl does not know this film."),
        ("unknown show", "Simkl does not know this series."),
        ("unknown episode", "Simkl knows the series, but not this episode."),
        ("unreadable", "The saved entry cannot be read."),
        ("400 empty_field", "Refused: 400 empty_field."),
        ("special of an anime", "An anime special without its own TVDB id"),
        ("no rewatches", "Simkl keeps rewatches for PRO and VIP accounts only"),
        ("not tracked", "Rewatches are not tracked"),
    ],
)
def test_parked__reason(desk: Desk, reason: str, sentence: str) -> None:
    """Each reason is a sentence."""
    desk.put(a_movie(), PARKED, reason)
    desk.open("Needs")
    assert desk.kodi.shown[1].details[0].startswith(sentence)


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("", "confirmed"),
        ("anime", "confirmed as anime"),
        ("anime ova", "confirmed as anime (OVA)"),
        ("anime music video", "confirmed as anime (music video)"),
    ],
)
def test_sent__what_simkl_took_it_for(desk: Desk, reason: str, how: str) -> None:
    """As far as Simkl says it, one reads what it was taken for."""
    desk.put(an_episode(), SENT, reason)
    desk.open("Sent")
    assert desk.kodi.shown[1].details == [f"Watched 14.11.2023 23:13, {how} 15.11.2023 00:13"]


def test_anime_special__by_its_number_or_not_at_all(desk: Desk) -> None:
    """Of a special that is not sent by its number the person says that it is right, or forgets it.

    Its title is known; another one would hold for all episodes of the show.
    """
    desk.put(an_episode(1, 0), PARKED, "special of an anime")
    desk.put(an_episode(2, 0), PARKED, "special of an anime")
    desk.open("Needs", "Night Ferry S00E01", "Send by its number", "Night", "Forget", "yes")
    assert desk.kodi.shown[2].labels == ["Send by its number", "Forget"]
    assert [(each.act.item, each.by_number) for each in desk.outbox.due()] == [
        (an_episode(1, 0), True)
    ]
    assert (desk.told, desk.outbox.counts()[PARKED]) == (["changed"], 0)


def test_pages__a_hundred_at_a_time(desk: Desk) -> None:
    """Of many entries the newest hundred are shown, and more when the person wants to."""
    for number in range(205):
        desk.put(a_movie(number), at=EVENING + number)
    desk.open("Waiting", "Show more", "Show more")
    first, second, third = (shown.labels for shown in desk.kodi.shown[1:4])
    assert (len(first), len(second), len(third)) == (101, 201, 205)
    assert desk.kodi.shown[1].details[-1] == "105 older ones"
    assert "Show more" not in third


def test_retry__at_once(desk: Desk) -> None:
    """Try again makes the entry wait, tells the service, and the list shows it."""
    desk.put(a_movie(1), PARKED, "unknown movie")
    desk.put(an_episode(), PARKED, "unknown show")
    desk.open("Needs", "Night Ferry", "Try again")
    assert [entry.act.item for entry in desk.outbox.due()] == [an_episode()]
    assert desk.told == ["changed"]
    assert desk.kodi.shown[-2].labels == ["Harbour Lights (2019)"]
    assert desk.kodi.shown[-1].labels[1:3] == ["Waiting: 1", "Needs attention: 1"]


@pytest.mark.parametrize(("answer", "left"), [("yes", 0), ("no", 1)])
def test_forget__asks_once(desk: Desk, answer: str, left: int) -> None:
    """What is forgotten is gone, after one question that Back and No answer alike."""
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.open("Needs", "Harbour", "Forget", answer)
    assert desk.kodi.said == ["Forget Harbour Lights (2019)? It will not reach your Simkl history."]
    assert desk.outbox.counts()[PARKED] == left


def test_forget__removal(desk: Desk) -> None:
    """To forget a removal is said to leave the history as it is, not to keep something from it."""
    desk.outbox.add(Removal(a_movie(), EVENING, "menu"))
    desk.outbox.settle([Outcome(desk.outbox.due()[0], PARKED, "unknown movie")])
    desk.open("Needs", "Harbour", "Forget", "yes")
    stays = "It will not be removed from your Simkl history."
    assert desk.kodi.shown[2].details[-1] == stays
    assert desk.kodi.said == [f"Forget Harbour Lights (2019)? {stays}"]


def test_back__returns_one_level(desk: Desk) -> None:
    """From wherever one is, Back leads to the list one came from."""
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.open("Needs", "Harbour", "Search", BACK, BACK)
    assert [shown.heading for shown in desk.kodi.shown] == [
        "Simkl Scrobbler",
        "Needs attention: 1",
        "Harbour Lights (2019)",
        "Needs attention: 1",
        "Simkl Scrobbler",
    ]


def test_search__film(desk: Desk) -> None:
    """A film is searched for among films, from its title on; what is chosen waits, and the
    service is told."""
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.answers = [[ROW, {**ROW, "year": None}]]
    desk.open("Needs", "Harbour", "Search", "lanterns", "Paper Lanterns (2003)")
    assert desk.kodi.said[0] == "Search by title: Harbour Lights"
    assert desk.asked == [("movie", "lanterns")]
    results = next(shown for shown in desk.kodi.shown if shown.heading == "lanterns")
    assert results[1:] == (["Paper Lanterns (2003)", "Paper Lanterns"], ["Film", "Film"])
    [entry] = desk.outbox.due()
    assert entry.act.item.ids.simkl == 77
    assert desk.told == ["changed"]


def test_search__episode(desk: Desk) -> None:
    """An episode's series is searched for on television first, then among anime."""
    desk.put(an_episode(), PARKED, "unknown show")
    desk.answers = [[ROW], [{**ROW, "title": "Kaze", "ids": {"simkl_id": 78}}]]
    desk.open("Needs", "Night", "Search", "x", "Kaze")
    assert desk.kodi.said[0] == "Search by title: Night Ferry"
    assert [kind for kind, _ in desk.asked] == ["tv", "anime"]
    assert desk.kodi.shown[3].details == ["Series", "Anime"]
    assert desk.outbox.due()[0].act.item.show.ids.simkl == 78


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([], "Simkl found nothing for x."),
        (Answer(503, b""), "Simkl is busy"),
        (Answer(429, b'{"error": "user_limit_exceeded"}'), "Simkl is busy"),
        (Answer(401, b'{"error": "invalid_token"}'), "Simkl does not accept your sign-in."),
        (Answer(400, b'{"error": "wrong_parameter"}'), "Simkl did not answer this search: 400"),
        (Answer(200, b"<html>"), "Simkl cannot be reached."),
    ],
)
def test_search__says_what_is_wrong(desk: Desk, answer: Any, sentence: str) -> None:
    """A search without a result ends in a sentence, and one can write something else."""
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.answers = [answer, [ROW]]
    desk.open("Needs", "Harbour", "Search", "x", "y", "Paper")
    assert [each for each in desk.kodi.said if each.startswith(sentence)]
    assert "Search by title: x" in desk.kodi.said
    assert len(desk.outbox.due()) == 1


def test_search__signed_out(desk: Desk) -> None:
    """Without an account nothing is asked, and the person hears why."""
    desk.account = NOBODY
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.open("Needs", "Harbour", "Search", "x")
    assert "Sign in first: Simkl only answers searches of its users." in desk.kodi.said
    assert desk.asked == []


def test_search__cancelled(desk: Desk) -> None:
    """A search that hangs is cut by Cancel, and nothing more is said of it."""
    desk.put(a_movie(), PARKED, "unknown movie")
    desk.answers = ["hang"]
    desk.open("Needs", "Harbour", "Search", "x", "cancel")
    assert not [each for each in desk.kodi.said if each.startswith("Simkl ")]
    assert desk.outbox.due() == []


def test_send_now__and_diagnosis(desk: Desk) -> None:
    """Both do what they say, and lead back."""
    desk.open("Send now", "Copy diagnosis")
    assert (desk.told, desk.diagnosed) == (["send_now"], 1)
    assert len(desk.kodi.shown) == 3


def test_unwritable__is_told(desk: Desk, tmp_path: Any) -> None:
    """When the outbox cannot be opened the person hears it."""
    (tmp_path / "outbox.db").mkdir()
    desk.open()
    assert desk.kodi.said == [
        "The list of what you watched cannot be opened: is the disk full, or read-only?"
    ]


def test_waiting__with_markup_in_its_title(desk: Desk) -> None:
    """A title with Kodi's markup in it colours nothing, and tells nothing of Kodi's own."""
    hostile = "[COLOR red]x[/COLOR][CR]$INFO[System.Date] [REC]"
    desk.put(Movie(hostile, 2007, a_movie().ids))
    desk.open("Waiting: 1")
    shown = [*desk.kodi.shown[1].labels, ui.text(Text.SENT_ONE, title=hostile)]
    for each in shown:
        assert "(COLOR red]x(/COLOR](CR]$INFO(System.Date] [REC]" in each
