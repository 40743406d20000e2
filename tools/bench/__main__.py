# SPDX-License-Identifier: MIT
"""`make bench`: the figures of each Kodi, beside an add-on that does nothing.

Prints them as tables, and writes them to the end of docs/performance.md. It never fails on a
figure, only when something does not work. Parts can be named, to measure only those; then the
document stays as it is: `python -m tools.bench starts paces`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.e2e.release import NEXUS, OMEGA
from tools.build import ROOT

from .measure import report

_DOCUMENT = ROOT / "docs" / "performance.md"
_TABLES = "<!-- All below was written by `make bench`. -->\n"

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
    print(text, end="")
    if not sys.argv[1:]:
        _write(text)


def _write(tables: str) -> None:
    """Into the document, in the place of the last ones."""
    words, mark, _ = _DOCUMENT.read_text(encoding="utf-8").partition(_TABLES)
    _DOCUMENT.write_text(f"{words}{mark or _TABLES}\n{tables}", encoding="utf-8")


if __name__ == "__main__":
    main()
