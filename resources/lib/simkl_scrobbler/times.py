# SPDX-License-Identifier: MIT
"""The moments in the outbox, of a device whose clock was set after it had told some of them.

These are the parts of its transactions that concern them.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from .clock import SLACK, Start, moved, told
from .history import SENT
from .log import LOG

SCHEMA = (
    "ALTER TABLE entry ADD COLUMN boot TEXT",
    # As the clock said it when the entry was made.
    "ALTER TABLE entry ADD COLUMN started_at INTEGER",
)


class Kept(NamedTuple):
    """When an act was kept, in UTC epoch seconds, and when the device had started by that clock."""

    at: int
    start: Start


def latest(db: sqlite3.Connection) -> int:
    """The latest moment at which anything was made or settled, 0 if nothing was."""
    query = "SELECT max(max(created_at), coalesce(max(settled_at), 0)) FROM entry"
    return int(db.execute(query).fetchone()[0] or 0)


def set_right(db: sqlite3.Connection, now: Start) -> int:
    """Move what this start of the device had told before its clock was set; how many it were.

    What went out already with its moment, or may have, keeps it.
    """
    rows = db.execute(
        "SELECT id, watched_at, created_at, boot, started_at FROM entry "
        "WHERE state <> ? AND boot = ? AND attempted IS NULL AND abs(started_at - ?) > ?",
        (SENT, now.boot, now.at, SLACK),
    )
    changed = 0
    for number, moment, created_at, *then in rows.fetchall():
        start = Start(*then)
        by = moved(start, now)
        by_clock = told(moment, start, created_at)
        # OR REPLACE: it can turn out to be one that is there already.
        db.execute(
            "UPDATE OR REPLACE entry SET watched_at = ?, created_at = ?, started_at = ? "
            "WHERE id = ?",
            (moment + by * by_clock, created_at + by, now.at, number),
        )
        changed += 1
    if changed:
        LOG.info("the clock was set: %d moments with it", changed)
    return changed
