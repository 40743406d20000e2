# SPDX-License-Identifier: MIT
"""A small file that is replaced as a whole: a power cut leaves the old one or the new one."""

from __future__ import annotations

import os
import time


def replace(path: str, text: str) -> None:
    """Nobody else can read it. Raises OSError."""
    # A name of its own for each of two writers, who may be two threads of one process.
    draft = f"{path}.{time.monotonic_ns()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)
        raise
