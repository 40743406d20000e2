"""The log of every API request and its answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from flask import Request, Response

from . import archive
from .clock import Clock


@dataclass
class Exchange:
    """One request; `status` and `answer` stay None while, or if, nothing is answered."""

    number: int
    monotonic: float
    at: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    json: Any
    status: int | None = None
    answer: Any = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    fault: str | None = None
    finished: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The exchange ready for JSON."""
        return asdict(self)


class RequestLog:
    """All exchanges in order of arrival."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.exchanges: list[Exchange] = []
        self._arrived = 0

    def clear(self) -> None:
        """Forget the exchanges; their numbers go on, and the archive keeps them."""
        self.exchanges.clear()

    def open(self, request: Request) -> Exchange:
        """Write down a request as it arrives."""
        self._arrived += 1
        exchange = Exchange(
            number=self._arrived,
            monotonic=self._clock.monotonic(),
            at=self._clock.stamp(),
            method=request.method,
            path=request.path,
            query=request.args.to_dict(),
            headers=dict(request.headers),
            body=request.get_data(as_text=True),
            json=request.get_json(force=True, silent=True),
        )
        self.exchanges.append(exchange)
        archive.keep(request)
        return exchange

    def close(self, exchange: Exchange, response: Response | None) -> None:
        """Write down the answer; None when the connection was closed without one."""
        exchange.finished = True
        if response is not None:
            exchange.status = response.status_code
            exchange.answer = response.get_json(silent=True)
            if exchange.answer is None:
                exchange.answer = response.get_data(as_text=True)
            exchange.answer_headers = dict(response.headers)
