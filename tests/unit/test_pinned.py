"""What the outbox knows of rewatches, on a real SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from simkl_scrobbler import pinned
from simkl_scrobbler.history import PARKED, SENT, WAITING, Outcome
from simkl_scrobbler.media import Act, Ids, Item, Show, written
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.rewatch import ACTIVE, CLOSED, NEVER, WHOLE, Session
from simkl_scrobbler.schema import SCHEMA

from .builders import (
    EVENING,
    a_movie,
    a_removal,
    a_rewatch,
    a_show,
    a_watch,
    an_episode,
    an_order,
)

ANNA, BERT = 7, 8
FERRY = a_show()
DAY = 86400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Outbox:
    return Outbox(str(path))


def sent(outbox: Outbox, *acts: Act) -> None:
    outbox.add(*acts)
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])


def a_session(season: int = WHOLE, number: int = 31007, status: str = ACTIVE) -> Session:
    return Session(FERRY, season, number, status, (1, 4, "2023-11-14T22:13:20Z"))


def test_pin__comes_back(outbox: Outbox, path: Path) -> None:
    """A pinned session is known of the show and of each of its episodes, after a restart too."""
    outbox.pin(ANNA, a_session())
    for item in (FERRY, an_episode(4), an_episode(1, season=2)):
        assert Outbox(str(path)).session(ANNA, item) == a_session()
    assert outbox.session(ANNA, Show("Night Ferry", 2021, Ids())) is None


def test_pin__one_of_each_account(outbox: Outbox) -> None:
    """A session is that of one account: no other has it."""
    outbox.pin(ANNA, a_session())
    outbox.pin(BERT, a_session(number=5))
    assert outbox.session(ANNA, FERRY) == a_session()
    assert outbox.session(BERT, FERRY) == a_session(number=5)
    assert outbox.session(9, FERRY) is None


def test_pin__of_a_chosen_title(outbox: Outbox) -> None:
    """Which title on Simkl was chosen for a show makes no difference to its session."""
    chosen = FERRY._replace(ids=FERRY.ids._replace(simkl=77))
    outbox.pin(ANNA, a_session()._replace(title=chosen))
    assert outbox.session(ANNA, FERRY) == outbox.session(ANNA, chosen) == a_session()
    outbox.pin(ANNA, a_session(number=5)._replace(title=chosen), begins=True)
    assert outbox.sessions(ANNA, FERRY) == [a_session(number=5)]


def test_pin__of_a_season(outbox: Outbox) -> None:
    """What is known of a season comes before what is known of the whole, and only for it."""
    outbox.pin(ANNA, a_session(number=0))
    outbox.pin(ANNA, a_session(season=2))
    assert outbox.session(ANNA, an_episode(1, season=2)) == a_session(season=2)
    assert outbox.session(ANNA, an_episode(1, season=1)) == a_session(number=0)
    assert outbox.sessions(ANNA, FERRY) == [a_session(number=0), a_session(season=2)]
    outbox.pin(ANNA, a_session(status=CLOSED), begins=True)
    assert outbox.sessions(ANNA, FERRY) == [a_session(status=CLOSED)]


def test_removal__of_the_episode_that_stands_for_the_session(outbox: Outbox) -> None:
    """An episode that the person unmarks stands for its session no more, any other still does."""
    outbox.pin(ANNA, a_session())
    outbox.add(a_removal(an_episode(14)), a_removal(an_episode(4, season=2)))
    assert outbox.session(ANNA, FERRY) == a_session()
    outbox.add(a_removal(an_episode(4)))
    assert outbox.session(ANNA, FERRY) == a_session()._replace(seen=())


def test_attempt__survives(outbox: Outbox, path: Path) -> None:
    """That an entry was sent without an answer is known after a kill, and after a "" as moment."""
    outbox.add(a_rewatch(), a_rewatch(an_episode()))
    first, second = outbox.due()
    outbox.attempt(first.id, "", EVENING)
    assert Outbox(str(path)).attempted(first.id) == ""
    assert Outbox(str(path)).attempted(second.id) is None


def test_attempt__survives_damage(outbox: Outbox, path: Path) -> None:
    """What is carried over from a damaged file is not sent blindly a second time."""
    outbox.add(a_rewatch())
    outbox.attempt(outbox.due()[0].id, "2023-11-14T22:13:20Z", EVENING)
    content = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as db:
        pages = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'"))
        (size,) = db.execute("PRAGMA page_size").fetchone()
    start = (pages["entry_by_state"] - 1) * size
    content[start : start + size] = b"x" * size
    path.write_bytes(content)
    [entry] = (again := Outbox(str(path))).due()
    assert (entry.act, again.attempted(entry.id)) == (a_rewatch(), "2023-11-14T22:13:20Z")


@pytest.mark.parametrize("item", [a_movie(), an_episode()])
def test_last_watched(outbox: Outbox, item: Item) -> None:
    """The last moment that Simkl has of us counts, be it of a watch or of a rewatch."""
    assert outbox.last_watched(item, EVENING) is None
    sent(outbox, a_watch(item, EVENING - 9 * DAY), a_rewatch(item, EVENING - 3 * DAY))
    outbox.add(a_watch(item, EVENING - DAY))
    assert outbox.last_watched(item, EVENING) == EVENING - 3 * DAY
    assert outbox.last_watched(item, EVENING - 3 * DAY) == EVENING - 9 * DAY
    assert outbox.last_watched(a_movie(5), EVENING) is None


def test_last_watched__removed_since(outbox: Outbox) -> None:
    """What the person has taken out of the history has not been seen before."""
    sent(outbox, a_watch(at=EVENING - 9 * DAY))
    sent(outbox, a_removal(at=EVENING - 8 * DAY))
    assert outbox.last_watched(a_movie(), EVENING) is None
    sent(outbox, a_watch(at=EVENING - 7 * DAY))
    assert outbox.last_watched(a_movie(), EVENING) == EVENING - 7 * DAY


def test_last_watched__of_a_chosen_title(outbox: Outbox) -> None:
    """A film for which the person chose the title on Simkl is known under its library's name."""
    outbox.choose(a_movie(), 77)
    sent(outbox, a_watch(at=EVENING - 9 * DAY))
    assert outbox.last_watched(a_movie(), EVENING) == EVENING - 9 * DAY


@pytest.mark.parametrize(
    ("moment", "near"),
    [(0, False), (2 * DAY, True), (2 * DAY + 1, False), (-2 * DAY, True), (-2 * DAY - 1, False)],
)
def test_watched_near(outbox: Outbox, moment: int, near: bool) -> None:
    """Another watch up to two days earlier or later is near; the same moment is not another."""
    sent(outbox, a_watch())
    assert outbox.watched_near(a_movie(), EVENING + moment, 2 * DAY) == near


def test_hand_over(outbox: Outbox) -> None:
    """For who signs in next a rewatch is a watch, and nothing is about another's session."""
    outbox.add(a_rewatch(), an_order(rewatch_id=31007), a_removal(an_episode()))
    outbox.hand_over()
    assert [entry.act for entry in outbox.due(BERT)] == [
        a_watch()._replace(source="playback"),
        a_removal(an_episode()),
    ]


def test_hand_over__what_is_parked_or_kept(outbox: Outbox) -> None:
    """So it is with what needed attention; what is kept for an account stays as it is."""
    outbox.add(an_order(rewatch_id=1))
    outbox.settle([Outcome(outbox.due()[0], PARKED, "no rewatches")])
    outbox.add(a_rewatch())
    outbox.keep(ANNA)
    outbox.hand_over()
    assert (outbox.counts()[PARKED], outbox.due(BERT)) == (0, [])
    assert [entry.act for entry in outbox.due(ANNA)] == [a_rewatch()]


def test_entries__of_rewatches(outbox: Outbox, path: Path) -> None:
    """The view that others rely on takes neither a rewatch nor an order for a watch."""
    outbox.add(a_watch(), a_removal(), a_rewatch(an_episode()), an_order())
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT kind, title, season, episode, act FROM entries").fetchall()
    assert rows == [
        ("movie", "Harbour Lights", None, None, "watch"),
        ("movie", "Harbour Lights", None, None, "removal"),
        ("episode", "Night Ferry", 1, 4, "rewatch"),
        ("show", "Night Ferry", None, None, "order"),
    ]


def test_choose__for_an_order(outbox: Outbox) -> None:
    """An order that Simkl knew no show for waits again under the title that the person chose."""
    outbox.add(an_order(rewatch_id=31007), a_rewatch(an_episode()))
    outbox.settle([Outcome(entry, PARKED, "unknown show") for entry in outbox.due()])
    outbox.choose(FERRY, 77)
    chosen = FERRY._replace(ids=FERRY.ids._replace(simkl=77))
    acts: list[Act] = [
        an_order(rewatch_id=31007)._replace(item=chosen),
        a_rewatch(an_episode(show=chosen)),
    ]
    assert [entry.act for entry in outbox.due()] == acts
    assert (outbox.chosen(an_episode()), outbox.chosen(a_movie())) == (77, 0)


def test_choose__a_film_of_the_same_name(outbox: Outbox) -> None:
    """A choice for a film is none for the show of the same name, year and ids."""
    film = a_movie()._replace(title=FERRY.title, year=FERRY.year, ids=FERRY.ids)
    outbox.add(an_order())
    outbox.choose(film, 77)
    assert [entry.act for entry in outbox.due()] == [an_order()]


def test_retry_and_forget__an_order(outbox: Outbox) -> None:
    """What needs attention of a session can be tried again and forgotten as anything else."""
    outbox.add(an_order())
    outbox.settle([Outcome(outbox.due()[0], PARKED, "no rewatches")])
    [stored] = outbox.newest(PARKED, 9)
    assert stored.entry.act == an_order()
    outbox.retry(stored.entry.id)
    assert [entry.act for entry in outbox.due()] == [an_order()]
    outbox.forget(stored.entry.id)
    assert outbox.counts() == {WAITING: 0, SENT: 0, PARKED: 0}


@pytest.mark.parametrize("version", [3, 4])
def test_schema__of_an_older_version(path: Path, version: int) -> None:
    """A file from before there were rewatches goes on being used, with all that is in it."""
    with closing(sqlite3.connect(path)) as db, db:
        for statements in SCHEMA[:version]:
            for statement in statements:
                db.execute(statement)
        db.execute(
            "INSERT INTO entry (item, kind, title, watched_at, source, created_at) "
            "VALUES (?, 'movie', 'Harbour Lights', ?, 'playback', 5)",
            (written(a_watch()), EVENING),
        )
        db.execute(f"PRAGMA user_version = {version}")
    outbox = Outbox(str(path))
    outbox.add(a_rewatch(), an_order())
    assert [entry.act for entry in outbox.due()] == [a_watch(), a_rewatch(), an_order()]
    assert [outbox.attempted(entry.id) for entry in outbox.due()] == [None] * 3
    assert outbox.session(ANNA, FERRY) is None


def test_never__is_no_running_session(outbox: Outbox) -> None:
    """Not to want to be asked is remembered in the session's place, for a film as for a show."""
    outbox.pin(ANNA, Session(a_movie(), WHOLE, 0, NEVER), begins=True)
    session = outbox.session(ANNA, a_movie())
    assert session
    assert (session.status, session.runs) == (NEVER, False)


def test_asked__costs_the_same_after_years(path: Path, outbox: Outbox) -> None:
    """What is asked when something was watched does not read all that was ever sent."""

    def steps() -> int:
        """Of SQLite, for both questions."""
        count = 0

        def step() -> int:
            nonlocal count
            count += 1
            return 0

        with closing(sqlite3.connect(path)) as db:
            db.set_progress_handler(step, 1)
            assert pinned.last(db, a_movie(), EVENING + DAY) == EVENING
            assert pinned.near(db, a_movie(), EVENING + DAY, 2 * DAY)
        return count

    outbox.add(a_watch())
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    first = steps()
    outbox.add(*(a_watch(a_movie(number)) for number in range(2, 500)))
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    assert steps() < first * 1.5
