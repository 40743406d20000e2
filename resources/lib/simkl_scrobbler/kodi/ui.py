# SPDX-License-Identifier: MIT
"""What the person sees and reads: every text with its id."""

from __future__ import annotations

import re
from typing import Sequence

import xbmc
import xbmcaddon
import xbmcgui

from ..choice import title_of
from ..log import LOG
from ..media import Item, Movie, Show, label
from .texts import Text

_SHOWN = 5000
_MARKUP = re.compile(r"(?i)\[/?(COLOR|B|I|LIGHT|CR|TABS|UPPERCASE|LOWERCASE|CAPITALIZE)\b|\$\w+\[")


def text(text_id: int, **values: object) -> str:
    """A text in the person's language, its `{placeholders}` filled in."""
    plain_values = {name: plain(str(value)) for name, value in values.items()}
    return str(xbmcaddon.Addon().getLocalizedString(text_id).format(**plain_values))


def plain(title: str) -> str:
    """A title as it stands there: what Kodi would take for colours, new lines or its own words."""
    return _MARKUP.sub(lambda found: found[0].replace("[", "("), title)


def disturbs() -> bool:
    """Whether something on the screen would be covered: a video that runs in full screen."""
    return bool(xbmc.getCondVisibility("Player.HasVideo + Window.IsActive(fullscreenvideo)"))


def plays() -> bool:
    """Whether a video plays, wherever on the screen."""
    return bool(xbmc.getCondVisibility("Player.HasVideo"))


def occupied() -> bool:
    """Whether a question would come over another one, or be seen by nobody."""
    return bool(xbmc.getCondVisibility("System.HasActiveModalDialog | System.ScreenSaverActive"))


def sent(items: list[Item | Show]) -> None:
    """One toast for all that reached the history together."""
    _toast(_counted(Text.SENT_ONE, Text.SENT_MANY, items), xbmcgui.NOTIFICATION_INFO)


def removed(items: list[Item | Show]) -> None:
    """One toast for all that is no longer in the history."""
    _toast(_counted(Text.REMOVED_ONE, Text.REMOVED_MANY, items), xbmcgui.NOTIFICATION_INFO)


def send_marked(items: list[Item]) -> str:
    """The question whether what was marked as watched in one go is really meant."""
    return text(Text.SEND_MARKED, number=len(items))


def remove_unmarked(items: list[Item]) -> str:
    """The question whether what was marked as unwatched leaves the history, too."""
    films = any(isinstance(item, Movie) for item in items)
    if len(items) > 1:
        return text(Text.REMOVE_MANY if films else Text.REMOVE_EPISODES, number=len(items))
    return text(Text.REMOVE_FILM if films else Text.REMOVE_EPISODE, title=label(items[0]))


def seen_before(items: list[Item]) -> str:
    """The question whether what was played again is a rewatch."""
    if len(items) > 1:
        title = label(title_of(items[0]))
        return text(Text.SEEN_BEFORE_MANY, number=len(items), title=title)
    film = isinstance(items[0], Movie)
    return text(Text.SEEN_BEFORE_FILM if film else Text.SEEN_BEFORE, title=label(items[0]))


def rewatch_answers(item: Item) -> Sequence[str]:
    """The answers to it; the last one ends these questions for a film or a show."""
    never = Text.NOT_THIS_FILM if isinstance(item, Movie) else Text.NOT_THIS_SHOW
    return text(Text.NOT_THIS_TIME), text(Text.RECORD), text(never)


def parked(items: list[Item | Show]) -> None:
    """One toast for all that Simkl did not take."""
    _toast(_counted(Text.PARKED_ONE, Text.PARKED_MANY, items), xbmcgui.NOTIFICATION_WARNING)


def each(number: int, items: list[Item | Show]) -> None:
    """A toast for each of what has a sentence of its own."""
    for item in items:
        _toast(text(number, title=label(item)), xbmcgui.NOTIFICATION_INFO)


def warn(number: int) -> None:
    """A toast about the add-on itself."""
    _toast(text(number), xbmcgui.NOTIFICATION_WARNING)


def tell(number: int, **values: object) -> None:
    """A toast that answers what the person has just done."""
    _toast(text(number, **values), xbmcgui.NOTIFICATION_INFO)


def question(heading: str, answers: Sequence[str]) -> str:
    """The answer, "" if the person leaves."""
    chosen = xbmcgui.Dialog().select(heading, list(answers))
    return answers[chosen] if chosen >= 0 else ""


def _counted(one: int, many: int, items: list[Item | Show]) -> str:
    if len(items) == 1:
        return text(one, title=label(items[0]))
    return text(many, number=len(items))


def _toast(message: str, icon: str) -> None:
    LOG.debug("told: %s", message)
    xbmcgui.Dialog().notification("Simkl Scrobbler", message, icon, _SHOWN, sound=False)
