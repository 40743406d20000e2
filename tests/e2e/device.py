# SPDX-License-Identifier: MIT
"""A device on its bad days: a clock that is wrong, a disk without locks, or that takes nothing."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
from pathlib import Path

from .kodi import Kodi
from .preload import compiled
from .processes import until

_CLOCK, _LOCKS = (Path(__file__).with_name(name) for name in ("clock.c", "locks.c"))
# Each step becomes the next one: Kodi has the id that was started, and the mount ends with it.
_MOUNT = """
cp -a "$0" "$0.kept" && mount -t tmpfs -o "size=$1" tmpfs "$0" && cp -a "$0.kept/." "$0" || exit
shift && exec "$@"
"""


class CheapBox:
    """The wall clock of a Kodi, which can be set while it runs; its disk keeps no locks."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self._file = folder / "wrong-clock"
        self._file.write_bytes(bytes(8))
        self.set(seconds)

    def set(self, seconds: int) -> None:
        """It is wrong by so much."""
        with self._file.open("r+b") as file, mmap.mmap(file.fileno(), 8) as memory:
            memory[:] = struct.pack("q", seconds)

    @property
    def options(self) -> dict[str, object]:
        """Those of a Kodi on it."""
        return {
            "preload": [compiled(_CLOCK), compiled(_LOCKS)],
            "environment": {"WRONG_CLOCK": str(self._file)},
        }


class SmallDisk:
    """A folder of a Kodi that is a disk of its own, of 256 KiB."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Who is not root is it in a namespace of users.
        self._user = [] if os.geteuid() == 0 else ["--user"]
        root = [*self._user, "--map-root-user"] if self._user else []
        self.around = ["unshare", *root, "--mount", "sh", "-c", _MOUNT, str(folder), "256k"]

    def inside(self, kodi: Kodi) -> Path:
        """The folder as Kodi sees it."""
        return Path(f"/proc/{kodi.pid}/root{self._folder}")

    def fill(self, kodi: Kodi) -> None:
        """It has no room left."""
        with (self.inside(kodi) / "full").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(512))
            except OSError:
                os.fsync(file.fileno())

    def empty(self, kodi: Kodi) -> None:
        """It has room again."""
        (self.inside(kodi) / "full").unlink()

    def remount(self, kodi: Kodi, how: str) -> None:
        """As `ro`, which takes nothing, or `rw`; waits for what is being written."""
        enter = ["nsenter", "--target", str(kodi.pid), *self._user, "--mount"]
        mount = ["mount", "-o", f"remount,{how}", str(self._folder)]
        command = [*enter, *mount]
        until(lambda: not subprocess.run(command, check=False).returncode, 20.0, f"mounted {how}")
