"""The files that Kodi runs, each in an interpreter of its own, with stubs that do nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .fakes import ROOT

# Python 3.12 and later find fault with the docstrings of the stubs.
_RUN = """
import runpy, sys, warnings
warnings.filterwarnings("ignore", category=SyntaxWarning, module=".*/xbmc")
import xbmcgui, xbmcvfs
entry, profile = sys.argv[1:3]
sys.argv[:] = [entry]
xbmcvfs.translatePath = lambda path: profile
xbmcgui.Dialog.select = lambda self, heading, lines, **options: -1
runpy.run_path(entry, run_name="__main__")
print(sys.path[0], *sorted(name for name in sys.modules if name in ("requests", "simplejson")))
"""


@pytest.mark.parametrize("name", ["default.py", "service.py"])
def test_entry_file__runs_to_its_end(name: str, tmp_path: Path) -> None:
    """The file finds our package first, does its work, and leaves no thread that lives on."""
    # As Kodi does: without asserts.
    python = [sys.executable, "-O", "-c", _RUN, str(ROOT / name), f"{tmp_path}/profile/"]
    run = subprocess.run(
        python, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=30
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [str(ROOT / "resources" / "lib")]
