"""What lies on the disk: what was written comes back, and anything else stops nobody."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simkl_scrobbler import whole_file
from simkl_scrobbler.account import NOBODY, Account, AccountFile
from simkl_scrobbler.chosen import ChosenFile
from simkl_scrobbler.exclusions import Exclusions
from simkl_scrobbler.history import PARKED, WAITING, body
from simkl_scrobbler.ledger import legible
from simkl_scrobbler.media import Act, Ids, Order, label, read, written
from simkl_scrobbler.outbox import Outbox

from .anything import HOSTILE, acts, damaged, encoded, ids, texts, values
from .builders import EVENING, a_movie, a_rewatch, a_watch, an_episode, an_order

_WRITTEN = [
    json.loads(written(act))
    for act in (
        a_watch(),
        a_watch(an_episode(season=0, tvdb=7)),
        a_rewatch(an_episode()),
        an_order("closed", 31007, (1, 4, "2023-11-14T22:13:20Z")),
    )
]
_stored = st.one_of(
    texts,
    st.just("[" * 50_000),
    values.map(json.dumps),
    *[damaged(each).map(json.dumps) for each in _WRITTEN],
)
_ACCOUNT = Account("at", "v2", "rt", EVENING, "media:read", 7, "Anna", "pro")._asdict()
_CHOSEN = {"addons": ["plugin.video.a"], "folders": ["/a/"], "genres": ["X"], "private_until": 9}


def _files(sample: Any) -> st.SearchStrategy[bytes]:
    whole = encoded(damaged(sample))
    cut = st.builds(lambda data, at: data[:at], whole, st.integers(0, 90))
    return st.one_of(st.binary(max_size=60), encoded(values), whole, cut, st.just(b"[" * 50_000))


@given(acts)
def test_written__comes_back(act: Act) -> None:
    """Every act comes back as it went in, whatever stands in its titles."""
    assert read(written(act), act[1], act.source) == act


@given(acts, acts)
def test_written__tells_items_apart(act: Act, other: Act) -> None:
    """What is stored as the same is the same: one of them must not replace the other."""
    assert (written(act) == written(other)) == (
        act[:1] + act[3:] == other[:1] + other[3:] and type(act) is type(other)
    )


@given(_stored)
def test_legible__any_text(text: str) -> None:
    """Whatever stands in a row, the person is shown something of it."""
    act = legible(text, EVENING, "playback", "episode", "Night Ferry", 1, 4)
    assert act[1:3] == (EVENING, "playback")


@settings(max_examples=40)
@given(st.lists(_stored, max_size=6, unique=True))
def test_outbox__rows_of_anybody(rows: list[str]) -> None:
    """A row that makes no sense is parked; it holds up no other, and what goes out can go out."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "outbox.db")
        outbox = Outbox(path)
        outbox.add(a_watch())
        with closing(sqlite3.connect(path)) as db, db:
            db.executemany(
                "INSERT OR IGNORE INTO entry (item, kind, title, watched_at, source, created_at) "
                "VALUES (?, 'movie', 'X', 5, 'playback', 5)",
                [(row.encode(errors="replace").decode(),) for row in rows],
            )
        due = outbox.due()
        assert a_movie() in [entry.act.item for entry in due]
        for entry in due:
            assert isinstance(label(entry.act.item), str)
            if not isinstance(entry.act, Order):
                assert json.dumps(body([entry], EVENING))
        shown = [*outbox.newest(WAITING, 99), *outbox.newest(PARKED, 99)]
        assert all(isinstance(label(each.entry.act.item), str) for each in shown)
        assert outbox.counts()[WAITING] == len(due)


@given(_files(_ACCOUNT))
def test_account__any_file(content: bytes) -> None:
    """A damaged account file is nobody, or an account whose fields have their types."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "account.json"
        path.write_bytes(content)
        account = AccountFile(str(path)).load()
    assert [type(part) for part in account] == [type(part) for part in NOBODY]
    assert isinstance(account.ends_soon(float(EVENING)), bool)


@given(_files(_CHOSEN))
def test_chosen__any_file(content: bytes) -> None:
    """A damaged exclusions.json excludes what can be read of it, and can be written again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "exclusions.json"
        path.write_bytes(content)
        chosen = ChosenFile(str(path))
        before = chosen.load()
        chosen.save(private_until=9)
        assert chosen.load() == before._replace(private_until=9)
    assert [type(part) for part in before] == [type(part) for part in Exclusions()]


@given(values)
def test_whole_file__any_value(value: object) -> None:
    """A file holds what it shall hold, and nothing else is left beside it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        whole_file.replace(str(path), "before")
        whole_file.replace(str(path), value)
        assert repr(whole_file.load(str(path))) == repr(value)
        assert [each.name for each in Path(folder).iterdir()] == ["file"]


@given(
    st.one_of(
        values, st.dictionaries(st.sampled_from(["imdb", "TMDB", "thetvdb", "mal", "x"]), values)
    )
)
def test_ids__of_anything(uniqueid: object) -> None:
    """An id is in the form of its database, or there is none."""
    found = Ids.checked(uniqueid)
    assert all(0 <= number < 10**12 for number in found if not isinstance(number, str))
    assert found.imdb == "" or (found.imdb[:2] == "tt" and found.imdb[2:].isdecimal())
    assert json.dumps(found).isascii()


@given(ids)
def test_ids__of_their_own(known: Ids) -> None:
    """Ids that are known stay what they are."""
    assert Ids.checked(known.known()) == known


def test_ids__hostile() -> None:
    """What was meant badly is no id."""
    for text in HOSTILE:
        assert Ids.checked(dict.fromkeys(("imdb", "tvdb", "tmdb", "simkl"), text)) == Ids()
