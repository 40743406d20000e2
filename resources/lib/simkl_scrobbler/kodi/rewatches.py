# SPDX-License-Identifier: MIT
"""What a playback of something that was seen before means, and whether rewatches are to be had."""

from __future__ import annotations

from typing import Callable

import xbmcgui

from ..account import Account
from ..choice import title_of
from ..database import Unwritable
from ..log import LOG
from ..media import Act, Rewatch, Watch
from ..outbox import Outbox
from ..rewatch import GAP, NEVER, WHOLE, Session, kept_by_simkl
from .settings import Settings

_HOME = 10000
# Without it the context menu does not show what belongs to rewatches: addon.xml.
_PROPERTY = "service.simkl.rewatches"


class Rewatches:
    """`on` says whether the person wants rewatches and Simkl keeps them for this account."""

    def __init__(self, outbox: Outbox, account: Callable[[], Account]) -> None:
        self.on = False
        self._outbox = outbox
        self._account = account

    def obey(self, settings: Settings) -> bool:
        """Take in what the person chose; whether they want what Simkl does not keep for them."""
        account = self._account() if settings.track_rewatches else Account()
        self.on = account.signed_in and kept_by_simkl(account.plan)
        _show(self.on)
        return account.signed_in and not self.on

    def meant(self, watch: Watch) -> Act:
        """The watch, or a rewatch if the person has begun a session of its show."""
        session = self._session(watch) if self.on else None
        return Rewatch(*watch) if session and session.runs else watch

    def asks(self, watch: Watch, seen_at: int | None) -> bool:
        """Whether to ask if this was a rewatch; Kodi has seen it at `seen_at`, None: never, 0:
        nobody knows when.

        Simkl takes what lies within two days for the same watch, so there would be nothing to ask.
        """
        if not self.on:
            return False
        session = self._session(watch)
        if session and session.status == NEVER:
            return False
        last = self._last(watch) if seen_at is None else seen_at
        return last is not None and last < watch.watched_at - GAP

    def _last(self, watch: Watch) -> int | None:
        try:
            return self._outbox.last_watched(watch.item, watch.watched_at)
        except Unwritable as error:
            LOG.warning("the outbox cannot be read: %s", error)
            return None

    def never(self, act: Act) -> None:
        """The person does not want to be asked about this title again.

        Unless they have begun a rewatch of it while the question was open.
        """
        account, title = self._account().id, title_of(act.item)
        try:
            if not any(each.runs for each in self._outbox.sessions(account, title)):
                self._outbox.pin(account, Session(title, WHOLE, 0, NEVER), begins=True)
        except Unwritable as error:
            LOG.error("the outbox cannot be written: %s", error)

    def _session(self, watch: Watch) -> Session | None:
        try:
            return self._outbox.session(self._account().id, watch.item)
        except Unwritable as error:
            LOG.warning("the outbox cannot be read: %s", error)
            return None


def hide() -> None:
    """The service ends: in the profile that comes next nobody may want any."""
    _show(False)


def _show(on: bool) -> None:
    xbmcgui.Window(_HOME).setProperty(_PROPERTY, "true" if on else "")
