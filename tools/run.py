# SPDX-License-Identifier: MIT
"""Shows the add-on at work: a real Kodi plays a film, and the emulator of Simkl shows its history.

Without a screen (no DISPLAY) Kodi runs where nobody sees it, and screenshots tell; with one it
opens there, and stays open for trying by hand.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.e2e.kodi import BUILD, SCREENSHOTS, Kodi
from tests.e2e.media import LONG, cached_library
from tests.e2e.template import new_home
from tests.simkl_server.server import SimklServer

from .build import ADDON_ID, build, unpack

_FILM = "A Winter at Holm"


def main() -> int:
    """0 if the film arrived."""
    visible = bool(os.environ.get("DISPLAY"))
    with tempfile.TemporaryDirectory() as folder, SimklServer() as simkl:
        say("making a Kodi with a library of test films (the first time: half a minute)")
        with _kodi(Path(folder), simkl, visible) as kodi:
            say(f"Kodi started in {kodi.start():.1f} s; it plays {_FILM!r}")
            entry = _watched(kodi, simkl)
            if visible:
                say("Kodi stays open; quit it when you have seen enough")
                kodi.wait()
            else:
                kodi.quit()
    if entry is None:
        say(f"nothing arrived; Kodi's log is {_keep_log(kodi)}")
        return 1
    say("Simkl stored:")
    print(json.dumps(entry, indent=2, ensure_ascii=False))
    say(f"screenshots are in {SCREENSHOTS.relative_to(Path.cwd())}/")
    return 0


def say(text: str) -> None:
    print(f"run: {text}", flush=True)


def _kodi(folder: Path, simkl: SimklServer, visible: bool) -> Kodi:
    return Kodi(
        new_home(folder / "home", cached_library()),
        addons=[unpack(build(folder), folder)],
        settings={ADDON_ID: {"client_id": simkl.client_id}},
        files={f"{ADDON_ID}/account.json": json.dumps({"access_token": simkl.account().token})},
        environment={"SIMKL_API_URL": simkl.url},
        visible=visible,
    )


def _watched(kodi: Kodi, simkl: SimklServer) -> dict[str, object] | None:
    """What arrived, once the film was watched from shortly before its threshold on."""
    kodi.play_movie(_FILM)
    kodi.seek(0.72 * LONG)
    kodi.screenshot("run-playing", SCREENSHOTS)
    simkl.wait_for(lambda: simkl.account().history, 60)
    kodi.stop()
    if not simkl.account().history:
        return None
    kodi.wait_for_toast("Added to your history")
    kodi.screenshot("run-delivered", SCREENSHOTS)
    return simkl.account().history[0]


def _keep_log(kodi: Kodi) -> Path:
    log = BUILD / "kodi.log"
    log.write_text(kodi.log, encoding="utf-8")
    return log


if __name__ == "__main__":
    sys.exit(main())
