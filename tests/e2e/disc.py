# SPDX-License-Identifier: MIT
"""A DVD with one film on it, and nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FOLDER, IMAGE = "disc", "disc.iso"

_DISC = """<dvdauthor>
  <vmgm><fpc>jump title 1;</fpc></vmgm>
  <titleset><titles>
    <video format="pal" aspect="4:3"/>
    <pgc><vob file="{film}"/><post>exit;</post></pgc>
  </titles></titleset>
</dvdauthor>
"""


def make(folder: Path, seconds: int) -> None:
    """The disc as the folders that are on it, and as an image of it."""
    plan = folder / "disc.xml"
    plan.write_text(_DISC.format(film=_video(folder, seconds)), encoding="utf-8")
    environment = {**os.environ, "VIDEO_FORMAT": "PAL"}
    _run("dvdauthor", "-o", str(folder / FOLDER), "-x", str(plan), environment=environment)
    image = ["-quiet", "-dvd-video", "-udf", "-V", "FILM", "-o", str(folder / IMAGE)]
    _run("genisoimage", *image, str(folder / FOLDER))


def _video(folder: Path, seconds: int) -> Path:
    file = folder / "disc.mpg"
    source = ["-f", "lavfi", "-i", f"testsrc=size=352x288:rate=25:duration={seconds}"]
    coding = ["-target", "pal-dvd", "-s", "352x288", "-b:v", "300k", "-g", "12", "-an"]
    _run("ffmpeg", "-v", "error", *source, *coding, str(file))
    return file


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=environment
    )
