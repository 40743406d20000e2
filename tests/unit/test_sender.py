"""The delivery loop against a wire that answers what the test says, on a clock that is a number."""

from __future__ import annotations

import itertools
import json
import threading
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from simkl_scrobbler.account import NOBODY, Account, AccountFile
from simkl_scrobbler.answer import Answer, Broken, Rejected, SimklError, Unreachable
from simkl_scrobbler.history import PARKED, SENT, WAITING
from simkl_scrobbler.log import LOG
from simkl_scrobbler.media import Movie
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.pauses import DISK, LIMIT, OFFLINE, Trouble
from simkl_scrobbler.sender import (
    BETWEEN_POSTS,
    REFUSED,
    REMOVED,
    TROUBLE,
    Report,
    Sender,
)
from simkl_scrobbler.simkl import API, Simkl

from .builders import EVENING, a_movie, a_removal, a_watch, an_episode

FINE = Answer(201, b'{"added": {}, "deleted": {}, "not_found": {}}')


def signed_in(folder: Path) -> AccountFile:
    accounts = AccountFile(str(folder / "account.json"))
    accounts.save(Account("token"))
    return accounts


def error(status: int, word: str, retry_after: str = "") -> Answer:
    return Answer(status, json.dumps({"error": word, "code": status}).encode(), retry_after)


class FakeSimkl:
    """Answers in turn what it was given, then always FINE.

    `refuses` are titles, or episodes as 1x02, that it rejects, `fails_on` those that are too much
    for it.
    """

    def __init__(self) -> None:
        self.answers: list[Answer | Exception] = []
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.tokens: list[str] = []
        self.client_ids: list[str] = []
        self.refuses: set[str] = set()
        self.fails_on: set[str] = set()
        self.is_cut = self.is_closed = False

    def send(
        self, method: str, url: str, params: Any, headers: dict[str, str], data: Any
    ) -> Answer:
        body = json.loads(data)
        self.bodies.append(body)
        self.paths.append(url[len(API) :])
        self.client_ids.append(params["client_id"])
        self.tokens.append(headers["Authorization"])
        answer = self.answers.pop(0) if self.answers else FINE
        if isinstance(answer, Exception):
            raise answer
        titles = {movie["title"] for movie in body.get("movies", [])} | _numbers(body)
        if titles & self.fails_on:
            return error(500, "internal")
        return error(400, "empty_field") if titles & self.refuses else answer

    def cut(self) -> None:
        self.is_cut = True

    def close(self) -> None:
        self.is_closed = True


def _numbers(body: dict[str, Any]) -> set[str]:
    """The episodes of a body, as in 1x02."""
    seasons = [season for show in body.get("shows", []) for season in show["seasons"]]
    return {
        f"{season['number']}x{episode['number']:02}"
        for season in seasons
        for episode in season["episodes"]
    }


class Post:
    """A sender with everything around it."""

    def __init__(self, path: Path) -> None:
        self.outbox = Outbox(str(path))
        self.simkl = FakeSimkl()
        self.accounts = AccountFile(str(path.with_name("account.json")))
        self.accounts.save(Account("token"))
        self.client_id = "id"
        self.reports: list[Report] = []
        self.now = 1000.0
        self.sender = Sender(
            self.outbox,
            lambda: Simkl(self.simkl, API, self.client_id, "1"),
            self.accounts,
            self.reports.append,
            monotonic=lambda: self.now,
        )
        self.now += BETWEEN_POSTS

    def add(self, *items: Any) -> Post:
        for item in items:
            self.outbox.add(a_watch(item))
        return self

    def deliver(self) -> float | None:
        """One round; the clock then goes on by what the sender wants to wait."""
        wait = self.sender.deliver()
        self.now += wait or 0.0
        return wait

    def drain(self, most: int = 500) -> list[float]:
        """Rounds until nothing is to be done; the waits between them."""
        waits = []
        for _ in range(most):
            wait = self.deliver()
            if wait is None:
                return waits
            waits.append(wait)
        raise AssertionError("the sender goes on for ever")

    @property
    def states(self) -> dict[str, int]:
        items: dict[str, int] = {}
        for report in self.reports:
            if report.state == TROUBLE:
                continue
            items[report.state] = items.get(report.state, 0) + len(report.items)
        return items


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path / "outbox.db")


def test_deliver__together(post: Post) -> None:
    """Movies and shows that wait go in one request, and are told of together."""
    post.add(a_movie(), an_episode(1), an_episode(2)).drain()
    (body,) = post.simkl.bodies
    assert (len(body["movies"]), len(body["shows"])) == (1, 1)
    assert post.reports == [Report(SENT, [a_movie(), an_episode(1), an_episode(2)])]
    assert post.outbox.due() == []


def test_deliver__nothing_to_do(post: Post) -> None:
    """With nothing waiting, or nobody signed in, nothing is asked until the sender is woken."""
    assert post.deliver() is None
    post.accounts.save(NOBODY)
    assert post.add(a_movie()).deliver() is None
    assert post.simkl.bodies == []


def test_deliver__pace(post: Post) -> None:
    """Between two requests lies more than a second, however many entries wait."""
    waits = post.add(*map(a_movie, range(120))).drain()
    assert len(post.simkl.bodies) == 3
    assert min(waits) > 1
    post.add(a_movie(999))
    assert post.deliver() == pytest.approx(BETWEEN_POSTS)


def test_deliver__new_entry_during_the_pace(post: Post) -> None:
    """A new entry does not hurry a request that would come too close to the last."""
    post.add(a_movie(1)).deliver()
    post.now -= 0.6
    assert post.add(a_movie(2)).deliver() == pytest.approx(0.6)
    assert len(post.simkl.bodies) == 1


def test_deliver__after_a_restart(post: Post) -> None:
    """A service that has just begun waits, too: the last request may be of the one before it."""
    sender = Sender(
        post.outbox,
        lambda: Simkl(post.simkl, API, post.client_id, "1"),
        post.accounts,
        post.reports.append,
        monotonic=lambda: post.now,
    )
    post.add(a_movie())
    assert sender.deliver() == pytest.approx(BETWEEN_POSTS)
    post.now += BETWEEN_POSTS
    sender.deliver()
    assert len(post.simkl.bodies) == 1


def test_deliver__hurried_over_and_over(post: Post) -> None:
    """Whoever asks for it all the time gets no more than a request a second."""
    post.add(*map(a_movie, range(120)))
    for _ in range(100):
        post.sender.wake(at_once=True)
        post.sender.deliver()
        post.now += 0.02
    assert len(post.simkl.bodies) == 2


def test_deliver__unknown_item(post: Post) -> None:
    """What Simkl does not know is parked and told, the rest is delivered."""
    echo = {"ids": {"imdb": "tt9000002"}, "title": "x"}
    unknown = json.dumps({"added": {}, "not_found": {"movies": [echo]}}).encode()
    post.simkl.answers = [Answer(201, unknown)]
    post.add(a_movie(1), a_movie(2)).drain()
    assert post.reports == [Report(SENT, [a_movie(1)]), Report(PARKED, [a_movie(2)])]


def test_deliver__stale_special(post: Post) -> None:
    """A special that its own id does not lead to is sent again by number, then delivered."""
    echo = {"ids": {"tvdb": 910002}, "seasons": [{"number": 0, "episodes": [{"number": 1}]}]}
    unknown = json.dumps({"added": {}, "not_found": {"episodes": [echo]}}).encode()
    post.simkl.answers = [Answer(201, unknown)]
    post.add(an_episode(1, season=0, tvdb=77)).drain()
    sent = [body["shows"][0]["seasons"][0]["episodes"][0] for body in post.simkl.bodies]
    assert ["ids" in episode for episode in sent] == [True, False]
    assert post.states == {SENT: 1}


@pytest.mark.parametrize("bad", [0, 17, 49])
def test_rejected__only_the_bad_one_is_parked(post: Post, bad: int) -> None:
    """One entry that Simkl rejects is found by halving, and parked alone."""
    movies = [Movie(f"m{number}", 2000, a_movie(number).ids) for number in range(50)]
    post.simkl.refuses = {f"m{bad}"}
    post.add(*movies).drain()
    assert post.states == {SENT: 49, PARKED: 1}
    assert [report.items for report in post.reports if report.state == PARKED] == [[movies[bad]]]


def test_unclear__asked_again_with_fewer(post: Post) -> None:
    """An unknown thing that is none of ours makes the sender ask about fewer at a time."""
    unclear = json.dumps({"added": {}, "not_found": {"movies": [{"ids": {"imdb": "tt1"}}]}})
    post.simkl.answers = [Answer(201, unclear.encode())] * 2
    post.add(a_movie(1), a_movie(2)).drain()
    assert post.states == {PARKED: 1, SENT: 1}


def _waits(post: Post, rounds: int) -> list[float]:
    return [wait for wait in (post.deliver() for _ in range(rounds)) if wait is not None]


def test_unreachable__backs_off(post: Post) -> None:
    """Without an answer the pauses double, to half an hour, and nothing is lost."""
    post.simkl.answers = [Unreachable("down")] * 20
    waits = _waits(post.add(a_movie()), 20)
    assert waits[0] <= 2
    assert 1350 <= waits[-1] <= 1800
    assert all(later > earlier for earlier, later in zip(waits[1:10], waits[2:11]))
    post.drain()
    assert post.states == {SENT: 1}


def test_unreachable__new_entry_tries_at_once(post: Post) -> None:
    """A new entry does not wait for a back-off that is running: the network may be back."""
    post.simkl.answers = [Unreachable("down")] * 10
    _waits(post.add(a_movie(1)), 10)
    post.now -= 300
    post.add(a_movie(2)).deliver()
    assert post.states == {SENT: 2}


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (error(429, "rate_limit", "40000"), [1.1]),
        (error(429, "user_limit_exceeded", "40000"), [40000, 40000]),
        (error(400, "RATE_LIMIT"), [3]),
        (error(412, "client_id_failed"), [60, 300, 1800, 1800]),
        (error(503, "", "30"), [30]),
    ],
)
def test_busy__waits_as_simkl_asks(post: Post, answer: Answer, waits: list[float]) -> None:
    """Each way of being busy is waited out in its own way, and kept by new entries."""
    post.simkl.answers = [answer] * len(waits)
    post.add(a_movie())
    assert _waits(post, len(waits)) == waits
    post.now -= 0.5
    post.add(a_movie(2))
    assert post.deliver() == 0.5
    post.drain()
    assert post.states == {SENT: 2}


def test_busy__lock_twice(post: Post) -> None:
    """A write lock is asked again once after seconds, then left to the back-off."""
    post.simkl.answers = [error(400, "rate_limit")] * 8
    waits = _waits(post.add(a_movie()), 8)
    assert waits[0] == 3
    assert waits[-1] > 90


def test_busy__woken_at_once(post: Post) -> None:
    """After a night asleep, or when the person asks, the pause is over."""
    post.simkl.answers = [error(429, "user_limit_exceeded", "40000")]
    post.add(a_movie()).deliver()
    post.now -= 39000
    post.sender.wake(at_once=True)
    post.drain()
    assert post.states == {SENT: 1}


@pytest.mark.parametrize("answer", [error(412, "client_id_failed"), error(401, "invalid_token")])
def test_application_key__put_right(post: Post, answer: Answer) -> None:
    """A key of the application that was wrong is replaced by the new one as soon as that is set."""
    post.simkl.answers = [answer]
    post.add(a_movie()).deliver()
    post.client_id = "right"
    post.accounts.save(Account("another"))
    post.sender.wake(at_once=True)
    post.drain()
    assert post.simkl.client_ids == ["id", "right"]
    assert post.states[SENT] == 1


def test_server_errors__back_off_together(post: Post) -> None:
    """Errors of the server that take turns are one trouble, and the pauses grow."""
    post.simkl.answers = [error(500, "internal"), error(502, ""), Answer(500, b"")] * 3
    waits = _waits(post.add(a_movie()), 9)
    assert waits[-1] > 100


def test_server_errors__in_turn_with_no_answer(post: Post) -> None:
    """A server that now fails and now does not answer is not asked every two seconds."""
    post.simkl.answers = [error(500, "internal"), Unreachable("down")] * 5
    waits = _waits(post.add(a_movie()), 10)
    assert waits[-1] > 100


def test_unreachable__after_a_night_asleep(post: Post) -> None:
    """After a night asleep the pauses are short again: the network needs a moment to come back."""
    post.simkl.answers = [Unreachable("down")] * 12
    _waits(post.add(a_movie()), 10)
    post.sender.wake(at_once=True)
    assert max(_waits(post, 2)) <= 4


def deliver_until(post: Post, sent: int) -> None:
    while post.states.get(SENT, 0) < sent:
        assert post.deliver() is not None


@pytest.mark.parametrize("bad", [0, 17, 49])
def test_server_errors__on_one_entry_only(post: Post, bad: int) -> None:
    """An entry on which the server fails each time holds up no other, and is parked in the end."""
    movies = [Movie(f"m{number}", 2000, a_movie(number).ids) for number in range(50)]
    post.simkl.fails_on = {f"m{bad}"}
    post.add(*movies)
    deliver_until(post, sent=49)
    for number in range(100, 105):
        post.add(a_movie(number))
        deliver_until(post, sent=number - 50)
    post.drain()
    assert post.states == {SENT: 54, PARKED: 1}
    assert post.outbox.reasons() == {"500 internal": 1}


def test_server_errors__on_the_only_entry(post: Post) -> None:
    """While there is nothing that the server takes, no entry is at fault: it waits."""
    post.simkl.answers = [error(500, "internal")] * 30
    post.add(a_movie(1), a_movie(2))
    _waits(post, 30)
    post.drain()
    assert post.states == {SENT: 2}


def test_server_errors__while_others_are_settled_without_it(post: Post) -> None:
    """What is parked without asking the server does not prove that it takes others."""
    special = an_episode()._replace(season=0, tvdb=0)
    post.outbox.remember_anime(special)
    post.simkl.answers = [error(500, "internal")] * 50
    post.add(a_movie())
    for number in range(1, 9):
        _waits(post, 3)
        post.add(special._replace(number=number))
    _waits(post, 3)
    counts = post.outbox.counts()
    assert (counts[WAITING], counts[PARKED]) == (1, 8)


def test_server_errors__on_one_episode_only(post: Post) -> None:
    """It holds up no other episode of its show, but whatever is done to it later."""
    bad, other = an_episode(number=3), an_episode(number=4)
    post.simkl.fails_on = {"1x03"}
    post.add(*(an_episode(number=number) for number in range(1, 10)))
    post.outbox.add(a_removal(bad, EVENING + 1), a_removal(other, EVENING + 1))
    deliver_until(post, sent=8)
    _waits(post, 9)
    assert post.states == {SENT: 8}
    post.simkl.fails_on = set()
    post.drain()
    assert post.states == {SENT: 9, REMOVED: 2}


def test_server_errors__the_order_on_one_title(post: Post) -> None:
    """What was done to a title after the act on which the server fails does not overtake it."""
    bad = Movie("bad", 2000, a_movie(1).ids)
    post.simkl.fails_on = {"bad"}
    post.outbox.add(a_watch(bad), a_watch(a_movie(2)), a_removal(bad, EVENING + 1))
    deliver_until(post, sent=1)
    assert [path for path in post.simkl.paths if path.endswith("remove")] == []
    post.simkl.fails_on = set()
    post.drain()
    assert post.simkl.paths[-2:] == ["/sync/history", "/sync/history/remove"]


def _troubles(post: Post) -> list[Trouble]:
    return [report.trouble for report in post.reports if report.trouble]


@pytest.mark.parametrize(
    ("answers", "kind", "waits"),
    [
        ([Unreachable("down")] * 2, OFFLINE, None),
        ([error(503, "", "30"), error(503, "", "20")], LIMIT, [30, 20]),
        ([error(429, "user_limit_exceeded", "90"), error(429, "rate_limit")], LIMIT, [90, 1.1]),
    ],
)
def test_trouble__is_told(
    post: Post, answers: list[Any], kind: str, waits: list[float] | None
) -> None:
    """After each failed attempt one hears what is wrong, since when, and until when it waits."""
    post.simkl.answers = answers
    before = time.time()
    waited = _waits(post.add(a_movie()), 2)
    one, two = _troubles(post)
    assert (one.kind, two.kind) == (kind, kind)
    assert before <= one.since == two.since <= time.time()
    assert [one.until - before, two.until - before] == pytest.approx(waits or waited, abs=1)


def test_trouble__another_kind_begins_anew(post: Post) -> None:
    """The network is back and Simkl is busy: that is since now, not since the network went."""
    post.simkl.answers = [Unreachable("down"), error(503, "")]
    _waits(post.add(a_movie()), 2)
    one, two = _troubles(post)
    assert (one.kind, two.kind) == (OFFLINE, LIMIT)
    assert two.since > one.since


def test_trouble__the_disk(post: Post, tmp_path: Path) -> None:
    """An outbox that cannot be opened is trouble of the disk."""
    (tmp_path / "outbox.db").mkdir()
    post.deliver()
    assert [trouble.kind for trouble in _troubles(post)] == [DISK]


@pytest.mark.parametrize("word", ["user_token_failed", "invalid_token", "user_token_required"])
def test_refused__stops_until_signed_in(post: Post, word: str) -> None:
    """A dead token is tried once, told once, and everything waits for another."""
    post.simkl.answers = [error(401, word)]
    post.add(a_movie()).drain()
    post.add(a_movie(2)).drain()
    assert (len(post.simkl.bodies), post.reports) == (1, [Report(REFUSED, [])])
    post.accounts.save(Account("another"))
    post.drain()
    assert post.simkl.tokens == ["Bearer token", "Bearer another"]
    assert post.states == {REFUSED: 0, SENT: 2}


def test_refused__and_the_same_token_again(post: Post) -> None:
    """A sign-in that brings the very token that was refused is believed."""
    post.simkl.answers = [error(401, "user_token_failed")]
    post.add(a_movie()).drain()
    post.sender.signed_in()
    post.drain()
    assert post.states[SENT] == 1


class Renewing(AccountFile):
    """Exchanges tokens without a server: each for the next number."""

    renewals = 0

    def renew(self, simkl: Simkl, account: Account) -> Account:
        self.renewals += 1
        renewed = account._replace(access_token=f"new {self.renewals}", expires_at=int(2e9))
        self.save(renewed)
        return renewed


@pytest.fixture
def renewing(post: Post, tmp_path: Path) -> Renewing:
    accounts = Renewing(str(tmp_path / "account.json"))
    accounts.save(Account("old", refresh_token="r", expires_at=int(2e9)))
    post.sender._accounts = accounts
    return accounts


def test_renewed__before_its_end(post: Post, renewing: Renewing) -> None:
    """A token about to end is exchanged before it is used, and then left alone."""
    renewing.save(Account("old", refresh_token="r", expires_at=5))
    post.add(a_movie(1)).drain()
    post.add(a_movie(2)).drain()
    assert post.simkl.tokens == ["Bearer new 1"] * 2


def test_renewed__when_simkl_says_it_ended(post: Post, renewing: Renewing) -> None:
    """A token that ended early is exchanged once, and the same watch goes out with the new one."""
    post.simkl.answers = [error(401, "invalid_token")]
    post.add(a_movie()).drain()
    assert post.simkl.tokens == ["Bearer old", "Bearer new 1"]
    assert post.states == {SENT: 1}


def test_renewed__and_refused_again(post: Post, renewing: Renewing) -> None:
    """A new token that is refused, too, is not exchanged again: the person has to sign in."""
    post.simkl.answers = [error(401, "invalid_token")] * 9
    post.add(a_movie()).drain()
    assert (post.simkl.tokens, renewing.renewals) == (["Bearer old", "Bearer new 1"], 1)
    assert post.reports == [Report(REFUSED, [])]


@pytest.mark.parametrize("refusal", [Rejected("400 invalid_request"), Broken("502")], ids=str)
def test_renewed__not_now(
    post: Post, renewing: Renewing, monkeypatch: pytest.MonkeyPatch, refusal: SimklError
) -> None:
    """A token that cannot be exchanged says nothing against what waits to be sent with it."""

    def refuse(*_: Any) -> Account:
        raise refusal

    renewing.save(Account("old", refresh_token="r", expires_at=5))
    with monkeypatch.context() as patch:
        patch.setattr(Renewing, "renew", refuse)
        _waits(post.add(a_movie(1), a_movie(2)), 9)
    assert post.outbox.counts()[WAITING] == 2
    post.drain()
    assert post.states == {SENT: 2}


class Unwilling:
    """What sends rewatches, where Simkl does not say what it keeps for the account."""

    def checked(self, *_: Any) -> None:
        raise Rejected("403 forbidden")


def test_check_plan__in_vain(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Simkl keeps for an account holds up no watch while it does not say so."""
    monkeypatch.setattr(post.sender, "_rewatching", Unwilling)
    post.sender.check_plan()
    _waits(post.add(a_movie(1), a_movie(2)), 9)
    assert post.states == {SENT: 2}


def test_kept__for_another_account(post: Post) -> None:
    """What is kept for one account is not sent as another, and goes out when that one is back."""
    post.accounts.save(Account("bert", id=2))
    post.add(a_movie(1))
    post.outbox.keep(1)
    post.add(a_movie(2)).drain()
    assert post.reports == [Report(SENT, [a_movie(2)])]
    post.accounts.save(Account("anna", id=1))
    post.drain()
    assert post.reports[1:] == [Report(SENT, [a_movie(1)])]


def test_applied_then_cut__the_same_again(post: Post) -> None:
    """After an answer that never came the very same body goes again, with the same moments."""
    post.simkl.answers = [Unreachable("cut")]
    post.add(a_movie(), an_episode()).drain()
    first, second = post.simkl.bodies
    assert first == second


def _disk_goes_during_the_request(post: Post, path: Path) -> Callable[[], None]:
    """The outbox cannot be written from the next request on; a function that brings it back."""
    aside, answer = path.with_name("aside"), post.simkl.send

    def send_while_the_disk_goes(*asked: Any) -> Answer:
        if not aside.exists():
            path.rename(aside)
            path.mkdir()
        return answer(*asked)

    def bring_back() -> None:
        path.rmdir()
        aside.rename(path)
        aside.touch()

    post.simkl.send = send_while_the_disk_goes  # type: ignore[method-assign]
    return bring_back


def test_disk_trouble__after_simkl_said_yes(post: Post, tmp_path: Path) -> None:
    """An outcome that cannot be stored is asked for again, not lost."""
    post.add(a_movie())
    bring_back = _disk_goes_during_the_request(post, tmp_path / "outbox.db")
    assert post.deliver() is not None
    assert post.deliver() is not None
    bring_back()
    post.drain()
    assert post.states == {SENT: 1}


def test_disk_trouble__after_simkl_said_no(post: Post, tmp_path: Path) -> None:
    """An entry that cannot be parked for lack of a disk stops nothing when the disk is back."""
    post.simkl.refuses = {"bad"}
    post.add(Movie("bad", 2000, a_movie(1).ids))
    bring_back = _disk_goes_during_the_request(post, tmp_path / "outbox.db")
    assert post.deliver() is not None
    bring_back()
    post.add(a_movie(2)).drain()
    assert post.states == {PARKED: 1, SENT: 1}


def later_each_time() -> Callable[[], float]:
    """A clock of whom nothing has to wait for."""
    return itertools.count(step=BETWEEN_POSTS).__next__


def test_run__delivers_what_comes_and_stops(tmp_path: Path) -> None:
    """The thread delivers what is added when it is woken, and ends when told to."""
    told = threading.Event()
    outbox, simkl = Outbox(str(tmp_path / "outbox.db")), FakeSimkl()
    sender = Sender(
        outbox,
        lambda: Simkl(simkl, API, "id", "1"),
        signed_in(tmp_path),
        lambda report: told.set(),
        monotonic=later_each_time(),
    )
    thread = threading.Thread(target=sender.run)
    thread.start()
    outbox.add(a_watch(at=EVENING))
    sender.wake()
    assert told.wait(10)
    sender.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert simkl.is_closed


def test_run__survives_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody thought of is logged, and the next wake finds the thread alive."""
    told, said = threading.Event(), list[str]()
    monkeypatch.setattr(LOG, "keep", lambda level, text: said.append(text))
    faults: list[Exception] = [RuntimeError("a bug")]

    class Faulty(AccountFile):
        def load(self) -> Account:
            if faults:
                raise faults.pop()
            return Account("token")

    outbox, simkl = Outbox(str(tmp_path / "outbox.db")), FakeSimkl()
    outbox.add(a_watch())
    sender = Sender(
        outbox,
        lambda: Simkl(simkl, API, "id", "1"),
        Faulty(""),
        lambda report: told.set(),
        monotonic=later_each_time(),
    )
    thread = threading.Thread(target=sender.run)
    thread.start()
    while faults:
        threading.Event().wait(0.01)
    sender.wake()
    assert told.wait(10)
    sender.stop()
    thread.join(10)
    assert "a bug" in "".join(said)


def test_stop__cuts_the_request_in_flight(tmp_path: Path) -> None:
    """Stopping ends a request that hangs."""
    sent, cut = threading.Event(), threading.Event()

    class Hanging(FakeSimkl):
        def send(self, *_: Any) -> Answer:
            sent.set()
            cut.wait(10)
            raise Unreachable("cut")

        def cut(self) -> None:
            cut.set()

    outbox = Outbox(str(tmp_path / "outbox.db"))
    outbox.add(a_watch())
    sender = Sender(
        outbox,
        lambda: Simkl(Hanging(), API, "id", "1"),
        signed_in(tmp_path),
        lambda report: None,
        monotonic=later_each_time(),
    )
    thread = threading.Thread(target=sender.run)
    thread.start()
    assert sent.wait(10)
    sender.stop()
    thread.join(5)
    assert (thread.is_alive(), cut.is_set()) == (False, True)


class Fleeting(Sender):
    """Its thread hangs up as soon as another has looked at what it is connected to."""

    @property
    def _simkl(self) -> Simkl | None:
        return self.__dict__.pop("once", None)

    @_simkl.setter
    def _simkl(self, simkl: Simkl | None) -> None:
        self.__dict__["once"] = simkl


def test_stop__while_the_thread_hangs_up(tmp_path: Path) -> None:
    """Stopping does not fail when the thread hangs up at the same moment."""
    wire = FakeSimkl()
    sender = Fleeting(
        Outbox(str(tmp_path / "outbox.db")),
        lambda: Simkl(wire, API, "id", "1"),
        lambda: None,
        lambda report: None,
    )
    sender._simkl = Simkl(wire, API, "id", "1")
    sender.stop()
    assert wire.is_cut


def test_deliver__removals_in_their_order(post: Post) -> None:
    """Marked, un-marked, marked: three requests in that order, and each is told as what it is."""
    for act in (a_watch(), a_removal(at=EVENING + 1), a_watch(at=EVENING + 2)):
        post.outbox.add(act)
    post.drain()
    assert post.simkl.paths == ["/sync/history", "/sync/history/remove", "/sync/history"]
    assert [report.state for report in post.reports] == [SENT, REMOVED, SENT]
    assert post.outbox.due() == []


def test_deliver__many_removals(post: Post) -> None:
    """200 episodes that are un-marked together are one request, which names each of them."""
    post.outbox.add(*(a_removal(an_episode(number)) for number in range(1, 201)))
    post.drain()
    assert post.simkl.paths == ["/sync/history/remove"]
    [show] = post.simkl.bodies[0]["shows"]
    numbers = [episode["number"] for episode in show["seasons"][0]["episodes"]]
    assert numbers == list(range(1, 201))


def test_deliver__an_unknown_removal(post: Post) -> None:
    """A removal of what Simkl does not know waits for the person, like a watch of it."""
    post.outbox.add(a_removal(an_episode()))
    unknown = {"deleted": {}, "not_found": {"shows": [{"ids": {"tvdb": "910002"}}]}}
    post.simkl.answers = [Answer(201, json.dumps(unknown).encode())]
    post.drain()
    assert post.outbox.reasons() == {"unknown show": 1}
