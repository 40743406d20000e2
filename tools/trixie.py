# SPDX-License-Identifier: MIT
"""A Debian 13 in a folder, for its Kodi and its Python: `python -m tools.trixie` makes it.

What runs in it sees this machine as it is, the same files at the same paths, but with the programs
and the libraries of the other Debian: its /usr and its /etc lie over the machine's own in a mount
namespace that ends with the program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.cache import fingerprint, made_once

_SCRIPT = Path(__file__).with_name("trixie.sh")

# Each step becomes the next one, so that the program has the process id that was started. What
# the machine knows of its network is its own.
_ENTER = """
for own in hosts resolv.conf ssl/certs; do
  [ ! -e "/etc/$own" ] || mount --bind "/etc/$own" "$0/etc/$own" || exit
done
mount --rbind "$0/etc" /etc && mount --rbind "$0/usr" /usr && exec "$@"
"""


class NoTrixie(Exception):
    """It could not be made; the text says why."""


def root() -> Path:
    """Its root folder. Raises `NoTrixie`."""
    return made_once(f"trixie-{fingerprint(_SCRIPT.read_bytes())}", _make) / "root"


def inside(*command: str) -> list[str]:
    """What to start so that a command runs in it; a program of the machine's own can't."""
    # Who is not root is it in a namespace of users, and still nobody outside.
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "sh", "-c", _ENTER, str(root()), *command]


def _make(folder: Path) -> None:
    """Root's files lie one folder deeper: a draft that is ours can be renamed."""
    print("trixie: making a Debian 13 with its Kodi (a minute or two)", flush=True)
    target = folder / "root"
    done = False
    try:
        with (folder / "log.txt").open("w+", encoding="utf-8", errors="replace") as log:
            command = [*_as_root(), "unshare", "--mount", str(_SCRIPT), str(target)]
            done = subprocess.run(command, check=False, stdout=log, stderr=log).returncode == 0
            log.seek(0)
            said = log.read()
    finally:
        if not done:
            remove = ["rm", "-rf", "--one-file-system", str(target)]
            subprocess.run([*_as_root(), *remove], check=True)
    if not done:
        raise NoTrixie("\n".join(said.splitlines()[-20:]))


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        # A proxy is part of the environment.
        return ["sudo", "--preserve-env"]
    raise NoTrixie("trixie: making a Debian 13 takes root, or sudo.")


if __name__ == "__main__":
    try:
        root()
    except NoTrixie as error:
        sys.exit(str(error))
