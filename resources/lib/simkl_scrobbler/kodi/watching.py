# SPDX-License-Identifier: MIT
"""What plays, followed by a session: events of the player in, watches out."""

from __future__ import annotations

import time
from typing import Callable

import xbmc

from ..events import (
    COUNTED,
    LOOKED,
    OVER,
    PAUSED,
    REPLACED,
    RESUMED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
    UNCOUNTED,
    Event,
    Rules,
)
from ..exclusions import PRIVATE, left_alone
from ..identify import of_disc, shortest
from ..log import LOG
from ..media import Movie, Watch, label
from ..playback import Session
from .inbox import Stamp
from .marks import Mark
from .playing import Look, Playing
from .settings import Settings

# Only when it has just done one of these can the player say where it is.
_ASKED = frozenset((PAUSED, RESUMED, SPEED_CHANGED, LOOKED))
_LOOK_AGAIN = 1.0
# Kodi counts a play before it says that it is over, but both ways to us are not one, and a slow
# database can hold the count up. Of what was not watched a person may mark it sooner than that.
_JUST, _AT_ONCE = 10.0, 3.0


def _same(playing: Playing, other: Playing) -> bool:
    return playing.facts.file == other.facts.file


class Watching:
    """The session of what plays; `look_at` is when to `look` next.

    `keep` takes its watches, and what it was that played.
    """

    def __init__(
        self, player: xbmc.Player, keep: Callable[[Watch, Playing], None], settings: Settings
    ) -> None:
        self.look_at: float | None = None
        self._player = player
        self._keep = keep
        self._settings = settings
        self._session: Session | None = None
        self._look = Look()
        self._playing: Playing | None = None
        self._why = ""
        self._file = ""
        self._over: tuple[Playing, Session, float] | None = None

    def hear(self, event: Event) -> None:
        """What the player did."""
        if event.kind == STARTED:
            self._feed(event._replace(kind=REPLACED))
            self._begin(event)
        elif event.kind in _ASKED:
            self._feed(self._measured(event) or event)
        else:
            self._feed(event)

    def obey(self, settings: Settings) -> None:
        """What the person chose counts for what plays now, too."""
        self._settings = settings
        if self._session:
            event = Event(LOOKED, *Stamp.now())
            looked = self._measured(event) or event
            # What was played until now was played under the old rules.
            self._feed(looked)
            if self._playing:
                self._session.rules = self._rules(self._playing)
            self._session.wanted = bool(self._playing and self._wanted(self._playing))
            self._feed(looked)

    def counted(self, mark: Mark, at: float) -> bool:
        """Whether the mark is Kodi's own, of what plays or has just been over.

        It is a watch only if Kodi counted what our rules would not have.
        """
        event = Event(COUNTED if mark.watched else UNCOUNTED, at, mark.utc)
        # It may play again already; nobody has counted that yet.
        over = self._counted_late(mark, at, _JUST)
        if mark.watched and over and over.may_be_counted():
            self._take(over.on(event), self._over and self._over[0])
            if over.watched or self._counted_late(mark, at, _AT_ONCE):
                return True
        elif over:
            # Kodi has counted it; what comes now is the person's.
            self._over = None
        if self._session and self._playing and mark.ref == self._playing.ref:
            self._feed(event)
            return mark.watched
        return False

    def _counted_late(self, mark: Mark, at: float, within: float) -> Session | None:
        if self._over and mark.ref == self._over[0].ref and at <= self._over[2] + within:
            return self._over[1]
        return None

    def _just_over(self, playing: Playing, at: float) -> Session | None:
        if self._over and _same(playing, self._over[0]) and at <= self._over[2] + _JUST:
            return self._over[1]
        return None

    def look(self, now: float) -> None:
        """See where the player is. On its way to something else, it will say so."""
        # Set first: what fails must not be tried again at once.
        self.look_at = now + _LOOK_AGAIN
        looked = self._measured(Event(LOOKED, *Stamp.now()))
        if looked:
            self._feed(looked)
        elif self._session:
            self._session.look_at = self.look_at

    def end(self) -> None:
        """What still plays ends here for us."""
        self._feed(Event(STOPPED, *Stamp.now()))

    def _begin(self, event: Event) -> None:
        """Audio and video run: find out what it is, and open a session for it."""
        if not self._player.isPlayingVideo():
            # Kodi would refuse to tell of it, for each song again.
            LOG.debug("left alone: music")
            return
        playing = self._look.now(self._settings.ask_simkl)
        if playing is None:
            return
        try:
            self._file = self._player.getPlayingFile()
        except RuntimeError:
            return
        started = self._measured(event)
        if started:
            self._playing, self._session = playing, self._session_of(playing, started)
            self.look_at = self._session.look_at
            LOG.debug("session: %s", ", ".join(label(part.item) for part in playing.parts))

    def _session_of(self, playing: Playing, started: Event) -> Session:
        """A new one, or, when a stack of files goes on with its next one, that of the stack."""
        stacked = playing.facts.file.startswith("stack://")
        over = self._just_over(playing, started.at) if stacked else None
        if over:
            # What the person chose meanwhile counts, too.
            over.wanted, over.rules = self._wanted(playing), self._rules(playing)
            over.go_on(started)
            return over
        self._why = ""
        wanted, rules = self._wanted(playing), self._rules(playing)
        blind = self._player.isExternalPlayer()
        return Session(playing.parts, rules, started, wanted, blind)

    def _rules(self, playing: Playing) -> Rules:
        rules = self._settings.rules
        least = shortest(playing.facts, isinstance(playing.parts[0].item, Movie))
        return rules._replace(min_length=max(rules.min_length, least))

    def _wanted(self, playing: Playing) -> bool:
        # What plays in private mode is not recorded, also when that ends before it does.
        if self._why != PRIVATE:
            self._why = left_alone(playing.facts, self._settings.exclusions, time.time())
            # Which of its episodes plays, a disc does not tell.
            if not self._why and len(playing.parts) > 1 and of_disc(playing.facts):
                self._why = "disc"
        if self._why:
            LOG.debug("left alone: %s", self._why)
            return False
        movie = isinstance(playing.parts[0].item, Movie)
        return self._settings.scrobble_movies if movie else self._settings.scrobble_episodes

    def _feed(self, event: Event) -> None:
        session = self._session
        if not session:
            return
        watches = session.on(event)
        self.look_at = session.look_at
        if event.kind in OVER:
            LOG.debug("session over: %s: %s", label(session.item), session)
            self._session = None
            self._over = (self._playing, session, event.at) if self._playing else None
        self._take(watches, self._playing)

    def _take(self, watches: list[Watch], playing: Playing | None) -> None:
        for watch in watches:
            if playing:
                self._keep(watch, playing)
            LOG.info("watched, by %s", watch.source)
            LOG.debug("watched: %s", label(watch.item))

    def _measured(self, event: Event) -> Event | None:
        """The event with what the player says now;

        None when it plays something else, or nothing.
        """
        try:
            if self._player.getPlayingFile() != self._file:
                return None
            position, length = self._player.getTime(), self._player.getTotalTime()
        except RuntimeError:
            return None
        return Event(event.kind, *Stamp.now(), position, length, event.speed)
