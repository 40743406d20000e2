# SPDX-License-Identifier: MIT
"""What the kernel counts for a running Kodi: the threads of its Python, and its memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple

# Kodi names the thread that runs an add-on, and what Python starts from there inherits the name.
_PYTHON_THREAD = "LanguageInvoker"
_WAKE_UPS = re.compile(r"^voluntary_ctxt_switches:\s+(\d+)", re.MULTILINE)


class Usage(NamedTuple):
    """Of some threads since they began: CPU in milliseconds, and wake-ups."""

    cpu: float
    wake_ups: int

    def since(self, before: Usage) -> Usage:
        """What was used from that moment to this."""
        return Usage(self.cpu - before.cpu, self.wake_ups - before.wake_ups)


class Memory(NamedTuple):
    """Of the whole process, in MiB: what is in RAM, and what of it only this process wrote."""

    resident: float
    private: float

    def since(self, before: Memory) -> Memory:
        """What was added from that moment to this."""
        return Memory(self.resident - before.resident, self.private - before.private)


def usage(pid: int) -> Usage:
    """Of all that runs Python in that Kodi, 0 when nothing does."""
    return usage_of(pid, python_threads(pid))


def usage_of(pid: int, threads: Iterable[int]) -> Usage:
    """Of those threads, which must be alive."""
    tasks = [Path(f"/proc/{pid}/task/{thread}") for thread in threads]
    nanoseconds = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)
    return Usage(nanoseconds / 1e6, sum(map(_wake_ups, tasks)))


def python_threads(pid: int) -> Iterator[int]:
    """The ids of the threads that run Python."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
        except FileNotFoundError:  # one of Kodi's short-lived workers ended meanwhile
            continue
        if name == _PYTHON_THREAD:
            yield int(task.name)


def _wake_ups(task: Path) -> int:
    """How often the thread went to sleep by itself: as often it is woken."""
    [count] = _WAKE_UPS.findall((task / "status").read_text())
    return int(count)


def memory(pid: int) -> Memory:
    """As a whole: the share of a library that others have loaded, too, is no less ours."""
    sizes = dict(re.findall(r"^(\w+):\s+(\d+) kB", _rollup(pid), re.MULTILINE))
    return Memory(int(sizes["Rss"]) / 1024, int(sizes["Private_Dirty"]) / 1024)


def _rollup(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text()


def open_files(pid: int, part: str) -> list[str]:
    """The files that it holds open and whose path has that part."""
    return [target for target in _targets(pid) if part in target]


def connections(pid: int, port: int) -> int:
    """How many connections it holds to that port of this machine."""
    own = {target[len("socket:[") : -1] for target in _targets(pid) if target.startswith("socket:")}
    rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return len([row for row in rows if row[9] in own and row[2].endswith(f":{port:04X}")])


def _targets(pid: int) -> Iterator[str]:
    """What its descriptors lead to."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            yield str(link.readlink())
        except FileNotFoundError:  # closed meanwhile
            continue
