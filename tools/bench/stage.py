# SPDX-License-Identifier: MIT
"""Where the measuring takes place: Kodis with one add-on each, and a Simkl that ours talks to."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple

from simkl_scrobbler.media import Ids, Movie, Watch
from simkl_scrobbler.outbox import Outbox
from tests.e2e.kodi import Kodi
from tests.e2e.media import cached_library
from tests.e2e.template import new_home
from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

FILM = Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))

_TERMINATION = re.compile(r"script termination took (\d+)ms")


class Failed(Exception):
    """Something did not work, so the figures would mean nothing."""


class End(NamedTuple):
    """Seconds from the request to quit to the end of the process, and how many milliseconds of it
    Kodi waited for the service.
    """

    took: float
    waited: float


class Stage(NamedTuple):
    """A folder for all that comes into being, and both add-ons."""

    folder: Path
    ours: Path
    floor: Path

    def bare(self, name: str) -> Kodi:
        """A Kodi without any add-on, in a new home."""
        return Kodi(self._home(name))

    def with_floor(self, name: str) -> Kodi:
        """A Kodi with the add-on that does nothing."""
        return Kodi(self._home(name), addons=[self.floor])

    def with_ours(self, name: str, server: SimklServer, *instead: Path) -> Kodi:
        """A Kodi with our add-on, or these instead of it, signed in at the server."""
        account = json.dumps({"access_token": server.account().token})
        return Kodi(
            self._home(name),
            addons=instead or [self.ours],
            settings={ADDON_ID: {"client_id": server.client_id}},
            files={f"{ADDON_ID}/account.json": account},
            environment={"SIMKL_API_URL": server.url},
        )

    def _home(self, name: str) -> Path:
        return new_home(self.folder / name, cached_library())


@contextmanager
def simkl() -> Iterator[SimklServer]:
    """A Simkl of one's own. Raises `Failed` in the end if our add-on behaved badly towards it."""
    with SimklServer() as server:
        yield server
        if server.client_faults:
            raise Failed("\n".join(server.client_faults))


def start(kodi: Kodi) -> None:
    """Start Kodi; if our service is in it, it is ready."""
    kodi.start()
    if (kodi.home.addons / ADDON_ID).exists():
        kodi.wait_for_log("is ready")


def end(kodi: Kodi) -> End:
    """Quit Kodi. Raises `Failed` if the log speaks against our add-on."""
    took = kodi.quit()
    problems = kodi.log_problems(ADDON_ID)
    if problems:
        raise Failed("\n".join(problems))
    waits = [float(milliseconds) for milliseconds in _TERMINATION.findall(kodi.log)]
    return End(took, sum(waits))


def send(server: SimklServer, kodi: Kodi, answered: bool = True) -> None:
    """Let Kodi's service send a watch that a script put into the outbox.

    Returns when it is answered, or when it has arrived at a server that does not answer.
    """
    before = len(server.requests)
    outbox = Outbox(str(kodi.home.addon_data / ADDON_ID / "outbox.db"))
    outbox.add(Watch(FILM, int(time.time()), "playback"))
    kodi.rpc("JSONRPC.NotifyAll", sender=ADDON_ID, message="send_now")

    def sent() -> bool:
        new = server.requests[before:]
        return bool(new) and (new[0].finished or not answered)

    if not server.wait_for(sent):
        raise Failed("a watch was not sent")
