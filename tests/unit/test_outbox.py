"""The outbox on a real SQLite file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, Callable

import pytest

from simkl_scrobbler import database
from simkl_scrobbler.database import Unwritable
from simkl_scrobbler.history import PARKED, SENT, WAITING, Outcome
from simkl_scrobbler.outbox import Outbox

from .builders import EVENING, a_movie, a_removal, a_watch, an_episode

LIBRARY = Path(__file__).parents[2] / "resources" / "lib"
NOW = EVENING + 5


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def an_outbox(path: Path, now: float = NOW) -> tuple[Outbox, list[str]]:
    set_aside: list[str] = []
    return Outbox(str(path), set_aside.append, lambda: now), set_aside


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM entries").fetchall()


def test_add__is_seen_by_everybody(path: Path) -> None:
    """A watch that was added waits in the file, for this process and for any other."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch())
    outbox.add(a_watch(an_episode()))
    assert [entry.act for entry in an_outbox(path)[0].due()] == [
        a_watch(),
        a_watch(an_episode()),
    ]


def test_entries__what_others_rely_on(path: Path) -> None:
    """The view `entries` shows what was done with what, when, and what became of it."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch())
    outbox.add(a_removal(an_episode(4)))
    assert rows(path) == [
        ("movie", "Harbour Lights", None, None, EVENING, "waiting", "playback", NOW, "watch"),
        ("episode", "Night Ferry", 1, 4, EVENING, "waiting", "menu", NOW, "removal"),
    ]


def test_add__same_item_and_moment(path: Path) -> None:
    """The same item at the same moment is one entry; at another moment it is another."""
    outbox, _ = an_outbox(path)
    for moment in (EVENING, EVENING, EVENING + 1):
        outbox.add(a_watch(at=moment))
    assert len(outbox.due()) == 2


def test_add__together(path: Path) -> None:
    """Acts that are added together are there together, in their order."""
    outbox, _ = an_outbox(path)
    acts = [a_watch(an_episode(number)) for number in range(1, 121)]
    outbox.add(*acts)
    assert [entry.act for entry in outbox.due()] == acts


@pytest.mark.parametrize("sent_between", [False, True])
def test_add__again_after_its_opposite(path: Path, sent_between: bool) -> None:
    """Marked, un-marked, marked again at the same moment: the last word is sent last."""
    outbox, _ = an_outbox(path)
    for act in (a_watch(), a_removal(), a_watch(), a_removal(), a_watch()):
        outbox.add(act)
        if sent_between:
            outbox.settle(Outcome(entry, SENT) for entry in outbox.due())
            outbox.add(act)
    waiting = [entry.act for entry in outbox.due()]
    assert waiting == [] if sent_between else waiting[-2:] == [a_removal(), a_watch()]
    assert outbox.newest(SENT if sent_between else WAITING, 1)[0].entry.act == a_watch()


def test_settle__each_its_outcome(path: Path) -> None:
    """Sent and parked entries wait no more, what is to be corrected waits corrected."""
    outbox, _ = an_outbox(path)
    special = an_episode(1, season=0, tvdb=77)
    for item in (a_movie(1), a_movie(2), special):
        outbox.add(a_watch(item))
    one, two, three = outbox.due()
    corrected = special._replace(tvdb=0)
    outbox.settle(
        [Outcome(one, SENT), Outcome(two, PARKED, "no"), Outcome(three, WAITING, item=corrected)]
    )
    assert [entry.act.item for entry in outbox.due()] == [corrected]
    assert [row[5] for row in rows(path)] == ["sent", "parked", "waiting"]


def test_settle__correction_that_exists_already(path: Path) -> None:
    """A correction that makes an entry the same as another leaves one of the two."""
    outbox, _ = an_outbox(path)
    special = an_episode(1, season=0, tvdb=77)
    outbox.add(a_watch(special))
    outbox.add(a_watch(special._replace(tvdb=0)))
    outbox.settle([Outcome(outbox.due()[0], WAITING, item=special._replace(tvdb=0))])
    assert [entry.act.item for entry in outbox.due()] == [special._replace(tvdb=0)]


def test_settle__forgets_what_is_old(path: Path) -> None:
    """Sent entries can be read for 90 days; what waits or is parked is never forgotten."""
    outbox, _ = an_outbox(path)
    for number in (1, 2, 3):
        outbox.add(a_watch(a_movie(number)))
    one, two, _three = outbox.due()
    outbox.settle([Outcome(one, SENT), Outcome(two, PARKED, "no")])
    an_outbox(path, NOW + 90 * 86400)[0].settle([])
    assert len(rows(path)) == 3
    an_outbox(path, NOW + 90 * 86400 + 1)[0].settle([])
    assert [row[5] for row in rows(path)] == ["parked", "waiting"]


def _tamper(path: Path, column: str, value: object, number: int) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE entry SET {column} = ? WHERE id = ?", (value, number))


@pytest.mark.parametrize(
    ("column", "junk"),
    [
        ("item", "{"),
        ("item", '{"show": 5}'),
        ("item", '{"ids": {"new": 1}}'),
        ("item", '{"ids": {"imdb": ["tt9000001"]}, "title": "x", "year": 2019}'),
        ("item", '{"season": null, "number": 4, "show": {"ids": {}, "title": "x", "year": 0}}'),
        ("watched_at", "yesterday"),
    ],
)
def test_due__unreadable_entry(path: Path, column: str, junk: str) -> None:
    """An entry that cannot be read is parked and holds up nothing."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(1)))
    outbox.add(a_watch(a_movie(2)))
    bad, good = outbox.due()
    _tamper(path, column, junk, bad.id)
    assert outbox.due() == [good]
    assert [row[5] for row in rows(path)] == ["parked", "waiting"]


def _damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "zeroed":
        path.write_bytes(bytes(len(content)))
    elif how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "scribbled":
        path.write_bytes(content[:4096] + b"scribble" * 512 + content[8192:])
    elif how == "not a database":
        path.write_text("This was a shopping list. " * 200)
    elif how == "without its version":
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA user_version = 0")
    else:
        path.unlink()
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("CREATE TABLE shopping (list)")
            db.execute("PRAGMA user_version = 1")


def _scribble(path: Path, index: str) -> None:
    """Overwrite the first page of an index: the rows themselves stay legible."""
    with closing(sqlite3.connect(path)) as db:
        pages = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'"))
        (size,) = db.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    start = (pages[index] - 1) * size
    content[start : start + size] = b"x" * size
    path.write_bytes(content)


@pytest.mark.parametrize(
    "how",
    [
        "zeroed",
        "truncated",
        "scribbled",
        "not a database",
        "a foreign database",
        "without its version",
    ],
)
def test_damaged__set_aside(path: Path, how: str) -> None:
    """A damaged file is kept under a dated name, told of, and a new one takes the next watch."""
    outbox, _ = an_outbox(path)
    for number in range(100):
        outbox.add(a_watch(a_movie(number)))
    _damage(path, how)
    outbox, set_aside = an_outbox(path)
    outbox.add(a_watch(an_episode()))
    assert set_aside == ["outbox.db.damaged-20231114-221325"]
    assert (path.parent / set_aside[0]).exists()
    assert a_watch(an_episode()) in [entry.act for entry in outbox.due()]


def test_damaged__while_in_use(path: Path) -> None:
    """Damage that happens under a running service is noticed at the next use."""
    outbox, set_aside = an_outbox(path)
    outbox.add(a_watch())
    _damage(path, "not a database")
    outbox.add(a_watch(an_episode()))
    assert len(set_aside) == 1
    assert [entry.act.item for entry in outbox.due()] == [an_episode()]


def test_damaged__carries_over_what_waits(path: Path) -> None:
    """What waits in the legible part of a damaged file waits in the new one."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(1)))
    outbox.add(a_watch(a_movie(2)))
    outbox.settle([Outcome(outbox.due()[0], SENT)])
    _scribble(path, "entry_by_state")
    outbox, set_aside = an_outbox(path)
    assert [entry.act.item for entry in outbox.due()] == [a_movie(2)]
    assert len(set_aside) == 1


def a_damaged_outbox(path: Path) -> None:
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(1)))
    outbox.add(a_watch(a_movie(2)))
    _scribble(path, "entry_by_state")


def test_damaged__and_the_disk_is_full(path: Path) -> None:
    """What a full disk does not let carry over is carried over when there is room again."""
    a_damaged_outbox(path)
    script = f"""
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from simkl_scrobbler.database import Unwritable
from simkl_scrobbler.outbox import Outbox
try:
    Outbox({str(path)!r}).due()
except Unwritable:
    print("full")
"""
    assert run(script) == "full\n"
    outbox, set_aside = an_outbox(path)
    assert [entry.act.item for entry in outbox.due()] == [a_movie(1), a_movie(2)]
    assert len(set_aside) == 1


@pytest.mark.parametrize("steps", range(7))
def test_damaged__killed_while_carrying_over(path: Path, steps: int) -> None:
    """A kill at any step of the recovery loses nothing of what was legible."""
    a_damaged_outbox(path)
    script = f"""
import os, sqlite3
from simkl_scrobbler.outbox import Outbox
done = []
def mortal(act):
    def step(*names, **options):
        if len(done) == {steps}:
            os.kill(os.getpid(), 9)
        done.append(act)
        return act(*names, **options)
    return step
os.replace, sqlite3.connect = mortal(os.replace), mortal(sqlite3.connect)
Outbox({str(path)!r}).due()
os.kill(os.getpid(), 9)
"""
    killed = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(LIBRARY)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    waiting = [entry.act.item for entry in an_outbox(path)[0].due()]
    assert waiting == [a_movie(1), a_movie(2)]


def _interrupt_the_recovery(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something as soon as what is legible has been read from the damaged file."""
    salvage = database._salvage

    def interrupted(*damaged: Any) -> Any:
        monkeypatch.setattr(database, "_salvage", salvage)
        rows = salvage(*damaged)
        act()
        return rows

    monkeypatch.setattr(database, "_salvage", interrupted)


def test_damaged__found_by_two_threads(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that find the file damaged begin one new file, and both write to it."""
    a_damaged_outbox(path)
    outbox, set_aside = an_outbox(path)
    other = threading.Thread(target=outbox.add, args=(a_watch(an_episode()),))

    def meanwhile() -> None:
        other.start()
        other.join(0.5)

    _interrupt_the_recovery(monkeypatch, meanwhile)
    outbox.due()
    other.join()
    waiting = [entry.act.item for entry in outbox.due()]
    assert waiting == [a_movie(1), a_movie(2), an_episode()]
    assert len(set_aside) == 1


def test_damaged__found_by_two_processes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process has written to its new file meanwhile is not set aside."""
    a_damaged_outbox(path)
    outbox, set_aside = an_outbox(path)
    _interrupt_the_recovery(monkeypatch, lambda: an_outbox(path)[0].add(a_watch(an_episode())))
    waiting = [entry.act.item for entry in outbox.due()]
    assert (waiting, set_aside) == ([a_movie(1), a_movie(2), an_episode()], [])


def test_deleted__while_in_use(path: Path) -> None:
    """A file that somebody deletes is simply begun again."""
    outbox, set_aside = an_outbox(path)
    outbox.add(a_watch())
    path.unlink()
    outbox.add(a_watch(an_episode()))
    assert (len(outbox.due()), set_aside) == (1, [])


def test_deleted__while_a_request_is_under_way(path: Path) -> None:
    """What becomes of an entry is never stored with another that has its number in a new file."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie()))
    (old,) = outbox.due()
    path.unlink()
    outbox.add(a_watch(an_episode()))
    outbox.settle([Outcome(old, SENT)])
    assert [entry.act.item for entry in outbox.due()] == [an_episode()]


def test_damaged__while_a_request_is_under_way(path: Path) -> None:
    """Entries that were carried over, and so numbered anew, keep their own outcomes."""
    outbox, _ = an_outbox(path)
    for number in (1, 2, 3):
        outbox.add(a_watch(a_movie(number), at=EVENING + number))
    first, second, _third = outbox.due()
    outbox.settle([Outcome(first, SENT)])
    _scribble(path, "entry_by_state")
    an_outbox(path)[0].due()
    outbox.settle([Outcome(second, SENT)])
    assert [entry.act.watched_at for entry in outbox.due()] == [EVENING + 2, EVENING + 3]


def test_unwritable__kept_in_memory(path: Path, tmp_path: Path) -> None:
    """What the disk refuses is kept, refused aloud, and written when it can be."""
    outbox, _ = an_outbox(path)
    path.mkdir()
    with pytest.raises(Unwritable):
        outbox.add(a_watch())
    with pytest.raises(Unwritable):
        outbox.add(a_watch(an_episode()))
    with pytest.raises(Unwritable):
        outbox.due()
    assert outbox.unsaved == 2
    path.rmdir()
    outbox.flush()
    assert (outbox.unsaved, len(outbox.due())) == (0, 2)


def test_unwritable__whatever_sqlite_says(path: Path) -> None:
    """A watch is kept whatever keeps SQLite from taking it, and its caller knows how to wait."""
    outbox, _ = an_outbox(path)
    outbox.due()
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "CREATE TRIGGER odd BEFORE INSERT ON entry BEGIN SELECT RAISE (ABORT, 'odd'); END"
        )
    with pytest.raises(Unwritable):
        outbox.add(a_watch())
    assert outbox.unsaved == 1


def test_unwritable__full_disk(path: Path) -> None:
    """A full disk loses neither what is on it nor what comes."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(0)))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (24576, 24576))"
    script = f"""
import signal, sys
{limit}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.database import Unwritable
from simkl_scrobbler.outbox import Outbox
outbox = Outbox({str(path)!r})
try:
    for number in range(1, 999):
        outbox.add(Watch(Movie("x" * 500, 0, Ids(tmdb=number)), number, "playback"))
except Unwritable:
    print(number, outbox.unsaved)
"""
    number, unsaved = map(int, run(script).split())
    assert (unsaved, len(an_outbox(path)[0].due())) == (1, number)


def test_busy__waited_for_until_kodi_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a file that another process keeps locked gives up when Kodi ends."""
    monkeypatch.setattr(database, "_PATIENCE", 1000.0)
    outbox, _ = an_outbox(path)
    outbox.add(a_watch())

    def add() -> None:
        with pytest.raises(Unwritable):
            outbox.add(a_watch(an_episode()))

    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=add)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        outbox.hurry()
        thread.join(30)
        assert not thread.is_alive()
    assert outbox.unsaved == 1
    outbox.flush()
    assert len(outbox.due()) == 2


def test_damaged__and_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file that another process keeps locked is not taken for one without entries."""
    a_damaged_outbox(path)
    outbox, set_aside = an_outbox(path)
    salvage = database._salvage

    def salvage_while_locked(damaged: str, *how: Any) -> Any:
        with closing(sqlite3.connect(damaged)) as db:
            db.execute("BEGIN EXCLUSIVE")
            return salvage(damaged, *how)

    with monkeypatch.context() as patch, pytest.raises(Unwritable):
        patch.setattr(database, "_salvage", salvage_while_locked)
        patch.setattr(database, "_PATIENCE", 0.0)
        outbox.due()
    assert [entry.act.item for entry in outbox.due()] == [a_movie(1), a_movie(2)]
    assert len(set_aside) == 1


def test_newer_schema__is_used(path: Path) -> None:
    """A file that a newer add-on has added to goes on being used after a downgrade."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE entry ADD COLUMN mood TEXT")
        db.execute("PRAGMA user_version = 99")
    outbox, set_aside = an_outbox(path)
    outbox.add(a_watch(an_episode()))
    assert (len(outbox.due()), set_aside) == (2, [])


def test_killed__at_any_line(path: Path) -> None:
    """What add() has returned from survives kill -9, and the file stays sound."""
    script = f"""
from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.outbox import Outbox
outbox = Outbox({str(path)!r})
for number in range(1, 99999):
    outbox.add(Watch(Movie("x", 0, Ids(tmdb=number)), number, "playback"))
    print(number, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={"PYTHONPATH": str(LIBRARY)}
    )
    assert process.stdout
    confirmed = [int(process.stdout.readline()) for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    confirmed += map(int, process.stdout.read().split())
    process.wait()
    process.stdout.close()
    outbox, set_aside = an_outbox(path)
    waiting = [entry.act.watched_at for entry in outbox.due(99999)]
    assert waiting[: len(confirmed)] == confirmed
    assert set_aside == []


def test_two_processes__lose_nothing(path: Path) -> None:
    """The service and a script can add at the same time."""
    scripts = [
        f"""
from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.outbox import Outbox
for number in range(50):
    Outbox({str(path)!r}).add(Watch(Movie("x", 0, Ids(tmdb=number)), {begin} + number, "playback"))
"""
        for begin in (1000, 2000)
    ]
    threads = [threading.Thread(target=run, args=(script,)) for script in scripts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(an_outbox(path)[0].due()) == 100


def run(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
    ).stdout


def test_keep__is_for_that_account_only(path: Path) -> None:
    """What is kept for an account is due as that account, and what comes later as any."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(1)))
    outbox.keep(7)
    outbox.add(a_watch(a_movie(2)))
    assert [entry.act.item for entry in outbox.due(8)] == [a_movie(2)]
    assert [entry.act.item for entry in outbox.due(7)] == [a_movie(1), a_movie(2)]
    assert outbox.waiting() == 1


def test_discard__spares_what_is_kept(path: Path) -> None:
    """Forgetting what waits leaves alone what is kept for an account."""
    outbox, _ = an_outbox(path)
    outbox.add(a_watch(a_movie(1)))
    outbox.keep(7)
    outbox.add(a_watch(a_movie(2)))
    outbox.discard()
    assert [entry.act.item for entry in outbox.due(7)] == [a_movie(1)]
