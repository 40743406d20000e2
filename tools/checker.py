# SPDX-License-Identifier: MIT
"""Runs kodi-addon-checker on the unpacked zip, offline: `python -m tools.checker [nexus omega]`.

An ERROR fails and so does a WARN. No check is replaced or left out; only the lists of Kodi's
repository, without which the checker does not start, come from checker_addons.xml. So a run does
not prove what the repository holds today, that our id and version are free in it, who depends on
us, or that an address in addon.xml can be reached.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

from kodi_addon_checker import __main__ as checker
from kodi_addon_checker import check_addon
from kodi_addon_checker.common import load_plugins
from kodi_addon_checker.record import INFORMATION
from kodi_addon_checker.reporter import ReportManager

from tools.build import build, unpack

_ADDONS = Path(__file__).with_name("checker_addons.xml")
# Two checks that are off by default; in Kodi's own repository the first is on.
_MORE_CHECKS = '{"check_license_file_exists": true, "check_kodi_leia_deprecations": true}'


class _Mirror(BaseHTTPRequestHandler):
    """Has the same list for every version of Kodi."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(gzip.compress(_ADDONS.read_bytes()))

    def log_message(self, *_: object) -> None:
        """The checker says enough."""


@contextmanager
def _mirror() -> Iterator[str]:
    """The address under which the lists are, as the checker wants it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Mirror) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{{branch}}/addons.xml.gz"
        finally:
            server.shutdown()
            thread.join()


def complaints(addon: Path, branch: str) -> list[str]:
    """What the checker has against the add-on in this folder, for one version of Kodi."""
    (addon / ".tests-config.json").write_text(_MORE_CHECKS)
    sys.argv = ["", "--branch", branch, "--reporter", "console", "--reporter", "array", str(addon)]
    load_plugins()
    records = ReportManager.reporters["array"][0].reports
    records.clear()
    # It returns after a WARN, ends with 1 after an ERROR, and with 2 if it knows no such version.
    try:
        checker.main()
    except SystemExit as end:
        if end.code != 1:
            raise
    return [str(record) for record in records if record.log_level != INFORMATION]


def main(branches: list[str]) -> int:
    """Check for all these versions of Kodi; 1 if there is any complaint."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, _mirror() as url:
        check_addon.ROOT_URL = url
        addon = unpack(build(Path(folder)), Path(folder))
        for branch in branches:
            print(f"{branch}:")
            found += [f"{branch}: {complaint}" for complaint in complaints(addon, branch)]
    print("\n".join(found) or "nothing to complain of")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["nexus", "omega"]))
