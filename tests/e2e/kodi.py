# SPDX-License-Identifier: MIT
"""One real Kodi in a home of its own, on a display nobody sees."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Iterable, Iterator, Mapping, Sequence

from .home import Home
from .jsonrpc import Connection, KodiDied, RpcError
from .processes import Display, Process, free_port, until
from .release import kodi_command, release
from .remote import Remote
from .screen import unseen

BUILD = Path(__file__).parents[2] / "build"
SCREENSHOTS = BUILD / "screenshots" / release()

START_TIMEOUT = 60.0
QUIT_TIMEOUT = 30.0
PICTURE_TIMEOUT = 20.0
# An animation of the skin takes less than a second; a text that scrolls does not end.
_DUMPS = 4
_MOMENT = threading.Event()

_RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} T:\d+ )", re.MULTILINE)
_FAILURE = re.compile(
    r"^\S+ \S+ T:\d+ +(error|fatal|critical) "
    r"|Traceback \(most recent call last\)|EXCEPTION Thrown|let's kill it"
    r"|waiting on thread|several classes in memory",
    re.MULTILINE,
)


class Kodi(Remote):
    """Everything given here is written into the home at once; `start` only starts."""

    def __init__(
        self,
        home: Path,
        *,
        addons: Iterable[Path] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
        files: Mapping[str, str | bytes] | None = None,
        environment: Mapping[str, str] | None = None,
        time_zone: str = "Europe/Berlin",
        skin: str = "skin.estuary",
        screen: str = "1280x720",
        visible: bool = False,
        counts_at: int = 90,
        preload: Iterable[str] = (),
        around: Sequence[str] = (),
    ) -> None:
        """
        :param addons: folders or zip files, which are installed and enabled
        :param settings: add-on id -> setting id -> value
        :param files: path below `addon_data` -> content
        :param counts_at: percent of a video from which on Kodi itself counts it as watched
        :param visible: show Kodi on the DISPLAY of the environment
        :param preload: libraries that stand before those of the system
        :param around: a command that becomes what is named after it
        """
        self.home = Home(home)
        self._environment = dict(environment or {})
        self._time_zone = time_zone
        self._skin = skin
        self._screen = screen
        self._visible = visible
        self._counts_at = counts_at
        self._preload = list(preload)
        self._around = around
        self._display: Display | None = None
        self._process: Process | None = None
        self._port = 0
        self._earlier = ""
        self.expected: tuple[str, ...] = ()
        """Errors in the log that a test brings about."""
        self._prepare(addons, settings or {}, files or {})

    def _prepare(
        self,
        addons: Iterable[Path],
        settings: Mapping[str, Mapping[str, object]],
        files: Mapping[str, str | bytes],
    ) -> None:
        installed = [self.home.install(addon) for addon in addons]
        if installed:
            self.home.enable(installed)
        for addon_id, values in settings.items():
            self.home.write_addon_settings(addon_id, values)
        for name, content in files.items():
            self.home.write_addon_file(name, content)

    def __enter__(self) -> Kodi:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> float:
        """Returns when the home window is shown; the answer is the seconds it took."""
        assert not self.running, "two Kodis in one home"
        self._asked.unlink(missing_ok=True)
        begun = time.monotonic()
        if self._process is not None:
            self._earlier += self.log
        if self._display is None and not self._visible:
            self._display = Display(self._output, self._screen)
        self._port = free_port()
        # The event server can't be off where JSON-RPC is on, but it needn't be in anybody's way.
        event_port = free_port(socket.SOCK_DGRAM)
        self.home.configure(
            self._port, event_port, self._time_zone, self._skin, self._counts_at, self._visible
        )
        command = [*self._around, *kodi_command("--standalone", "--audio-backend=alsa")]
        self._process = Process(command, self._variables(), self._output)
        self._played = 0
        self._connection = until(self._connect, START_TIMEOUT, "JSON-RPC answers")
        until(self._is_home, START_TIMEOUT, "the home window is shown")
        return time.monotonic() - begun

    @property
    def _output(self) -> Path:
        return self.home.folder / "output.txt"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    @property
    def pid(self) -> int:
        assert self._process is not None, "Kodi was not started"
        return self._process.pid

    @property
    def display(self) -> str:
        return self._display.name if self._display else os.environ["DISPLAY"]

    def _variables(self) -> dict[str, str]:
        """The environment of the tests without what would make Kodi's Python another one."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PYTHON") and (self._visible or not _is_proxy(name))
        }
        return {
            **inherited,
            "HOME": str(self.home.folder),
            "KODI_DATA": str(self.home.data),
            "DISPLAY": self.display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            # More painters than one would mostly wait for each other.
            "LP_NUM_THREADS": "1",
            "TZ": self._time_zone,
            "LD_PRELOAD": ":".join(self._preload + ([] if self._visible else [unseen()])),
            "ASKED_FOR_PICTURE": str(self._asked),
            **self._environment,
        }

    def _is_home(self) -> bool:
        try:
            return self.holds("Window.IsVisible(home)")
        except RpcError:
            # The port is open a moment before Kodi knows the methods behind it.
            return False

    def _connect(self) -> Connection | None:
        if not self.running:
            raise KodiDied(f"at its start: {self._output.read_text()[-2000:]}")
        try:
            return self.another_client()
        except ConnectionRefusedError:
            return None

    def load_profile(self, name: str) -> None:
        """Returns when its home window is shown; Kodi begins its services anew for each profile."""
        ready = self.log.count("is ready")
        self.rpc("Profiles.LoadProfile", profile=name)
        self.wait_for_log("is ready", times=ready + 1)
        self._disconnect()
        self._connection = until(self._connect, START_TIMEOUT, "JSON-RPC answers")
        until(self._is_home, START_TIMEOUT, "the home window is shown")

    def another_client(self) -> Connection:
        """One more connection, as of somebody else; whoever asks for it closes it."""
        return Connection(self._port)

    def quit(self) -> float:
        """Ends Kodi as a person does; the answer is the seconds it took."""
        begun = time.monotonic()
        self.rpc("Application.Quit")
        try:
            self.wait(QUIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"Kodi did not end in {QUIT_TIMEOUT} s") from None
        return time.monotonic() - begun

    def wait(self, timeout: float | None = None) -> None:
        """Until somebody has quit Kodi."""
        assert self._process is not None, "Kodi was not started"
        self._process.wait(timeout)
        self._disconnect()

    def kill(self) -> None:
        """As when the power goes: Kodi can do nothing any more."""
        if self._process is not None:
            self._process.end(signal.SIGKILL)
        self._disconnect()

    def close(self) -> None:
        self.kill()
        if self._display is not None:
            self._display.close()
            self._display = None

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def log(self) -> str:
        """The log of the last start, nothing before the first."""
        file = self.home.log_file
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    @property
    def logs(self) -> str:
        """The logs of all starts, one after another; Kodi itself keeps two."""
        return self._earlier + self.log

    def wait_for_log(self, text: str, timeout: float = 20.0, times: int = 1) -> str:
        """The record with which `text` was in the log so many times."""

        def found() -> str:
            running = self.running
            record = next(islice(_holding(text, self.log), times - 1, None), "")
            if not (record or running):
                raise KodiDied(f"before {text!r} was in the log")
            return record

        return until(found, timeout, f"{text!r} in the log")

    def wait_until_told(self, text: str) -> None:
        """Waits until Kodi was asked for a notification that begins so.

        It does not show each of them: one that comes while the last one fades out may be lost,
        and the next ones with it.
        """
        self.wait_for_log(f"told: {text}")

    def wait_for_toast(self, text: str) -> None:
        """Waits for the first notification of a test to be seen; its text can't be asked for."""
        self.wait_until_told(text)
        self.wait_until("Window.IsVisible(notification)")

    def log_problems(self, addon_id: str) -> list[str]:
        """What the logs hold against an add-on: errors, exceptions, and a bad end."""
        return [
            record
            for record in _holding(addon_id, self.logs)
            if _FAILURE.search(record) and not any(text in record for text in self.expected)
        ]

    def screenshot(self, name: str, folder: Path = SCREENSHOTS) -> Path:
        """What is on the screen, when nothing moves there any more or has moved for a while."""
        folder.mkdir(parents=True, exist_ok=True)
        dump, earlier = self._dump(), b""
        for _ in range(_DUMPS):
            if dump == earlier:
                break
            _MOMENT.wait(0.4)
            dump, earlier = self._dump(), dump
        picture = folder / f"{name}.png"
        # Thorough compression would take longer than all the rest.
        convert = ["convert", "xwd:-", "-define", "png:compression-level=1", str(picture)]
        subprocess.run(convert, input=dump, check=True)
        return picture

    @property
    def _asked(self) -> Path:
        return self.home.folder / "asked-for-picture"

    def _painted(self) -> bool:
        if not self.running:
            raise KodiDied("before it had painted")
        return not self._asked.exists()

    def _dump(self) -> bytes:
        if not self._visible:
            self._asked.touch()
            until(self._painted, PICTURE_TIMEOUT, "a picture")
        grab = ["xwd", "-silent", "-root", "-display", self.display]
        return subprocess.run(grab, check=True, capture_output=True).stdout


def _holding(text: str, log: str) -> Iterator[str]:
    return (record.rstrip() for record in _RECORD.split(log) if text in record)


def _is_proxy(name: str) -> bool:
    return name.lower() in ("http_proxy", "https_proxy", "all_proxy")
