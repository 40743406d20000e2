# SPDX-License-Identifier: MIT
"""Every request that any emulator of this process was sent, whatever became of it since.

With SIMKL_REQUEST_ARCHIVE in the environment each is a JSON line in that file too, so that those
of other processes are kept as well.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from flask import Request

FILE = "SIMKL_REQUEST_ARCHIVE"

_kept: list[dict[str, Any]] = []


def keep(request: Request) -> None:
    """Write down a request with the test during which it came."""
    row = {
        "test": os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0],
        "method": request.method,
        "path": request.path,
        "query": request.args.to_dict(),
        "user_agent": request.headers.get("User-Agent", ""),
        "body": request.get_data(as_text=True),
    }
    _kept.append(row)
    if FILE in os.environ:
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def requests() -> list[dict[str, Any]]:
    """All of them, in order; no reset and no end of a server forgets any."""
    return list(_kept)
