"""A person who watches things again, with the real sender, on a Simkl of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simkl_scrobbler.account import Account, AccountFile
from simkl_scrobbler.line import Line
from simkl_scrobbler.media import Act, Ids, Item, Order, Rewatch, Show, Watch, label
from simkl_scrobbler.outbox import Outbox
from simkl_scrobbler.rewatch import ACTIVE, CLOSED, Session
from simkl_scrobbler.rewatching import Rewatching
from simkl_scrobbler.sender import BETWEEN_POSTS, TROUBLE, Report, Sender
from simkl_scrobbler.simkl import Simkl
from tests.simkl_server.server import SimklServer

from .builders import EVENING, a_movie, a_show, an_episode

DAY = 86400
FIRST = EVENING - 30 * DAY
"""When everything was seen for the first time."""
ANIME = Show("Kaze no Machi", 2020, Ids(tvdb=910010, tmdb=920010))
FERRY, FILM = a_show(), a_movie()
WHOLE_FERRY = [an_episode(number, 1) for number in range(1, 11)] + [
    an_episode(number, 2) for number in range(1, 9)
]
SALT = Show("Salt Road", 2024, Ids(tvdb=910003))


class Sofa:
    """One account of the server, one outbox, one sender; nothing waits, the clocks go on at once.

    `on` is the person's setting.
    """

    def __init__(self, server: SimklServer, folder: Path, plan: str = "pro") -> None:
        self.server = server
        self.path = str(folder / "outbox.db")
        self.accounts = AccountFile(str(folder / "account.json"))
        self.on = True
        self.now = 1000.0
        self.reports: list[Report] = []
        self.sign_in("anna", plan)
        self.restart()

    def sign_in(self, name: str, plan: str = "pro") -> None:
        """Somebody signs in, as themselves."""
        self.simkl = self.server.account(name, plan)
        self.simkl.plan = plan
        self.account = Account(self.simkl.token, id=self.simkl.number, plan=plan)
        self.accounts.save(self.account)

    def restart(self, *clock: Any) -> None:
        """Kodi was killed, and starts again; `clock` is what the outbox takes for one."""
        self.outbox = Outbox(self.path, lambda name: None, *clock)
        self.sender = Sender(
            self.outbox,
            lambda: Simkl(Line(), self.server.url, self.server.client_id, "1"),
            self.accounts,
            self.reports.append,
            lambda: Rewatching(self.outbox, self.accounts) if self.on else None,
            monotonic=lambda: self.now,
        )
        self.now += BETWEEN_POSTS

    def deliver(self) -> float | None:
        """One round of the sender; the clocks then go on by what it wants to wait."""
        wait = self.sender.deliver()
        self.now += wait or 0.0
        self.server.clock.advance(wait or 0.0)
        return wait

    def drain(self) -> None:
        """Until nothing is left to be done."""
        for _ in range(200):
            if self.deliver() is None:
                return
        raise AssertionError("the sender goes on for ever")

    def do(self, *acts: Act) -> list[str]:
        """What the person hears of these acts once all is sent."""
        before = len(self.reports)
        self.outbox.add(*acts)
        self.drain()
        return [each.state for each in self.reports[before:] if each.state != TROUBLE]

    def saw(self, *items: Item, at: int = FIRST) -> None:
        """They were watched for the first time."""
        self.do(*(Watch(item, at, "playback") for item in items))

    def start(self, show: Show = FERRY, at: int = EVENING) -> list[str]:
        return self.do(Order(show, at, "menu", ACTIVE))

    def stop(self, show: Show = FERRY, at: int = EVENING + 9 * DAY) -> list[str]:
        """As the menu does it."""
        session = self.session(show)
        assert session
        return self.do(Order(show, at, "menu", CLOSED, session.rewatch_id, session.seen))

    def again(self, item: Item, at: int = EVENING) -> list[str]:
        return self.do(Rewatch(item, at, "playback"))

    def session(self, item: Item | Show = FERRY) -> Session | None:
        return self.outbox.session(self.account.id, item)

    @property
    def sessions(self) -> list[tuple[int, str, int]]:
        """What Simkl has: id, status and how many watches."""
        return [
            (
                row["rewatch_id"],
                row["rewatch_status"],
                len(row["episodes"]) or bool(row["watched_at"]),
            )
            for row in self.simkl.sessions
        ]

    @property
    def flagged(self) -> list[Any]:
        """The bodies of all flagged writes that arrived."""
        return [
            exchange.json
            for exchange in self.server.requests
            if exchange.method == "POST" and "allow_rewatch" in exchange.query
        ]

    @property
    def labels(self) -> list[str]:
        return [label(item) for report in self.reports for item in report.items]


@contextmanager
def a_sofa(folder: Path, plan: str = "pro", **switches: Any) -> Iterator[Sofa]:
    """At the end no fault of ours may have been found."""
    with SimklServer() as server:
        server.clock.freeze("2023-12-20T12:00:00Z")
        server.switches.set(rewatch_expected=True, **switches)
        yield Sofa(server, folder, plan)
        assert server.client_faults == []
