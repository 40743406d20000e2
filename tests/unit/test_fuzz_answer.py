"""Whatever comes over the line is a value or one of the error family, for everyone who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkl_scrobbler import rewatch
from simkl_scrobbler.account import NOBODY, with_tokens
from simkl_scrobbler.answer import Answer, Busy, SimklError, content, read
from simkl_scrobbler.auth import CodeExpired, ReadOnly, SignIn, identified
from simkl_scrobbler.history import Unclear, outcomes
from simkl_scrobbler.simkl import API, FileFound, Found, Simkl

from .anything import (
    ACTIVITIES,
    ADDED,
    CODE,
    DELETED,
    FILE,
    LIBRARY,
    PIN,
    ROWS,
    SETTINGS,
    TOKENS,
    answers,
    like,
)
from .builders import (
    a_movie,
    a_removal,
    a_rewatch,
    a_show,
    an_episode,
    entries,
    entries_of,
)

LARGEST = 2**63 - 1
"""What SQLite takes for a number."""


class Line:
    """A wire on which every request gets the same answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def send(self, *_: Any) -> Answer:
        return self._answer

    def cut(self) -> None: ...

    def close(self) -> None: ...


def simkl(answer: Answer) -> Simkl:
    return Simkl(Line(answer), API, "id", "1")


def an_id(value: object) -> bool:
    return type(value) is int and 0 < value <= LARGEST


@given(answers)
def test_read__value_or_error(answer: Answer) -> None:
    """Of a success its object, of everything else an error that a person can be told."""
    try:
        found = read(answer)
    except SimklError as error:
        assert str(error)
        assert error.word == error.word.lower()
        waits = error.waits if isinstance(error, Busy) else ()
        assert all(0 < wait <= 26 * 3600 for wait in waits)
    else:
        assert isinstance(found, dict)
        assert answer.status // 100 == 2
        # Not by ==, because NaN is not itself.
        assert repr(found) == repr(content(answer))


def _begun_and_polled(answer: Answer) -> None:
    sign_in = SignIn(simkl(answer), lambda: 0.0)
    try:
        code = sign_in.begin()
        assert all(isinstance(part, str) for part in code)
        assert sign_in.poll_at > 0
        assert 0 < sign_in.ends_at <= 3600
        sign_in.poll()
    except (CodeExpired, ReadOnly):
        pass


def _searched(answer: Answer) -> None:
    for found in simkl(answer).search("tv", "x", "token"):
        assert isinstance(found, Found)
        assert an_id(found.simkl)


def _file_searched(answer: Answer) -> None:
    found = simkl(answer).search_file("token", "x", 1)
    if found:
        assert isinstance(found, FileFound)
        assert an_id(found.simkl)
        assert abs(found.year) <= LARGEST
        assert -1 <= found.season <= LARGEST
        assert 0 <= found.number <= LARGEST


def _sent(answer: Answer) -> None:
    some = entries(a_movie(1), an_episode(1), an_episode(1, 0, tvdb=7))
    said = simkl(answer).add_to_history("token", {})
    try:
        assert [each.entry for each in outcomes(some, said)] == some
    except Unclear:
        assert len(some) > 1
    [alone] = outcomes(some[:1], said)
    assert alone.entry == some[0]
    rewatch.said(said)


def _tokens(answer: Answer) -> None:
    account = with_tokens(NOBODY, simkl(answer).refresh("token"))
    assert account.signed_in
    assert 0 < account.expires_at <= LARGEST


def _identified(answer: Answer) -> None:
    account = identified(simkl(answer), NOBODY)
    assert abs(account.id) <= LARGEST


def _pinned(answer: Answer) -> None:
    simkl(answer).pin_token("CODE")


def _removed(answer: Answer) -> None:
    some = entries_of(a_removal(a_movie(1)), a_removal(an_episode(1)))
    said = simkl(answer).remove_from_history("token", {})
    assert [each.entry for each in outcomes(some[:1], said)] == some[:1]


def _revoked(answer: Answer) -> None:
    simkl(answer).revoke("token")


def _asked_since(answer: Answer) -> None:
    # It becomes part of an address.
    moment = rewatch.since(simkl(answer).activities("token").get("all"))
    assert moment.encode() == moment.encode("ascii")


def _looked_through(answer: Answer) -> None:
    library, title, act = simkl(answer).all_items("token", "shows"), a_show(), a_rewatch()
    for each in (title, act.item):
        rows = rewatch.rows(library, each)
        assert all(an_id(row.rewatch_id) for row in rows)
        assert 0 <= rewatch.completed(library, each) <= LARGEST
        assert rewatch.holding(rows, act, 0.0) in [None, *rows]


READERS: list[tuple[Callable[[Answer], object], Any]] = [
    (_begun_and_polled, {**CODE, **PIN}),
    (_begun_and_polled, {**CODE, **TOKENS, **SETTINGS}),
    (_searched, ROWS),
    (_file_searched, FILE),
    (_sent, ADDED),
    (_removed, DELETED),
    (_tokens, TOKENS),
    (_identified, SETTINGS),
    (_pinned, PIN),
    (_revoked, {}),
    (_asked_since, ACTIVITIES),
    (_looked_through, LIBRARY),
]


@pytest.mark.parametrize(("reads", "sample"), READERS)
@given(st.data())
def test_readers__value_or_error(
    reads: Callable[[Answer], object], sample: Any, data: st.DataObject
) -> None:
    """No endpoint lets anything through that its readers stumble over, or that is no id."""
    try:
        reads(data.draw(like(sample) | answers))
    except SimklError as error:
        assert str(error)
