# SPDX-License-Identifier: MIT
"""Processes that never outlive the test that started them, and waiting for what they do."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, Mapping, TypeVar

T = TypeVar("T")

# Below those that the system gives to whoever connects to something meanwhile.
_PORTS = range(10_000, 30_000)


def until(condition: Callable[[], T], timeout: float, what: str) -> T:
    """The first true answer of `condition`; for what nothing announces, and only for that."""
    pause = threading.Event()
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {timeout} s: {what}")
        pause.wait(0.05)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Process:
    """A program in a process group of its own, so that its children end with it."""

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        output: Path,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        with output.open("ab") as sink:
            self._popen = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self.pid = self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen.poll() is None

    def wait(self, timeout: float | None) -> int:
        return self._popen.wait(timeout)

    def end(self, how: signal.Signals) -> None:
        """Ends the whole group; once the leader was waited for, its number may be another's."""
        if self.running:
            os.killpg(self.pid, how)
            self._popen.wait(10)


class Display:
    """An X server without a screen, on a number that was free."""

    def __init__(self, output: Path, size: str) -> None:
        reading, writing = os.pipe()
        options = ["-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
        command = ["Xvfb", "-displayfd", str(writing), *options]
        try:
            self._process = Process(command, os.environ, output, pass_fds=(writing,))
        finally:
            os.close(writing)
        with os.fdopen(reading) as pipe:
            # The server writes its number when it is ready; a server that fails closes the pipe.
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb did not start: {output.read_text(encoding='utf-8')}")
        self.name = f":{number}"

    def close(self) -> None:
        self._process.end(signal.SIGTERM)
