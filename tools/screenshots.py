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

# The tests, and of the pictures that they take those in the documentation.
PICTURES = {
    "test_sign_in.py::test_sign_in__sends_what_waited[v2]": ["sign-in-v2", "signed-in"],
    "test_sign_in.py::test_code__runs_out_and_a_new_one": ["sign-in-ran-out"],
    "test_sign_in.py::test_begin__no_network": ["sign-in-no-network"],
    "test_sign_in.py::test_scope__read_only": ["sign-in-read-only"],
    "test_sign_in.py::test_client_id__none_yet": ["sign-in-no-key"],
    "test_sign_in.py::test_client_id__unknown": ["sign-in-wrong-key"],
    "test_sign_in.py::test_account__another": ["sign-in-another"],
    "test_sign_in.py::test_sign_out": ["settings-signed-in", "signed-out"],
    "test_sign_in.py::test_revoked__while_kodi_runs": ["toast-refused"],
    "test_screens.py::test_toast__not_over_the_video": ["toast"],
    "test_screens.py::test_toast__several_together": ["toast-several"],
    "test_screens.py::test_toast__not_wanted": ["toast-unknown"],
    "test_screens.py::test_settings__damaged": ["toast-settings-damaged"],
    "test_screens.py::test_settings__each_category": [
        "settings-account",
        "settings-scrobbling",
        "settings-rewatches",
        "settings-library",
        "settings-privacy-and-exclusions",
        "settings-notifications",
        "settings-advanced",
    ],
    "test_status.py::test_status__empty": ["status-0"],
    "test_status.py::test_status__three": [
        "status-3",
        "status-waiting",
        "status-needs",
        "status-sent",
    ],
    "test_status.py::test_status__two_thousand": ["status-2000-more"],
    "test_status.py::test_parked__try_again": ["status-actions"],
    "test_status.py::test_parked__forget": ["status-forget"],
    "test_status.py::test_parked__search": ["status-search", "status-found"],
    "test_status.py::test_parked__search_that_hangs": ["status-searching"],
    "test_status.py::test_parked__search_without_network": ["status-search-unreachable"],
    "test_what_plays.py::test_anime__a_special_waits_for_the_person": [
        "status-special",
        "status-special-actions",
    ],
    "test_status.py::test_diagnosis__by_remote": ["diagnosis-question", "diagnosis"],
    "test_status.py::test_settings__lead_there": ["application-key"],
    "test_marking.py::test_film__every_moment": ["mark-menu", "mark-when"],
    "test_marking.py::test_film__a_date_that_is_picked": ["mark-date", "mark-time"],
    "test_marking.py::test_season__of_120_half_watched": ["mark-season"],
    "test_marking.py::test_film__unwatched": ["unmark-film"],
    "test_marking.py::test_show__with_its_specials": ["unmark-all-seasons", "unmark-show"],
    "test_marking.py::test_signed_out__kept": ["mark-signed-out"],
    "test_follow_library.py::test_film__marked_and_unmarked": ["library-unmark"],
    "test_follow_library.py::test_season__of_120": ["library-season"],
    "test_rewatches.py::test_show__rewatched_over_five_plays": [
        "rewatch-menu",
        "rewatch-menu-running",
        "rewatch-sessions",
    ],
    "test_rewatches.py::test_show__stopped_and_resumed": ["rewatch-resume"],
    "test_rewatches.py::test_film__asked_after_playback": ["rewatch-question"],
    "test_rewatches.py::test_question__not_for_this_show": ["rewatch-question-show"],
    "test_rewatches.py::test_free__nothing_is_flagged": ["rewatch-free"],
    "test_exclusions.py::test_category__by_remote": [
        "exclude-shelf",
        "exclude-horror",
        "exclude-browser",
        "exclude-folders",
        "exclude-folder-out",
    ],
    "test_exclusions.py::test_private__through_a_restart": ["private-status"],
    "test_exclusions.py::test_private__ends_by_itself": ["private-list", "private-over"],
    "test_exclusions.py::test_rival__is_spoken_of_once": ["rival-toast"],
}


def main() -> int:
    """0 if all pictures were made."""
    pictures = [name for names in PICTURES.values() for name in names]
    for name in pictures:
        (SCREENSHOTS / f"{name}.png").unlink(missing_ok=True)
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "auto"]
    ended = subprocess.run(
        [*pytest, *(f"tests/e2e/{test}" for test in PICTURES)], check=False, cwd=ROOT
    )
    if ended.returncode:
        return ended.returncode
    _SHOWN.mkdir(parents=True, exist_ok=True)
    for old in _SHOWN.iterdir():
        old.unlink()
    for name in pictures:
        _shrink(SCREENSHOTS / f"{name}.png", _SHOWN / f"{name}.webp")
    size = sum(file.stat().st_size for file in _SHOWN.iterdir())
    print(f"{len(pictures)} pictures, {size / 1e6:.1f} MB, in {_SHOWN.relative_to(ROOT)}/")
    return 0


def _shrink(taken: Path, shown: Path) -> None:
    """What the setup brings to take them makes them small, too."""
    small = ["-resize", "1280x720>", "-quality", "80", "-define", "webp:method=6"]
    subprocess.run(["convert", str(taken), *small, str(shown)], check=True)


if __name__ == "__main__":
    sys.exit(main())
