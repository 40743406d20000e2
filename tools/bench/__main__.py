# SPDX-License-Identifier: MIT
"""`make bench`: prints the tables of all figures, of each Kodi, and writes them to build/bench.md.

It never fails on a figure, only when something does not work. Parts can be named, to measure only
those: `python -m tools.bench starts paces`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.kodi import BUILD
from tests.e2e.release import NEXUS, OMEGA

from .measure import report

_TITLES = {NEXUS: "Kodi 20 (Nexus)", OMEGA: "Kodi 21 (Omega)"}


def main() -> None:
    """One after the other: each would else be measured in the other's way."""
    for name, title in _TITLES.items():
        print(f"bench: {title}", flush=True)
        command = [sys.executable, "-m", "tools.bench.measure", *sys.argv[1:]]
        if subprocess.run(command, check=False, env={**os.environ, "KODI": name}).returncode:
            sys.exit(1)
    tables = [
        f"## {title}\n\n{report(name).read_text(encoding='utf-8')}"
        for name, title in _TITLES.items()
    ]
    text = "\n".join(tables)
    (BUILD / "bench.md").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
