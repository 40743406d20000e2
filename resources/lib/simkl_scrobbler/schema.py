# SPDX-License-Identifier: MIT
"""The tables of the outbox's file, version after version."""

from __future__ import annotations

from . import anime, choice, files, pinned, times

# The statements that lead from schema n to n + 1. To tables they only ever add, and the view keeps
# its columns: an older add-on can work with a newer file.
SCHEMA = (
    (
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            item TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            season INTEGER,
            episode INTEGER,
            watched_at INTEGER NOT NULL,
            source TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked')),
            reason TEXT NOT NULL DEFAULT '',
            settled_at INTEGER,
            UNIQUE (item, watched_at)
        )
        """,
        # Each file counts from somewhere else: an outcome that was waited for while the file was
        # begun anew must not fall on the entry that has got the old one's number.
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', abs(random() % 1000000000000))",
        "CREATE INDEX entry_by_state ON entry (state, id)",
        """
        CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
        created_at FROM entry ORDER BY id
        """,
    ),
    # The only account that an entry may be sent as; NULL: whoever is signed in.
    ("ALTER TABLE entry ADD COLUMN account INTEGER",),
    choice.SCHEMA,
    (
        "DROP VIEW entries",
        # As `media.written` writes the item.
        """
        CREATE VIEW entries AS SELECT kind, title, season, episode, watched_at, state, source,
        created_at, CASE WHEN item LIKE '{"removed"%' THEN 'removal'
        WHEN item LIKE '{"rewatched"%' THEN 'rewatch' WHEN item LIKE '{"ordered"%' THEN 'order'
        ELSE 'watch' END AS act FROM entry ORDER BY id
        """,
    ),
    pinned.SCHEMA,
    files.SCHEMA,
    anime.SCHEMA,
    times.SCHEMA,
)
