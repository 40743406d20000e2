# SPDX-License-Identifier: MIT
"""A small file of JSON that is replaced as a whole: a power cut leaves the old one or the new one.

Nothing is loaded for a file that is not there.
"""

from __future__ import annotations

import os
import time
from typing import Any

from .log import LOG


def load(path: str) -> Any:
    """What it holds. Raises OSError and ValueError."""
    with open(path, encoding="utf-8") as file:
        import json  # noqa: PLC0415

        try:
            return json.load(file)
        except RecursionError:
            raise ValueError("nested without an end") from None


def replace(path: str, value: object) -> None:
    """Nobody else can read it. Raises OSError."""
    import json  # noqa: PLC0415

    text = json.dumps(value)
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


def damaged(path: str) -> bool:
    """Whether there is something else than a JSON object; it is set aside under a dated name."""
    try:
        if isinstance(load(path), dict):
            return False
    except (ValueError, RecursionError):
        pass
    except OSError:
        # Not there, or not ours to read: whoever needs it says so.
        return False
    aside = path + time.strftime(".damaged-%Y%m%d-%H%M%S", time.gmtime())
    LOG.error("%s is damaged; set aside as %s", os.path.basename(path), os.path.basename(aside))
    try:
        os.replace(path, aside)
    except OSError as error:
        LOG.error("it stays in the way: %s", type(error).__name__)
    return True
