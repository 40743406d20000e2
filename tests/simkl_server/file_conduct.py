"""What a good client never tells or repeats when it searches by file: sections 1.11 and 10."""

from __future__ import annotations

import re
from typing import Any

from .request_log import Exchange

PATH = "/search/file"
MISS_SECONDS = 7 * 24 * 3600.0
ADDRESS = re.compile(r"://|\\\\|^[a-z]:|\\|%2f", re.IGNORECASE)
CREDENTIALS = re.compile(r"[^/\s]+:[^/\s]+@")
QUERY = re.compile(r"[?&|][\w.-]+=")


class FileConduct:
    """Watches that only names leave the house, and each of them once; a miss weekly."""

    def __init__(self) -> None:
        self._answered: dict[tuple[str, str], tuple[float, bool]] = {}

    def arrive(self, exchange: Exchange) -> list[str]:
        """Judge a request as it arrives."""
        if not _is_search(exchange):
            return []
        return _said_too_much(exchange.json) + self._repeated(exchange)

    def leave(self, exchange: Exchange) -> None:
        """The request has been answered, or dropped."""
        if _is_search(exchange) and exchange.status == 200:
            found = isinstance(exchange.answer, dict)
            self._answered[_question(exchange)] = (exchange.monotonic, found)

    def _repeated(self, exchange: Exchange) -> list[str]:
        at, found = self._answered.get(_question(exchange), (None, False))
        if at is None or (not found and exchange.monotonic - at >= MISS_SECONDS):
            return []
        return ["the same file is asked for again"]


def _is_search(exchange: Exchange) -> bool:
    return exchange.method == "POST" and exchange.path.rstrip("/") == PATH


def _question(exchange: Exchange) -> tuple[str, str]:
    return exchange.query.get("client_id", ""), exchange.body


def _said_too_much(body: Any) -> list[str]:
    if not isinstance(body, dict) or not isinstance(body.get("file"), str):
        return ["a search by file names none"]
    name = body["file"]
    found = [f"a search by file says its {key}" for key in body if key not in ("file", "part")]
    if name.startswith("/") or name.count("/") > 1 or ADDRESS.search(name):
        found.append("a search by file says more than the name and its folder")
    if CREDENTIALS.search(name):
        found.append("a search by file says who may read the file")
    if QUERY.search(name):
        found.append("a search by file says the query of an address")
    return found
