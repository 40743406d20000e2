# SPDX-License-Identifier: MIT
"""What was sent during the end-to-end tests, all of it: run after them, by `make e2e`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ARCHIVE = Path(__file__).parents[2] / "build" / "requests.jsonl"
# In these a person asks for rewatches; how many of them go out each says itself.
ASKED_FOR = frozenset(
    (
        "test_show__rewatched_over_five_plays",
        "test_show__stopped_and_resumed",
        "test_show__stopped_on_another_device",
        "test_switched_off__in_the_middle",
        "test_film__asked_after_playback",
        "test_line_cut__after_the_rewatch_was_taken",
    )
)


@pytest.fixture(scope="module")
def requests() -> list[dict[str, Any]]:
    if "AFTER_E2E" not in os.environ:
        pytest.skip("only `make e2e` knows that the requests are those of a whole run")
    return [json.loads(line) for line in ARCHIVE.read_text(encoding="utf-8").splitlines()]


def test_requests__were_kept(requests: list[dict[str, Any]]) -> None:
    """The search below has something to search: what was watched was sent."""
    assert sum(each["path"] == "/sync/history" for each in requests) > len(ASKED_FOR)


def test_allow_rewatch__only_by_the_persons_act(requests: list[dict[str, Any]]) -> None:
    """Of all that was ever sent, only what a person asked for could become a rewatch."""
    flagged = {
        each["test"].rpartition("::")[2]
        for each in requests
        if each["method"] == "POST" and "rewatch" in json.dumps([each["query"], each["body"]])
    }
    assert flagged == ASKED_FOR
