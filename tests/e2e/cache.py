# SPDX-License-Identifier: MIT
"""A folder outside the project for what is slow to make and never changes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator


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
    with _alone(target), tempfile.TemporaryDirectory(dir=target.parent, prefix=".draft-") as drafts:
        if not target.exists():
            draft = Path(drafts) / name
            draft.mkdir()
            build(draft)
            os.replace(draft, target)
    return target


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Of all the tests that run at once one makes it, and the others wait."""
    with (target.parent / f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
