"""Whether anything waits, asked before the outbox itself is loaded."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from simkl_scrobbler.history import PARKED, SENT, Outcome
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.waiting import waits

from .builders import EVENING, a_watch


def test_waits__only_what_waits(tmp_path: Path) -> None:
    """No file, an empty one, and what is sent or parked, are nothing that waits."""
    path = str(tmp_path / "outbox.db")
    assert not waits(path)
    assert list(tmp_path.iterdir()) == []
    outbox = Outbox(path)
    outbox.waiting()
    assert not waits(path)
    for at, state in enumerate((SENT, PARKED), EVENING):
        outbox.add(a_watch(at=at))
        assert waits(path)
        outbox.settle([Outcome(entry, state) for entry in outbox.due()])
        assert not waits(path)


def test_waits__what_cannot_be_known(tmp_path: Path) -> None:
    """A file that cannot be read may hold something: whoever can repair it has to see it."""
    path = tmp_path / "outbox.db"
    path.write_bytes(b"no database" * 100)
    assert waits(str(path))
    path.rename(f"{path}.new")
    assert waits(str(path))


def test_waits__does_not_wait_itself(tmp_path: Path) -> None:
    """Somebody else has the file: they may be writing what has to be sent."""
    path = str(tmp_path / "outbox.db")
    Outbox(path).waiting()
    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        assert waits(path)
