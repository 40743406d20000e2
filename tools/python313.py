# SPDX-License-Identifier: MIT
"""Runs the tests that need no Kodi on the Python of Kodi 21: `python -m tools.python313`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.e2e.cache import fingerprint, made_once

from . import trixie

_REQUIREMENTS = Path(__file__).parents[1] / "tests" / "requirements.txt"
_PYTHON = "/usr/bin/python3.13"


def main() -> int:
    """What pytest answers; what is given to this program is given to it."""
    folder = made_once(f"python313-{fingerprint(_REQUIREMENTS.read_bytes())}", _make)
    tests = ["-q", "-p", "no:cacheprovider", "-n", "2", "tests/unit", "tests/kodi"]
    return _python(folder / "bin" / "python", "-m", "pytest", *tests, *sys.argv[1:])


def _make(folder: Path) -> None:
    print("python313: installing the Python tools once more (half a minute)", flush=True)
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if _python(Path(_PYTHON), "-m", "venv", str(folder)) or _python(
        folder / "bin" / "python", *pip, "-r", str(_REQUIREMENTS)
    ):
        sys.exit(f"python313: pip could not install {_REQUIREMENTS} for Python 3.13")


def _python(program: Path, *arguments: str) -> int:
    return subprocess.run(trixie.inside(str(program), *arguments), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
