# SPDX-License-Identifier: MIT
"""What the person picked from lists to be left alone, and private mode, on disk."""

from __future__ import annotations

from typing import Any

from . import whole_file
from .exclusions import Exclusions
from .log import LOG

_LISTS = ("addons", "folders", "genres")


class ChosenFile:
    """exclusions.json, `{"addons": ["plugin.video.other"], …, "private_until": 1700000000}`.

    Not in settings.xml: that is written anew by Kodi's dialog, also while a script changes
    something, and what a damaged one held is lost. What is private must not be.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self) -> Exclusions:
        """What was picked; nothing while there is none or none that can be read."""
        try:
            return _exclusions(whole_file.load(self._path))
        except FileNotFoundError:
            return Exclusions()
        except (OSError, ValueError, TypeError, RecursionError) as error:
            LOG.error("exclusions.json cannot be read: %s", type(error).__name__)
            return Exclusions()

    def save(self, **changes: Any) -> None:
        """Change fields of `Exclusions`: lists, or `private_until`. Raises OSError."""
        fields = self.load()._replace(**changes)._asdict()
        kept = {name: fields[name] for name in (*_LISTS, "private_until")}
        whole_file.replace(self._path, kept)


def _exclusions(fields: Any) -> Exclusions:
    """Whatever has the type that it should have."""
    if not isinstance(fields, dict):
        raise TypeError(type(fields).__name__)
    addons, folders, genres = (_texts(fields.get(name)) for name in _LISTS)
    until = fields.get("private_until")
    # JSON's true is an int for Python, too.
    until = until if type(until) is int else 0
    return Exclusions(addons, folders, genres, private_until=until)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
