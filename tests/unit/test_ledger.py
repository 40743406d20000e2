"""What a person reads and changes in the outbox, on a real SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from simkl_scrobbler.history import PARKED, SENT, WAITING, Outcome, body
from simkl_scrobbler.media import Episode, Ids, Item, Movie, Show, label
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.schema import SCHEMA

from .builders import EVENING, a_movie, a_show, a_watch, an_episode

SCHEMA_1 = Path(__file__).with_name("outbox-schema-1.sql").read_text("utf-8")
HOUR = 3600


class Clock:
    """A clock that stands until a test moves it."""

    now = EVENING + 5.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(path: Path, clock: Clock) -> Outbox:
    return Outbox(str(path), clock=clock)


def add(outbox: Outbox, *items: Item) -> None:
    for item in items:
        outbox.add(a_watch(item))


def park(outbox: Outbox, reason: str = "unknown movie") -> None:
    """Simkl took nothing of what waits."""
    outbox.settle([Outcome(entry, PARKED, reason) for entry in outbox.due()])


def items(outbox: Outbox, state: str) -> list[Item]:
    return [stored.entry.act.item for stored in outbox.newest(state, 100)]


def execute(path: Path, statement: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(statement, values).fetchall()


def test_counts__of_each_state(outbox: Outbox) -> None:
    """Each state is counted, also one of which there is nothing."""
    assert outbox.counts() == {WAITING: 0, SENT: 0, PARKED: 0}
    add(outbox, a_movie(1), a_movie(2), a_movie(3))
    one, _two, _three = outbox.due()
    outbox.settle([Outcome(one, PARKED, "no")])
    assert outbox.counts() == {WAITING: 2, SENT: 0, PARKED: 1}


def test_reasons__are_counted(outbox: Outbox) -> None:
    """Of what is parked one hears how much for which reason."""
    add(outbox, a_movie(1), a_movie(2), an_episode())
    one, two, three = outbox.due()
    outbox.settle([Outcome(entry, PARKED, "unknown movie") for entry in (one, two)])
    outbox.settle([Outcome(three, PARKED, "unknown show")])
    assert outbox.reasons() == {"unknown movie": 2, "unknown show": 1}


def test_newest__with_their_story(outbox: Outbox, clock: Clock) -> None:
    """What was settled last comes first, with the reason and both moments."""
    add(outbox, a_movie(1), a_movie(2))
    one, two = outbox.due()
    clock.now += HOUR
    outbox.settle([Outcome(two, PARKED, "unknown movie")])
    clock.now += HOUR
    outbox.settle([Outcome(one, PARKED, "400 empty_field")])
    created_at = EVENING + 5
    assert outbox.newest(PARKED, 100) == [
        (one, "400 empty_field", created_at, created_at + 2 * HOUR),
        (two, "unknown movie", created_at, created_at + HOUR),
    ]


def test_newest__only_so_many(outbox: Outbox) -> None:
    """No more is read than was asked for; what waits comes with the newest first."""
    add(outbox, *(a_movie(number) for number in range(9)))
    [first, second] = outbox.newest(WAITING, 2)
    assert [first.entry.act.item, second.entry.act.item] == [a_movie(8), a_movie(7)]
    assert (first.reason, first.settled_at) == ("", 0)


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (a_movie(), Movie("Harbour Lights", 0, Ids())),
        (an_episode(4, season=2), Episode(Show("Night Ferry", 0, Ids()), 2, 4)),
    ],
)
def test_newest__unreadable(outbox: Outbox, path: Path, item: Item, shown: Item) -> None:
    """An entry that cannot be read is shown by its title and number all the same."""
    add(outbox, item)
    execute(path, "UPDATE entry SET item = '{'")
    assert outbox.due() == []
    [stored] = outbox.newest(PARKED, 100)
    assert (stored.entry.act.item, stored.reason) == (shown, "unreadable")


def number_of(outbox: Outbox, state: str, item: Item) -> int:
    [entry] = [each.entry for each in outbox.newest(state, 99) if each.entry.act.item == item]
    return entry.id


def test_retry__waits_again(outbox: Outbox) -> None:
    """A parked entry that is tried again waits as if it were new, and only that one."""
    add(outbox, a_movie(1), a_movie(2))
    park(outbox)
    outbox.retry(number_of(outbox, PARKED, a_movie(1)))
    assert (items(outbox, WAITING), items(outbox, PARKED)) == ([a_movie(1)], [a_movie(2)])
    [stored] = outbox.newest(WAITING, 100)
    assert (stored.reason, stored.settled_at) == ("", 0)


def test_retry__of_what_was_sent(outbox: Outbox) -> None:
    """What was sent in the meantime is not sent once more."""
    add(outbox, a_movie())
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    outbox.retry(number_of(outbox, SENT, a_movie()))
    assert outbox.due() == []


def test_forget__is_gone(outbox: Outbox) -> None:
    """A forgotten entry is gone, the others stay; forgetting it again is nothing."""
    add(outbox, a_movie(1), a_movie(2))
    park(outbox)
    number = number_of(outbox, PARKED, a_movie(1))
    outbox.forget(number)
    outbox.forget(number)
    assert items(outbox, PARKED) == [a_movie(2)]


def test_forget__while_it_is_sent(outbox: Outbox) -> None:
    """What is forgotten while Simkl answers does not come back with the answer."""
    add(outbox, a_movie())
    [entry] = outbox.due()
    outbox.forget(entry.id)
    outbox.settle([Outcome(entry, PARKED, "no")])
    assert sum(outbox.counts().values()) == 0


def as_simkl(item: Item, simkl: int) -> Item:
    if isinstance(item, Episode):
        return item._replace(show=as_simkl(item.show, simkl))
    return item._replace(ids=item.ids._replace(simkl=simkl))


@pytest.mark.parametrize("item", [a_movie(), an_episode()])
def test_choose__now_and_later(outbox: Outbox, path: Path, item: Item) -> None:
    """What a person chose goes out under that Simkl id, and so does every later watch of it."""
    add(outbox, item)
    park(outbox)
    outbox.choose(item, 77)
    assert items(outbox, WAITING) == [as_simkl(item, 77)]
    Outbox(str(path)).add(a_watch(item, EVENING + HOUR))
    assert [entry.act.item for entry in outbox.due()] == [as_simkl(item, 77)] * 2


def test_choose__the_whole_show(outbox: Outbox) -> None:
    """A show is chosen once: its other episodes that wait or are parked go with it."""
    add(outbox, an_episode(1), an_episode(2))
    park(outbox)
    add(outbox, an_episode(3))
    outbox.choose(an_episode(1), 77)
    chosen = [as_simkl(an_episode(number), 77) for number in (1, 2, 3)]
    assert sorted(items(outbox, WAITING)) == chosen
    add(outbox, an_episode(4))
    assert as_simkl(an_episode(4), 77) in items(outbox, WAITING)


def test_choose__nothing_else(outbox: Outbox) -> None:
    """What was sent stays sent, and a namesake with other ids is another film."""
    namesake, film_of_the_show = a_movie(2), Movie(*a_show())
    add(outbox, an_episode(1), a_movie(1))
    outbox.settle([Outcome(entry, SENT) for entry in outbox.due()])
    add(outbox, namesake, film_of_the_show)
    park(outbox)
    outbox.choose(a_movie(1), 77)
    outbox.choose(an_episode(1), 78)
    assert outbox.counts() == {WAITING: 0, SENT: 2, PARKED: 2}
    assert items(outbox, PARKED) == [film_of_the_show, namesake]


def test_choose__another_time(outbox: Outbox) -> None:
    """A wrong choice is corrected by the next one."""
    add(outbox, a_movie())
    for simkl in (77, 78):
        park(outbox)
        [stored] = outbox.newest(PARKED, 1)
        outbox.choose(stored.entry.act.item, simkl)
    add(outbox, a_movie(), as_simkl(a_movie(), 5))
    assert set(items(outbox, WAITING)) == {as_simkl(a_movie(), 78)}


def test_choose__twice_the_same(outbox: Outbox) -> None:
    """Two entries that become the same by the choice are one afterwards."""
    add(outbox, a_movie(), as_simkl(a_movie(), 5))
    park(outbox)
    outbox.choose(a_movie(), 77)
    assert items(outbox, WAITING) == [as_simkl(a_movie(), 77)]


def test_choose__an_unreadable_entry(outbox: Outbox, path: Path) -> None:
    """What cannot be read can be sent again, under the Simkl id that was chosen for its title."""
    add(outbox, a_movie())
    execute(path, "UPDATE entry SET item = '{'")
    assert outbox.due() == []
    [stored] = outbox.newest(PARKED, 1)
    outbox.choose(stored.entry.act.item, 77)
    assert items(outbox, WAITING) == [Movie("Harbour Lights", 0, Ids(simkl=77))]


@pytest.mark.parametrize(
    "item",
    [
        '{"show": {"title": "X", "year": 0, "ids": {}}, "season": 1.5, "number": 2}',
        '{"show": {"title": "X", "year": 0, "ids": {}}, "season": null, "number": 2}',
        '{"show": {"title": 5, "year": 0, "ids": {"tvdb": "7"}}, "season": 1, "number": 2}',
        "[" * 50_000,
    ],
)
def test_newest__what_nobody_can_name(outbox: Outbox, path: Path, item: str) -> None:
    """An entry whose numbers are none is shown by what stands beside it, and holds up no other."""
    add(outbox, an_episode(), a_movie())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE entry SET item = ?, season = 'x' WHERE kind = 'episode'", (item,))
    assert [entry.act.item for entry in outbox.due()] == [a_movie()]
    [stored] = outbox.newest(PARKED, 9)
    assert label(stored.entry.act.item) == "Night Ferry S00E04"


def test_choose__what_is_sent(outbox: Outbox) -> None:
    """The body carries the chosen Simkl id, which wins on Simkl, for film and show."""
    add(outbox, a_movie(), an_episode())
    outbox.choose(a_movie(), 77)
    outbox.choose(an_episode(), 78)
    sent = body(outbox.due(), EVENING)
    assert [movie["ids"]["simkl"] for movie in sent["movies"]] == [77]
    assert [show["ids"]["simkl"] for show in sent["shows"]] == [78]
    assert "ids" not in sent["shows"][0]["seasons"][0]["episodes"][0]


def test_choose__service_and_script(outbox: Outbox, path: Path) -> None:
    """A choice made by the script while the service adds reaches all episodes."""
    add(outbox, an_episode(0))
    service = Outbox(str(path))
    adding = threading.Thread(target=add, args=(service, *map(an_episode, range(1, 40))))
    adding.start()
    outbox.choose(an_episode(0), 77)
    adding.join()
    assert {item.show.ids.simkl for item in items(outbox, WAITING)} == {77}


def test_schema_1__is_carried_on(outbox: Outbox, path: Path) -> None:
    """The file of version 0.1.0 goes on being used, with all that is in it."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA_1)
    assert outbox.counts() == {WAITING: 1, SENT: 1, PARKED: 2}
    assert [(each.entry.act.item, each.reason) for each in outbox.newest(PARKED, 9)] == [
        (an_episode(4), "unknown show"),
        (a_movie(2), "unknown movie"),
    ]
    outbox.choose(an_episode(4), 77)
    assert outbox.counts() == {WAITING: 2, SENT: 1, PARKED: 1}
    assert execute(path, "PRAGMA user_version") == [(len(SCHEMA),)]
