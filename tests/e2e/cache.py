# SPDX-License-Identifier: MIT
"""A folder outside the project for what is slow to make and never changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Callable


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "simkl-scrobbler-tests"


def fingerprint(*parts: str | bytes) -> str:
    """A short name for a content: another content gets another folder, and nothing is stale."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def made_once(name: str, build: Callable[[Path], object]) -> Path:
    """The cached folder `name`; `build` fills it when it is not there yet."""
    target = cache_folder() / name
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".draft-") as drafts:
        draft = Path(drafts) / name
        draft.mkdir()
        build(draft)
        _publish(draft, target)
    return target


def _publish(draft: Path, target: Path) -> None:
    try:
        os.replace(draft, target)
    except OSError:
        # Another test run was faster: its folder is as good as ours.
        if not target.exists():
            raise
