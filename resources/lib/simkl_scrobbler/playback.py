# SPDX-License-Identifier: MIT
"""One playback of one item: player events go in, at most one watch comes out.

Pure; time arrives in the events.
"""

from __future__ import annotations

from typing import NamedTuple, Sequence

from .events import (
    COUNTED,
    ENDED,
    LOOKED,
    OVER,
    PAUSED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    UNCOUNTED,
    Event,
    Rules,
)
from .media import Item, Watch
from .spans import Span, joined, within

# An item skipped to its end was not watched: this much of it has to have been played, whichever is
# less.
_PLAYED_SECONDS, _PLAYED_SHARE = 60.0, 0.05
# Nobody lets Kodi count a play that has not got as far as this share of the length.
_COUNTED_SHARE = 0.1
# With a length that the player never learns, only a natural end after this much counts.
_PLAYED_WITHOUT_LENGTH = 300.0
# Kodi's tempo reaches about 2; beyond that it winds, and winding is not watching.
_FASTEST = 2.1
# The player may say 0 for a moment when it resumes from a bookmark: the first look comes soon, the
# others rarely.
_FIRST_LOOK, _LOOK_EVERY = 2.0, 30.0
# Look a little after the crossing: Kodi renews what it says of the position five times a second,
# and a look that comes too early has to be repeated.
_BEHIND = 0.21
# While the player stalls before the crossing the looks begin at this distance and double to that.
_STALLED, _STALLED_LONG = 0.25, 5.0
# What is longer than this many seconds is no position and no length.
_ENDLESS = 1e7
# What a position may differ from reckoning, in seconds, before it is taken for a silent jump.
_SLACK = 2.0


class Part(NamedTuple):
    """An item of what plays, between two shares of its length: of a single one all of it."""

    item: Item
    start: float = 0.0
    end: float = 1.0


class _Stretch(NamedTuple):
    """What was played in so many `seconds` between two events, `slept` before the second one:

    positions, and all that had been played before.
    """

    start: float
    end: float
    seconds: float
    before: list[Span]
    slept: float = 0.0


class Session:
    """One playback of one file, from started to stopped, ended or replaced by another."""

    def __init__(
        self,
        parts: Sequence[Part],
        rules: Rules,
        started: Event,
        wanted: bool = True,
        blind: bool = False,
    ) -> None:
        """`blind`: a program outside of Kodi plays it, and only Kodi's own count tells how it went.

        Kodi counts what such a program had open for a while.
        """
        started = _sound(started)
        self.item = parts[0].item
        """The first of what it holds."""
        self.look_at: float | None = None
        """The monotonic moment at which to look at the player next, None if there is no need."""
        self.rules = rules
        """May be replaced while it plays: they count from the next event on."""
        self.wanted = wanted
        """May change while it plays: without it only the position is followed."""
        self._blind = blind
        self._length = started.length
        self._position = started.position or 0.0
        self._begun = self._at = started.at
        self._speed = 1.0
        self._played: list[Span] = []
        self._pending = list(parts)
        self._counted = False
        self._over_at: int | None = None
        self._rare_look = started.at + _FIRST_LOOK
        self._stalls = 0
        self._left: float | None = None
        self._arm(started)

    def on(self, event: Event) -> list[Watch]:
        """Take in what happened; the watches that this completed, of each part at most one.

        A watch carries the moment at which its conditions were met, not the one at which that was
        noticed. COUNTED, that Kodi itself has counted a play of it, may come late: also to a
        session that is over. UNCOUNTED takes it back.
        """
        if event.kind in (COUNTED, UNCOUNTED):
            self._counted = event.kind == COUNTED
            return self._as_counted()
        event = self._arrived(_sound(event))
        self._length = event.length or self._length
        stretches = [self._advance(event)]
        if event.kind == SEEKED and event.position is not None:
            self._left = self._position if self._left is None else self._left
            self._position = event.position
            stretches.append(_Stretch(event.position, event.position, 0.0, self._played))
        watches = self._completed(event, stretches)
        speeds = {PAUSED: 0.0, RESUMED: 1.0, SPEED_CHANGED: event.speed}
        self._speed = speeds.get(event.kind, self._speed)
        if event.kind in OVER:
            self._over_at = int(event.utc)
        watches += self._as_counted()
        self._arm(event)
        return watches

    def _arrived(self, event: Event) -> Event:
        """A player that still says where it left for a seek is not there, but at its goal."""
        said, left = event.position, self._left
        if said is None or left is None or event.kind == SEEKED:
            return event
        if abs(said - left) < _SLACK <= abs(self._position - left):
            return event._replace(position=self._position)
        self._left = None
        return event

    def _completed(self, event: Event, stretches: list[_Stretch]) -> list[Watch]:
        found = []
        for part in list(self._pending):
            moments = [self._judge(part, event, stretch) for stretch in stretches]
            known = [moment for moment in moments if moment is not None]
            if known:
                found.append(self._watch(part, known[0]))
        return found

    def _watch(self, part: Part, moment: int) -> Watch:
        self._pending.remove(part)
        return Watch(part.item, moment, "playback")

    def _as_counted(self) -> list[Watch]:
        """Kodi's own threshold can be the lower one: its word counts when the playback is over."""
        length = self._at - self._begun if self._blind else self._length
        long_enough = self.wanted and length >= max(1, self.rules.min_length)
        if not self._counted or not long_enough or self._over_at is None:
            return []
        enough = [part for part in self._pending if self._blind or self._missing(part) <= 0]
        return [self._watch(part, self._over_at) for part in enough]

    def go_on(self, started: Event) -> None:
        """A stack of files goes on with its next one: what seemed to be over is not."""
        started = _sound(started)
        self._over_at, self._at = None, started.at
        self._length = started.length or self._length
        self._position = started.position or self._position
        self._arm(started)

    @property
    def watched(self) -> bool:
        """Whether all that it holds has become a watch."""
        return not self._pending

    def may_be_counted(self) -> bool:
        """Whether it got far enough for a count to be Kodi's own, not the mark of a person."""
        return self._position >= self._length * _COUNTED_SHARE

    def __str__(self) -> str:
        """For the log, what was made of it and why."""
        left = len(self._pending)
        verdict = "not watched" if left else "watched"
        verdict = verdict if self.wanted or not left else "not wanted"
        where = f"at {self._position:.0f} of {self._length:.0f} s"
        played = within(self._played, 0, self._length or self._position)
        return f"{verdict}, {where}, {played:.0f} s of them played"

    def _advance(self, event: Event) -> _Stretch:
        """Move to the event's moment: by the player's word if it gave one, else by reckoning."""
        start, slept = self._position, self._slept(event)
        seconds = max(0.0, event.at - self._at - slept)
        end = self._reckon(seconds)
        if event.kind == ENDED:
            end = self._natural_end(end)
        elif event.position is not None and event.kind != SEEKED:
            end = event.position
        if event.kind == LOOKED:
            stalled = end - start < self._speed * seconds / 2
            self._stalls = self._stalls + 1 if stalled else 0
            self._rare_look = event.at + _LOOK_EVERY
        self._position, self._at = end, event.at
        if not self.wanted or not 0 < self._speed <= _FASTEST:
            return _Stretch(start, end, seconds, self._played, slept)
        if not 0 <= end - start <= seconds * _FASTEST + _SLACK:
            start = end if slept else max(0.0, end - seconds)
            # A player that went on by itself is somewhere else: some of that has to be played, too.
            self._played = [] if slept else self._played
        before = self._played
        self._played = joined(before, start, end)
        return _Stretch(start, end, seconds, before, slept)

    def _slept(self, event: Event) -> float:
        """How long nobody looked when it was due: the device slept, or Kodi was not let run."""
        due = event.at if self.look_at is None else max(self.look_at, self._at)
        return max(0.0, event.at - due - _LOOK_EVERY)

    def _reckon(self, seconds: float) -> float:
        # What stalled when it was last looked at has not got anywhere until a look says so.
        speed = 0.0 if self._stalls else self._speed
        position = max(0.0, self._position + speed * seconds)
        return min(position, self._length) if self._length else position

    def _natural_end(self, position: float) -> float:
        # A file that breaks off ends like any other, but far from its length; reckoning is wrong
        # by no more than what the player can have gained since the last look.
        near = position >= self._length - _LOOK_EVERY - _SLACK
        return self._length if self._length and near else position

    def _judge(self, part: Part, event: Event, stretch: _Stretch) -> int | None:
        """The UTC second at which a part became watched, None if it did not yet or must not."""
        if not self.wanted or self._blind:
            return None
        if not self._length:
            played = sum(end - start for start, end in self._played)
            enough = event.kind == ENDED and played >= _PLAYED_WITHOUT_LENGTH
            return int(event.utc) if enough else None
        goal, surplus = self._goal(part), -self._missing(part)
        if self._length < self.rules.min_length or stretch.end < goal or surplus < 0:
            return None
        # Both conditions hold at the event; each began to hold at this share of the stretch.
        by_position = by_playing = 0.0
        if stretch.start < goal:
            by_position = (goal - stretch.start) / (stretch.end - stretch.start)
        span = self._span(part)
        new = within(self._played, *span) - within(stretch.before, *span)
        if surplus < new:
            by_playing = 1 - surplus / new
        since = stretch.slept + (1 - max(by_position, by_playing)) * stretch.seconds
        return int(event.utc - since)

    def _span(self, part: Part) -> Span:
        return part.start * self._length, part.end * self._length

    def _goal(self, part: Part) -> float:
        start, end = self._span(part)
        return start + (end - start) * self.rules.threshold / 100

    def _missing(self, part: Part) -> float:
        """How much of a part has still to be played, in seconds; negative: more than enough was."""
        start, end = self._span(part)
        least = min(_PLAYED_SECONDS, (end - start) * _PLAYED_SHARE)
        return least - within(self._played, start, end)

    def _arm(self, event: Event) -> None:
        """Decide when the player has to be looked at next."""
        # What was passed by a seek comes back with another one, which Kodi announces.
        ahead = [part for part in self._pending if self._position <= self._span(part)[1]]
        idle = not ahead or not self.wanted or self._blind or self._speed <= 0
        if idle or event.kind in OVER:
            self.look_at = None
            return
        self.look_at = max(self._rare_look, event.at + _STALLED)
        # The menu of a disc is short; the film behind it is not.
        if self._length >= max(1, self.rules.min_length):
            wait = min(map(self._until, ahead)) + _BEHIND
            if event.kind == LOOKED:
                # Kodi tells a new position five times a second: sooner it would seem to stall.
                wait = max(wait, _STALLED)
            if self._stalls:
                wait = max(wait, min(_STALLED * 2**self._stalls, _STALLED_LONG))
            self.look_at = min(self.look_at, event.at + wait)

    def _until(self, part: Part) -> float:
        """Seconds until a part that is ahead can have been watched."""
        to_goal = (self._goal(part) - self._position) / self._speed
        to_start = max(0.0, self._span(part)[0] - self._position) / self._speed
        return max(to_goal, to_start + self._missing(part), 0.0)


def _sound(event: Event) -> Event:
    """Without what can be no seconds: a player on its way to something may say anything."""
    said, length = event.position, event.length
    position = said if said is not None and 0 <= said < _ENDLESS else None
    return event._replace(position=position, length=length if 0 < length < _ENDLESS else 0.0)
