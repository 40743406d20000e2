"""What another account finds of the one before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkl_scrobbler.account import Account, AccountFile
from simkl_scrobbler.answer import Answer
from simkl_scrobbler.history import PARKED, Outcome
from simkl_scrobbler.kodi import sign_in
from simkl_scrobbler.media import Act
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.simkl import API, Simkl
from tests.unit.builders import a_rewatch, a_watch, an_episode, an_order

from .fakes import FakeKodi

ANNA, BERT = Account("a", id=7, name="Anna"), Account("b", id=8, name="Bert")
WATCH, REWATCH, ORDER = a_watch(an_episode()), a_rewatch(), an_order(rewatch_id=31007)
PLAIN = a_watch()


class Wire:
    def send(self, *_: object) -> Answer:
        return Answer(200, b"{}")

    def cut(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("answer", "anna", "bert"),
    [
        (0, [WATCH, REWATCH, ORDER], []),
        (1, [WATCH, PLAIN], [WATCH, PLAIN]),
        (2, [], []),
    ],
    ids=["kept", "sent as the other", "forgotten"],
)
def test_another_account__rewatches(
    kodi: FakeKodi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: int,
    anna: list[Act],
    bert: list[Act],
) -> None:
    """A session is that of one account: to another, what waits can only be plain watches."""
    outbox, accounts = Outbox(str(tmp_path / "o.db")), AccountFile(str(tmp_path / "a.json"))
    accounts.save(ANNA)
    outbox.add(ORDER._replace(wished_at=1))
    outbox.settle([Outcome(outbox.due()[0], PARKED, "not tracked")])
    outbox.add(WATCH, REWATCH, ORDER)
    kodi.settings["client_id"] = "id"
    monkeypatch.setattr(sign_in.code_window, "ask", lambda *_: BERT)
    monkeypatch.setattr(sign_in, "question", lambda _, answers: answers[answer])
    assert sign_in.sign_in(lambda: Simkl(Wire(), API, "id", "1"), accounts, outbox)
    assert [entry.act for entry in outbox.due(ANNA.id)] == anna
    assert [entry.act for entry in outbox.due(BERT.id)] == bert
    assert outbox.counts()[PARKED] == 0
