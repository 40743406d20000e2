# SPDX-License-Identifier: MIT
"""Whether anything waits in the outbox, for whom it would be too early to load that."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

_ANY = "SELECT 1 FROM entry WHERE state = 'waiting' LIMIT 1"


def waits(path: str) -> bool:
    """Whether the file at `path` may hold something that has to be sent, or needs repair."""
    if not os.path.exists(path):
        # What has taken the place of a damaged file may have been kept from its name.
        return os.path.exists(path + ".new")
    try:
        with closing(sqlite3.connect(path, timeout=0)) as db:
            return db.execute(_ANY).fetchone() is not None
    except sqlite3.Error:
        # Damaged, or in use: whoever opens it as the outbox will see.
        return True
