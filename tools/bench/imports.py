# SPDX-License-Identifier: MIT
"""What the service's imports cost, module by module, on Kodi's Python without Kodi.

Also where that Python's own modules are not compiled: a Kodi that may not write beside them, as one
of Debian or of Windows, compiles them again at each start.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from statistics import median
from typing import NamedTuple, Sequence

from tests.e2e.release import kodi_python

from .stage import Stage
from .table import Figure, summary

_ROUNDS = 9
_SCRIPT = Path(__file__).with_name("imported.py")
# As Kodi runs it: optimised, and with nobody else's modules.
_FLAGS = ("-I", "-S", "-B", "-O")
_LINE = re.compile(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", re.MULTILINE)
_WORTH_A_LINE = 0.8


class Imported(NamedTuple):
    """Milliseconds: of CPU for all, and in each module without what it imports itself."""

    cpu: float
    modules: dict[str, float]


def measure(stage: Stage) -> list[Figure]:
    """The first round is not counted: it fills the caches."""
    package = stage.ours / "resources" / "lib"
    fresh = ("-X", f"pycache_prefix={stage.folder / 'pycache'}")
    # Ours are compiled in a folder that can always be written.
    for cache in ((), fresh):
        _python(*cache, "-m", "compileall", "-q", str(package))
    compiled = [_imported(package) for _ in range(_ROUNDS + 1)][1:]
    afresh = [_imported(package, *fresh) for _ in range(_ROUNDS + 1)][1:]
    return [
        Figure("imports at start: CPU", summary([each.cpu for each in compiled], "ms")),
        Figure(
            "imports at start, Python's own modules not compiled: CPU",
            summary([each.cpu for each in afresh], "ms"),
        ),
        *_by_module(compiled, afresh),
    ]


def _by_module(compiled: Sequence[Imported], afresh: Sequence[Imported]) -> list[Figure]:
    """The expensive ones, and all others together."""
    costs = {name: (_middle(compiled, name), _middle(afresh, name)) for name in compiled[0].modules}
    worth = sorted(costs, key=lambda name: -costs[name][0])
    worth = [name for name in worth if costs[name][0] >= _WORTH_A_LINE]
    others = [cost for name, cost in costs.items() if name not in worth]
    lines = {f"import of {name}": costs[name] for name in worth}
    lines[f"import of {len(others)} others"] = (
        sum(first for first, _ in others),
        sum(second for _, second in others),
    )
    return [
        Figure(name, f"{first:.1f} ms (not compiled {second:.1f})")
        for name, (first, second) in lines.items()
    ]


def _middle(rounds: Sequence[Imported], name: str) -> float:
    return median(each.modules.get(name, 0.0) for each in rounds)


def _imported(package: Path, *cache: str) -> Imported:
    begun = _python(*cache, "-X", "importtime", str(_SCRIPT), str(package))
    times = {name: int(microseconds) / 1000 for microseconds, name in _LINE.findall(begun.stderr)}
    cpu = float(_python(*cache, str(_SCRIPT), str(package)).stdout)
    # What an interpreter has loaded before its first line is nobody's.
    names = list(times)
    first = names.index("simkl_scrobbler")
    return Imported(cpu, {name: times[name] for name in names if name in names[first:]})


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = kodi_python(*_FLAGS, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True)
