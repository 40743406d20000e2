# SPDX-License-Identifier: MIT
"""Makes the pictures of docs/screenshots: `python -m tools.screenshots`.

The end-to-end tests go through every screen of the real Kodi and keep what they see; those that see
what is shown here are run, and their pictures made small.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.e2e.kodi import SCREENSHOTS
from tools.build import ROOT

_SHOWN = ROOT / "docs" / "screenshots"

_SIGN_IN = "test_sign_in.py::test_sign_in__sends_what_waited[v2]"
_SETTINGS = "test_screens.py::test_settings__each_category"
_TOAST = "test_screens.py::test_toast__not_over_the_video"
_STATUS = "test_status.py::test_status__three"
_SEARCH = "test_status.py::test_parked__search"
_AGAIN = "test_status.py::test_parked__try_again"
_DIAGNOSIS = "test_status.py::test_diagnosis__by_remote"
_MARK = "test_marking.py::test_film__every_moment"
_UNMARK = "test_follow_library.py::test_film__marked_and_unmarked"
_REWATCHES = "test_rewatches.py::test_show__rewatched_over_five_plays"
_QUESTION = "test_rewatches.py::test_film__asked_after_playback"
_CATEGORY = "test_exclusions.py::test_category__by_remote"
_PRIVATE = "test_exclusions.py::test_private__through_a_restart"
_HOURS = "test_exclusions.py::test_private__ends_by_itself"

# The picture in the documentation: who takes it, and under which name.
PICTURES = {
    "sign-in": (_SIGN_IN, "sign-in-v2"),
    "signed-in": (_SIGN_IN, "signed-in"),
    "settings-account": (_SETTINGS, "settings-account"),
    "settings-scrobbling": (_SETTINGS, "settings-scrobbling"),
    "settings-rewatches": (_SETTINGS, "settings-rewatches"),
    "settings-library": (_SETTINGS, "settings-library"),
    "settings-privacy": (_SETTINGS, "settings-privacy and exclusions"),
    "settings-notifications": (_SETTINGS, "settings-notifications"),
    "settings-advanced": (_SETTINGS, "settings-advanced"),
    "toast": (_TOAST, "toast"),
    "status": (_STATUS, "status-3"),
    "status-waiting": (_STATUS, "status-waiting"),
    "status-attention": (_STATUS, "status-needs"),
    "status-sent": (_STATUS, "status-sent"),
    "attention-actions": (_AGAIN, "status-actions"),
    "search": (_SEARCH, "status-found"),
    "diagnosis": (_DIAGNOSIS, "diagnosis"),
    "menu": (_MARK, "mark-menu"),
    "menu-when": (_MARK, "mark-when"),
    "unmark-question": (_UNMARK, "library-unmark"),
    "rewatch-menu": (_REWATCHES, "rewatch-menu"),
    "rewatch-sessions": (_REWATCHES, "rewatch-sessions"),
    "rewatch-question": (_QUESTION, "rewatch-question"),
    "exclude-genres": (_CATEGORY, "exclude-horror"),
    "private-mode": (_HOURS, "private-list"),
    "private-status": (_PRIVATE, "private-status"),
}


def main() -> int:
    """0 if all pictures were made."""
    tests = sorted({f"tests/e2e/{test}" for test, _ in PICTURES.values()})
    for _, taken in PICTURES.values():
        (SCREENSHOTS / f"{taken}.png").unlink(missing_ok=True)
    # Not as many at once as can be: a Kodi has to have painted what is taken.
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
    ended = subprocess.run([*pytest, *tests], check=False, cwd=ROOT)
    if ended.returncode:
        return ended.returncode
    _SHOWN.mkdir(parents=True, exist_ok=True)
    for old in _SHOWN.iterdir():
        old.unlink()
    for shown, (_, taken) in PICTURES.items():
        _shrink(SCREENSHOTS / f"{taken}.png", _SHOWN / f"{shown}.webp")
    size = sum(file.stat().st_size for file in _SHOWN.iterdir())
    print(f"{len(PICTURES)} pictures, {size / 1e6:.1f} MB, in {_SHOWN.relative_to(ROOT)}/")
    return 0


def _shrink(taken: Path, shown: Path) -> None:
    """What the setup brings to take them makes them small, too."""
    small = ["-resize", "1280x720>", "-quality", "80", "-define", "webp:method=6"]
    subprocess.run(["convert", str(taken), *small, str(shown)], check=True)


if __name__ == "__main__":
    sys.exit(main())
