# SPDX-License-Identifier: MIT
"""Picking what is to be left alone from lists: add-ons, folders, genres."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Callable, Iterable, Mapping

import xbmcgui

from ..chosen import ChosenFile
from ..exclusions import bare
from ..log import LOG
from . import library, menu, ui
from .menu import Option
from .texts import Text
from .ui import text

_FOLDER_DIALOG = 0
# What a line holds of a path; it would cut off the end, by which two are told apart.
_WIDTH = 50


class Excluding:
    """Keeps what is picked in the file; `changed` tells the service."""

    def __init__(self, file: ChosenFile, changed: Callable[[], None]) -> None:
        self._file = file
        self._changed = changed

    def addons(self) -> None:
        """From the video add-ons that are installed, by their names."""
        before = self._file.load().addons
        names = {**{addon: addon for addon in before}, **library.video_addons()}
        chosen = _picked(text(Text.EXCLUDE_ADDONS), names, before, text(Text.NO_ADDONS))
        if chosen is not None:
            self._keep(addons=chosen)

    def genres(self) -> None:
        """From those of the library."""
        before = self._file.load().genres
        names = {genre: genre for genre in (*before, *library.genres())}
        chosen = _picked(text(Text.EXCLUDE_GENRES), names, before, text(Text.NO_GENRES))
        if chosen is not None:
            self._keep(genres=chosen)

    def folders(self) -> None:
        """Add one with Kodi's own dialog, or take one out, until Back."""
        menu.show(lambda: text(Text.EXCLUDE_FOLDERS), self._folder_lines)

    def _folder_lines(self) -> list[Option]:
        label, detail = text(Text.ADD_FOLDER), text(Text.ADD_FOLDER_HELP)
        add = Option(label, detail, self._add_folder, "DefaultAddSource.png")
        return [add, *map(self._folder_line, self._file.load().folders)]

    def _folder_line(self, folder: str) -> Option:
        act = partial(self._remove_folder, folder)
        return Option(_name(folder), _end(folder), act, "DefaultFolder.png")

    def _add_folder(self) -> None:
        heading = text(Text.EXCLUDE_FOLDERS)
        folder = xbmcgui.Dialog().browse(_FOLDER_DIALOG, heading, "video")
        chosen = bare(folder) if isinstance(folder, str) else []
        before = self._file.load().folders
        new = [each for each in chosen if each not in before]
        if new:
            self._keep(folders=(*before, *new))

    def _remove_folder(self, folder: str) -> None:
        if menu.agreed(text(Text.RECORD_FOLDER_SURE, folder=_name(folder))):
            left = [each for each in self._file.load().folders if each != folder]
            self._keep(folders=tuple(left))

    def _keep(self, **changes: Any) -> None:
        try:
            self._file.save(**changes)
        except OSError as error:
            LOG.error("exclusions.json cannot be written: %s", type(error).__name__)
            ui.warn(Text.CHOICE_UNWRITABLE)
        else:
            self._changed()


def _name(folder: str) -> str:
    return re.split(r"[\\/]", folder.rstrip("\\/"))[-1] or folder


def _end(folder: str) -> str:
    return folder if len(folder) <= _WIDTH else f"…{folder[1 - _WIDTH :]}"


def _picked(
    heading: str, names: Mapping[str, str], before: Iterable[str], nothing: str
) -> tuple[str, ...] | None:
    """Which of the keys of `names` the person wants, None if they leave; `nothing` if there are
    none."""
    if not names:
        menu.say(nothing)
        return None
    keys = sorted(names, key=lambda key: names[key].casefold())
    ticked = [keys.index(key) for key in before]
    options: list[str | xbmcgui.ListItem] = [names[key] for key in keys]
    chosen = xbmcgui.Dialog().multiselect(heading, options, preselect=ticked)
    return None if chosen is None else tuple(keys[at] for at in chosen)
