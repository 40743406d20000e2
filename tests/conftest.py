# SPDX-License-Identifier: MIT
"""Every request that the tests ever made: the flag of rewatches is in none by accident."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.simkl_server import archive

AGENT = "kodi-service-simkl/"
"""The probe makes requests, too; it is there to send what nobody should."""
FIELDS = ("is_rewatch", "rewatch_id", "rewatch_status")

# The same examples in every run, and none thrown away for a slow machine; to look for new ones:
# `pytest --hypothesis-profile=deep`.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.register_profile("deep", derandomize=False, deadline=None, max_examples=3000)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _flag_of_rewatches() -> Iterator[None]:
    """The add-on speaks of rewatches only in tests that are about them, and where they belong.

    Looked at when all is over, in whichever part of the tests that was run.
    """
    yield
    for row in archive.requests():
        if row["user_agent"].startswith(AGENT):
            assert _is_accounted_for(row), row


def _is_accounted_for(row: dict[str, Any]) -> bool:
    if "allow_rewatch" not in row["query"]:
        return not any(name in row["body"] for name in FIELDS)
    if "rewatch" not in row["test"].partition("::")[0]:
        return False
    if row["method"] == "GET":
        return bool(row["path"].startswith("/sync/all-items/"))
    items = [item for part in json.loads(row["body"]).values() for item in part]
    return row["path"] == "/sync/history" and len(items) == 1
