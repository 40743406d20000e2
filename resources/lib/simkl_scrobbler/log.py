# SPDX-License-Identifier: MIT
"""What the package has to say, for whoever keeps it: Kodi's log, by `kodi/log.py`.

The `logging` of the standard library would be the most expensive thing that Kodi starts for us.
"""

from __future__ import annotations

from typing import Callable

DEBUG, INFO, WARNING, ERROR = range(4)


class Log:
    """`keep` takes a level and a text; until it is set, nobody does."""

    def __init__(self) -> None:
        self.keep: Callable[[int, str], None] = lambda level, text: None

    def debug(self, text: str, *values: object) -> None:
        self._say(DEBUG, text, values)

    def info(self, text: str, *values: object) -> None:
        self._say(INFO, text, values)

    def warning(self, text: str, *values: object) -> None:
        self._say(WARNING, text, values)

    def error(self, text: str, *values: object) -> None:
        self._say(ERROR, text, values)

    def exception(self, text: str, *values: object) -> None:
        """An error, with where the exception came from that is being handled."""
        import traceback  # noqa: PLC0415 -- only after a bug

        self._say(ERROR, text, values, "\n" + traceback.format_exc().rstrip())

    def _say(self, level: int, text: str, values: tuple[object, ...], more: str = "") -> None:
        said = text % values if values else text
        # A title with a new line in it must not look like a record of its own.
        self.keep(level, " ".join(said.splitlines()) + more)


LOG = Log()
