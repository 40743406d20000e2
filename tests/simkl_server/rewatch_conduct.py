# SPDX-License-Identifier: MIT
"""What a good client never does with rewatches."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from flask import Request

from .history_conduct import ARRAYS, dicts, episodes_of
from .request_log import Exchange
from .switches import Switches

HISTORY, ALL_ITEMS = "/sync/history", "/sync/all-items"
FIELDS = ("is_rewatch", "rewatch_id", "rewatch_status", "last_watched_at")


class RewatchConduct:
    """Watches who sends the flag, on what, and whether a write of unknown end is repeated."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._written: dict[str, set[str]] = defaultdict(set)

    def arrive(self, exchange: Exchange, request: Request) -> list[str]:
        """Judge a request as it arrives."""
        flag, path = exchange.query.get("allow_rewatch"), exchange.path.rstrip("/")
        items = list(_items(exchange.json)) if path == HISTORY else []
        if flag != "yes":
            return self._unflagged(flag, items)
        if not self._switches.rewatch_expected:
            return ["allow_rewatch=yes is sent"]
        if request.method == "POST" and path == HISTORY:
            return _form(items) + self._again(exchange)
        if request.method == "GET" and path.startswith(ALL_ITEMS):
            return []
        return [f"allow_rewatch=yes has no place in {path}"]

    def _unflagged(self, flag: str | None, items: list[tuple[str, dict[str, Any]]]) -> list[str]:
        sent = {name for _, item in items for name in FIELDS if name in item}
        found = [f"{name} is sent without allow_rewatch=yes" for name in sorted(sent)]
        if flag is not None and not self._switches.rewatch_expected:
            found.append(f"allow_rewatch={flag} is sent")
        return found

    def _again(self, exchange: Exchange) -> list[str]:
        """Section 1.10: a flagged write is not safe to repeat; its sessions are read first."""
        written, signature = self._written[_sender(exchange)], _signature(exchange)
        again = signature in written
        written.add(signature)
        return ["a flagged write is repeated without reading its sessions"] if again else []

    def leave(self, exchange: Exchange) -> None:
        """The request has been answered, or dropped."""
        if exchange.query.get("allow_rewatch") != "yes":
            return
        written, status = self._written[_sender(exchange)], exchange.status or 0
        if exchange.method == "GET":
            if status == 200 and exchange.path.startswith(ALL_ITEMS):
                written.clear()
        elif status in range(400, 500) or (_told(exchange) and "watched_at" not in exchange.body):
            # Refused, so it may come again; or a person starts or ends one more rewatch.
            written.discard(_signature(exchange))


def _items(body: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ARRAYS if isinstance(body, dict) else ():
        yield from ((name, item) for item in dicts(body.get(name)))


def _sender(exchange: Exchange) -> str:
    return exchange.query.get("client_id", "")


def _signature(exchange: Exchange) -> str:
    return json.dumps(exchange.json, sort_keys=True)


def _told(exchange: Exchange) -> bool:
    """Whether the client has been told that its write was stored."""
    return isinstance(exchange.answer, dict) and "added" in exchange.answer


def _form(items: list[tuple[str, dict[str, Any]]]) -> list[str]:
    found = [f"{len(items)} items are flagged at once"] if len(items) > 1 else []
    for name, item in items:
        things = [item] if name in ("movies", "episodes") else episodes_of(item)
        if any("watched_at" not in thing for thing in things):
            found.append("a rewatch has no watched_at of its own")
    return found
