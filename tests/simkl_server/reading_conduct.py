# SPDX-License-Identifier: MIT
"""What a good client never does when it reads a library: section 1.11."""

from __future__ import annotations

from .request_log import Exchange

ACTIVITIES, ALL_ITEMS = "/sync/activities", "/sync/all-items"


class ReadingConduct:
    """Watches that a library is read in full only after a look at the activities."""

    def __init__(self) -> None:
        self._read: dict[str, set[str]] = {}  # what each app read since its last look

    def arrive(self, exchange: Exchange) -> list[str]:
        """Judge a request as it arrives."""
        full = exchange.path.startswith(ALL_ITEMS) and not exchange.query.get("date_from")
        if exchange.method != "GET" or not full:
            return []
        read = self._read.setdefault(_sender(exchange), {"*"})
        what = " ".join([exchange.path, *map(str, sorted(exchange.query.items()))])
        known = "*" in read or what in read
        read.add(what)
        return ["a library is read in full without a look at /sync/activities"] if known else []

    def leave(self, exchange: Exchange) -> None:
        """The request has been answered, or dropped."""
        if exchange.path.rstrip("/") == ACTIVITIES and exchange.status == 200:
            self._read[_sender(exchange)] = set()


def _sender(exchange: Exchange) -> str:
    return exchange.query.get("client_id", "")
