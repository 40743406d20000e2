"""Whatever lies in the outbox, the flag of rewatches is sent for what the person asked only."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkl_scrobbler.account import Account, AccountFile
from simkl_scrobbler.answer import Answer, Unreachable
from simkl_scrobbler.media import Act, Order, Removal, Rewatch, Seen, Watch
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.rewatching import Rewatching
from simkl_scrobbler.sender import Sender
from simkl_scrobbler.simkl import API, Simkl

from .builders import EVENING, a_movie, a_show, an_episode

COMPLETED = {"shows": [{"show": {"ids": {"simkl": 8000002, "tvdb": "910002"}}}]}
MOMENTS = st.integers(EVENING, EVENING + 5)
ITEMS = st.sampled_from(
    [a_movie(1), a_movie(2), *map(an_episode, range(1, 4)), an_episode(1, 0, tvdb=77)]
)
SEEN: list[Seen] = [(), (1, 4, "2023-11-14T22:13:20Z")]
ORDERS = st.builds(
    Order,
    st.just(a_show()),
    MOMENTS,
    st.just("menu"),
    st.sampled_from(["active", "closed"]),
    st.sampled_from([0, 31007]),
    st.sampled_from(SEEN),
)
ACTS = st.one_of(
    *(st.builds(kind, ITEMS, MOMENTS, st.just("menu")) for kind in (Watch, Removal, Rewatch)),
    ORDERS,
)


class Wire:
    """A Simkl of few words, on a line that may be cut at every flagged write."""

    def __init__(self, completed: bool, plan: str, cuts: int, told: bool) -> None:
        self.flagged: list[dict[str, Any]] = []
        self.plain: list[dict[str, Any]] = []
        self._completed, self._plan, self._cuts, self._told = completed, plan, cuts, told

    def send(
        self, method: str, url: str, params: dict[str, str], headers: Any, data: Any
    ) -> Answer:
        path = url[len(API) :]
        if method == "GET":
            return Answer(200, json.dumps(self._read(path)).encode())
        flagged = "allow_rewatch" in params
        assert not (flagged and path.endswith("remove"))
        (self.flagged if flagged else self.plain).append(json.loads(data))
        if flagged and self._cuts:
            self._cuts -= 1
            raise Unreachable("cut")
        return Answer(201, json.dumps(self._written(flagged)).encode())

    def _written(self, flagged: bool) -> dict[str, Any]:
        session = {"rewatch_id": 31007, "rewatch_status": "active"}
        statuses = [{"response": session}] if flagged and self._told else []
        added = {"episodes": 1, "statuses": statuses}
        return {"added": added, "deleted": {}, "not_found": {}}

    def _read(self, path: str) -> dict[str, Any]:
        if path == "/sync/activities":
            return {"all": "2023-11-14T22:13:20Z", "settings": {"all": None}}
        if path == "/users/settings":
            return {"user": {"name": "Anna"}, "account": {"id": 7, "type": self._plan}}
        return COMPLETED if self._completed and path.endswith("/completed") else {}

    def cut(self) -> None: ...

    def close(self) -> None: ...


def deliver(folder: Path, acts: list[Act], wire: Wire, on: bool) -> None:
    outbox, accounts = Outbox(str(folder / "outbox.db")), AccountFile(str(folder / "account.json"))
    accounts.save(Account("token", id=7, plan="pro"))
    outbox.add(*acts)
    now = [1000.0]
    sender = Sender(
        outbox,
        lambda: Simkl(wire, API, "id", "1"),
        accounts,
        lambda report: None,
        lambda: Rewatching(outbox, accounts) if on else None,
        monotonic=lambda: now[0],
    )
    for _ in range(200):
        wait = sender.deliver()
        if wait is None:
            return
        now[0] += wait
    raise AssertionError("the sender goes on for ever")


def episodes(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [episode for season in item.get("seasons", ()) for episode in season["episodes"]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(ACTS, max_size=8),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["pro", "free"]),
    st.integers(0, 2),
    st.booleans(),
)
def test_flag__whatever_is_in_the_outbox(
    acts: list[Act], on: bool, completed: bool, plan: str, cuts: int, told: bool
) -> None:
    """One item with one watch, that a rewatch or an order names; never a show that isn't completed.

    And nothing at all with the setting off or on a free plan, nor fields of rewatches unflagged.
    """
    wire = Wire(completed, plan, cuts, told)
    with tempfile.TemporaryDirectory() as folder:
        deliver(Path(folder), acts, wire, on)
    wished = [act for act in acts if isinstance(act, (Rewatch, Order))]
    assert on and plan == "pro" and wished or not wire.flagged
    for body in wire.flagged:
        [[item]] = body.values()
        if "shows" not in body:
            assert item["watched_at"]
        elif not episodes(item):
            assert completed
            assert item["status"] == "completed"
            assert "seasons" not in item
            assert any(isinstance(act, Order) for act in wished)
        else:
            [episode] = episodes(item)
            assert episode["watched_at"]
    for body in wire.plain:
        for item in (*body.get("movies", ()), *body.get("shows", ())):
            assert not [key for key in item if "rewatch" in key]
            assert "shows" not in body or item in body.get("movies", ()) or episodes(item)
