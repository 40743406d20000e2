# SPDX-License-Identifier: MIT
"""Every request that the whole suite ever made: the flag of rewatches is in none by accident."""

from __future__ import annotations

import json
from typing import Any

from tests.simkl_server import archive

# Where a person asks for rewatches; nowhere else may the add-on speak of them.
ASKED_FOR = {
    "tests/unit/test_rewatching.py",
    "tests/kodi/test_rewatch_menu.py",
    "tests/e2e/test_rewatches.py",
}
FIELDS = ("is_rewatch", "rewatch_id", "rewatch_status")


def of_the_addon() -> list[dict[str, Any]]:
    """The probe, too, makes requests; it is there to send what nobody should."""
    agent = "kodi-service-simkl/"
    return [row for row in archive.requests() if row["user_agent"].startswith(agent)]


def test_every_request__flagged() -> None:
    """The flag is only in tests in which a person asks for rewatches, where it belongs."""
    flagged = [row for row in of_the_addon() if "allow_rewatch" in row["query"]]
    assert {row["test"].partition("::")[0] for row in flagged} <= ASKED_FOR
    for row in flagged:
        reads = row["method"] == "GET" and row["path"].startswith("/sync/all-items/")
        writes = row["method"] == "POST" and row["path"] == "/sync/history"
        assert reads or writes, row
        if writes:
            [[item]] = json.loads(row["body"]).values()
            assert item


def test_every_request__not_flagged() -> None:
    """Without the flag nothing is said of sessions."""
    for row in of_the_addon():
        if "allow_rewatch" not in row["query"]:
            assert not [name for name in FIELDS if name in row["body"]], row
