# SPDX-License-Identifier: MIT
"""The moments in the outbox, of a device whose clock was set after it had told some of them.

These are the parts of its transactions that concern them.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from .clock import SLACK, Start, moved, told
from .history import PARKED, WAITING
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
        # Not "all but SENT": the index leads past what was ever sent.
        "SELECT id, watched_at, created_at, boot, started_at FROM entry WHERE state IN (?, ?) "
        "AND boot = ? AND attempted IS NULL AND abs(started_at - ?) > ?",
        (WAITING, PARKED, now.boot, now.at, SLACK),
    )
    changed = []
    for number, moment, created_at, *then in rows.fetchall():
        start = Start(*then)
        by = moved(start, now)
        by_clock = told(moment, start, created_at)
        changed.append((moment + by * by_clock, created_at + by, now.at, number))
    # First out of each other's way: one may come to where another one still is.
    db.executemany("UPDATE entry SET watched_at = -id WHERE id = ?", [row[3:] for row in changed])
    # OR REPLACE: it can turn out to be one that is there already.
    db.executemany(
        "UPDATE OR REPLACE entry SET watched_at = ?, created_at = ?, started_at = ? WHERE id = ?",
        changed,
    )
    if changed:
        LOG.info("the clock was set: %d moments with it", len(changed))
    return len(changed)
