"""The diagnosis: it says what helps, and nothing that is only the person's."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkl_scrobbler.account import Account
from simkl_scrobbler.history import PARKED, SENT, Outcome
from simkl_scrobbler.kodi import diagnosis, trouble
from simkl_scrobbler.kodi.settings import chosen
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.pauses import OFFLINE, Trouble
from tests.unit.builders import a_movie, a_watch, an_episode

from .fakes import BACK, FakeKodi

TOKEN = "simkl_at_" + "aB3-_" * 6 + "xyzW"
CLIENT_ID = "0123456789abcdef" * 4
WITHOUT, WITH = "Without the titles", "With the titles"


def log_line(text: str, level: str = "warning") -> str:
    return f"2026-11-24 15:57:30.588 T:18964 {level:>7} <general>: [service.simkl] {text}\n"


@pytest.fixture
def outbox(kodi: FakeKodi) -> Outbox:
    kodi.profile.mkdir()
    kodi.settings["client_id"] = CLIENT_ID
    write_log(kodi, log_line("delivery has to wait: Unreachable: timeout"))
    return Outbox(str(kodi.profile / "outbox.db"))


def write_log(kodi: FakeKodi, text: str) -> None:
    (kodi.profile / "kodi.log").write_text(text, encoding="utf-8")


def compose(outbox: Outbox, titles: bool = False, token: str = TOKEN) -> str:
    return diagnosis.compose(outbox, Account(token), titles)


def test_compose__what_is_left_alone(kodi: FakeKodi, outbox: Outbox) -> None:
    """Of what the person leaves alone only the numbers are told."""
    chosen().save(addons=("plugin.video.secret",), folders=("secret",), genres=("Secret", "X"))
    text = compose(outbox, titles=True)
    assert "secret" not in text.lower()
    assert {"  addons: 1", "  folders: 1", "  genres: 2"} <= set(text.splitlines())


def test_compose__what_helps(kodi: FakeKodi, outbox: Outbox) -> None:
    """Versions, settings, counts, trouble and our own lines of the log are there."""
    for item in (a_movie(1), a_movie(2), an_episode()):
        outbox.add(a_watch(item))
    one, two, _three = outbox.due()
    outbox.settle([Outcome(one, SENT), Outcome(two, PARKED, "unknown movie")])
    trouble.tell(Trouble(OFFLINE, 1_700_000_000, 1_700_000_060))
    lines = compose(outbox).splitlines()
    wanted = """
      add-on: 1.2.3
      Kodi: 20.1 (20.1.0) Git:x
      application key: there is one
      threshold: 80
      min_length: 120
      scrobble_movies: True
      notify: True
      signed in: yes
      plan: unknown
      waiting: 1
      sent: 1
      parked: 1
      parked because of unknown movie: 1
      trouble: offline since 2023-11-14 22:13:20 UTC until 2023-11-14 22:14:20 UTC
      2026-11-24 15:57:30.588 warning delivery has to wait: Unreachable: timeout
    """
    missing = {line.strip() for line in wanted.strip().splitlines()} - set(map(str.strip, lines))
    assert missing == set()


def test_log__only_ours(kodi: FakeKodi, outbox: Outbox) -> None:
    """What others log, and what follows a line of ours, stays out; the newest lines are kept."""
    ours = "".join(log_line(f"number {number}", "info") for number in range(300))
    trace = 'Traceback (most recent call last):\n  File "/home/anna/x.py", line 1\n'
    other = "2026-11-24 15:57:30.588 T:1 error <general>: Opening secret film.mkv\n"
    write_log(kodi, other + trace + ours + "cut off in the mid")
    text = compose(outbox)
    assert "secret film" not in text
    assert "Traceback" not in text
    assert text.count("number") == 200
    assert "number 299" in text


def test_log__missing(kodi: FakeKodi, outbox: Outbox) -> None:
    """Without a log the rest is there."""
    (kodi.profile / "kodi.log").unlink()
    assert "cannot be read: FileNotFoundError" in compose(outbox)


def test_log__long(kodi: FakeKodi, outbox: Outbox) -> None:
    """Of a log that has grown for weeks only the end is read."""
    write_log(kodi, log_line("the beginning") + "x" * 1_200_000 + "\n" + log_line("the end"))
    text = compose(outbox)
    assert "the beginning" not in text
    assert "the end" in text


def test_titles__only_when_wanted(kodi: FakeKodi, outbox: Outbox) -> None:
    """The lines that name titles are those at debug level; they come if the person says so."""
    write_log(kodi, log_line("watched: Harbour Lights (2019)", "debug"))
    assert "Harbour" not in compose(outbox)
    assert "watched: Harbour Lights (2019)" in compose(outbox, titles=True)


def words(alphabet: str, least: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=40)


letters = string.ascii_letters + string.digits
tokens = st.one_of(
    words(letters + "_-", 20).map("simkl_at_".__add__),
    words(letters + "_-", 20).map("simkl_rt_".__add__),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
names = words(letters + "äöüß _-.()'", 3).map("¶{}¶".format)
titles = words(letters + "äöüß _-.()'/", 3).map("§{}§".format)
paths = st.one_of(
    st.builds(lambda *parts: "/" + "/".join(parts), names, names, names),
    st.builds(lambda *parts: "D:\\" + "\\".join(parts), names, names),
    st.builds(lambda *parts: "\\\\nas\\" + "\\".join(parts), names, names),
    st.builds(lambda *parts: "smb://user:pw@nas/" + "/".join(parts), names, names),
)
sentences = st.sampled_from(
    ["[Errno 13] Permission denied: '{}'", "{}", "got {} from it", "x={}", "({})", "watched: {}"]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    secrets=st.tuples(tokens, words(letters, 8).map("key{}".format), paths, titles),
    sentence=sentences,
)
def test_compose__no_secret_whatever_is_logged(
    kodi: FakeKodi, outbox: Outbox, secrets: tuple[str, str, str, str], sentence: str
) -> None:
    """Whatever our lines hold: no token, no key, no part of a path, and no title unasked for."""
    token, key, path, title = secrets
    kodi.settings["client_id"] = key
    lines = [log_line(sentence.format(secret)) for secret in (token, key, path)]
    lines.append(log_line(sentence.format(title), "debug"))
    write_log(kodi, "".join(lines))
    text = compose(outbox, token=token)
    parts = [part for part in path.replace("\\", "/").split("/") if part.startswith("¶")]
    assert [secret for secret in (token, key, title, *parts) if secret in text] == []
    assert [secret for secret in (token, key, *parts) if secret in compose(outbox, True)] == []


@pytest.fixture
def unwritable(kodi: FakeKodi) -> Iterator[Path]:
    path = kodi.profile / "diagnosis.txt"
    path.mkdir()
    yield path


def test_show__is_written_and_shown(kodi: FakeKodi, outbox: Outbox) -> None:
    """What the person reads is what stands in the file."""
    kodi.plan = [WITHOUT]
    diagnosis.show(outbox, None)
    heading, text = kodi.said
    assert heading.startswith("Diagnosis, saved as diagnosis.txt")
    assert (kodi.profile / "diagnosis.txt").read_text("utf-8") == text
    assert "signed in: no" in text


def test_show__with_titles(kodi: FakeKodi, outbox: Outbox) -> None:
    """The second answer brings the titles in."""
    write_log(kodi, log_line("watched: Harbour Lights (2019)", "debug"))
    kodi.plan = [WITH]
    diagnosis.show(outbox, None)
    assert "Harbour Lights" in kodi.said[1]


def test_show__back(kodi: FakeKodi, outbox: Outbox) -> None:
    """Back at the question writes nothing and shows nothing."""
    kodi.plan = [BACK]
    diagnosis.show(outbox, None)
    assert kodi.said == []
    assert not (kodi.profile / "diagnosis.txt").exists()


def test_show__cannot_be_written(kodi: FakeKodi, outbox: Outbox, unwritable: Path) -> None:
    """A full disk does not keep the person from reading it."""
    kodi.plan = [WITHOUT]
    diagnosis.show(outbox, None)
    assert kodi.said[0] == "Diagnosis, which could not be saved"
    assert "Versions" in kodi.said[1]


def test_compose__outbox_locked(kodi: FakeKodi, outbox: Outbox) -> None:
    """An outbox that cannot be opened is part of the diagnosis."""
    (kodi.profile / "outbox.db").mkdir()
    assert "the outbox cannot be opened" in compose(outbox)
