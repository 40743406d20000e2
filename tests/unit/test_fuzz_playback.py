"""A session under anything that a player can say: any events, positions, lengths and clocks."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simkl_scrobbler.events import (
    COUNTED,
    ENDED,
    LOOKED,
    OVER,
    PAUSED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    STARTED,
    UNCOUNTED,
    Event,
    Rules,
)
from simkl_scrobbler.media import Item, Watch
from simkl_scrobbler.playback import Part, Session

from .builders import EVENING, a_movie, an_episode

# As the session has them: what is faster is winding, and what a position may be wrong by.
FASTEST, SLACK = 2.1, 2.0
ENOUGH, WITHOUT_LENGTH, ENDLESS = 60.0, 300.0, 1e7

_senseless = st.sampled_from([math.nan, math.inf, -math.inf, -1.0, 1e300, -1e300])
_seconds = st.one_of(st.just(0.0), st.floats(0, 5), st.floats(0, 4000), st.floats(0, 1e6))
_positions = st.one_of(st.none(), st.floats(0, 4000), st.floats(3000, 3700), _senseless)
_lengths = st.one_of(st.just(3600.0), st.just(0.0), st.floats(0, 8000), _senseless)
_speeds = st.sampled_from([0.0, 0.8, 1.0, 1.5, 2.0, -1.0, -32.0, 4.0, 32.0, 1e6])
_jumps = st.one_of(st.just(0.0), st.floats(-1e9, 1e9))
_rules = st.builds(Rules, st.integers(50, 95), st.sampled_from([0, 60, 120, 3000]))
_kinds = st.sampled_from([PAUSED, RESUMED, SEEKED, SPEED_CHANGED, LOOKED, LOOKED, LOOKED])


def finite(number: float | None) -> float:
    """What a number can be worth at all."""
    return number if number is not None and 0 < number < ENDLESS else 0.0


class Playback(RuleBasedStateMachine):
    """A player that does anything, beside what may be made of it at the very most."""

    @initialize(
        weights=st.lists(st.integers(1, 5), min_size=1, max_size=4),
        rules=_rules,
        position=_positions,
        length=_lengths,
        wanted=st.booleans(),
    )
    def start(
        self, weights: list[int], rules: Rules, position: float, length: float, wanted: bool
    ) -> None:
        whole, shares = sum(weights), [sum(weights[:at]) for at in range(len(weights) + 1)]
        items: list[Item] = [an_episode(number) for number, _ in enumerate(weights, 1)]
        self.parts = {
            item: Part(item, start / whole, end / whole)
            for item, start, end in zip(items or [a_movie()], shares, shares[1:])
        }
        self.at, self.utc = 100.0, float(EVENING)
        self.fed_at = self.at
        started = Event(STARTED, self.at, self.utc, position, length)
        self.session = Session(list(self.parts.values()), rules, started, wanted)
        self.watches: list[Watch] = []
        self.lengths = [finite(length)]
        self.furthest = finite(position)
        self.speed, self.played = 1.0, 0.0
        self.over, self.ended_at = False, 0.0

    @rule(kind=_kinds, position=_positions, length=_lengths, speed=_speeds, seconds=_seconds)
    @precondition(lambda self: not self.over)
    def happen(
        self, kind: str, position: float, length: float, speed: float, seconds: float
    ) -> None:
        self._feed(kind, position, length, speed, seconds)

    @rule(seconds=_seconds)
    @precondition(lambda self: not self.over)
    def play_on(self, seconds: float) -> None:
        """As a real player does it."""
        position = self.furthest + max(0.0, seconds * min(self.speed, FASTEST))
        self._feed(LOOKED, position, 3600.0, 1.0, seconds)

    @rule(kind=st.sampled_from(sorted(OVER)), position=_positions, seconds=_seconds)
    @precondition(lambda self: not self.over)
    def end(self, kind: str, position: float, seconds: float) -> None:
        self.ended_at = self.utc + seconds
        self._feed(kind, position, 0.0, 1.0, seconds)
        self.over = True

    @rule(kind=st.sampled_from([COUNTED, UNCOUNTED]), seconds=_seconds)
    def count(self, kind: str, seconds: float) -> None:
        self.at, self.utc = self.at + seconds, self.utc + seconds
        new = self.session.on(Event(kind, self.at, self.utc))
        assert not new or self.over
        # Its moment is that of the end, whenever Kodi's word comes.
        assert {watch.watched_at for watch in new} <= {int(self.ended_at)}
        assert self.session.wanted or not new
        self.watches += new

    @rule(seconds=_seconds, position=_positions, length=_lengths)
    @precondition(lambda self: self.over)
    def go_on(self, seconds: float, position: float, length: float) -> None:
        self.at, self.utc, self.over = self.at + seconds, self.utc + seconds, False
        self.fed_at = self.at
        self.session.go_on(Event(STARTED, self.at, self.utc, position, length))
        self.lengths.append(finite(length))
        self.furthest = max(self.furthest, finite(position))

    @rule(wanted=st.booleans(), rules=_rules)
    def choose(self, wanted: bool, rules: Rules) -> None:
        self.session.wanted, self.session.rules = wanted, rules

    @rule(seconds=_jumps)
    def set_the_clock(self, seconds: float) -> None:
        self.utc += seconds

    def _feed(
        self, kind: str, position: float, length: float, speed: float, seconds: float
    ) -> None:
        self.at, self.utc = self.at + seconds, self.utc + seconds
        seconds, self.fed_at = self.at - self.fed_at, self.at
        new = self.session.on(Event(kind, self.at, self.utc, position, length, speed))
        self.lengths.append(finite(length))
        self._bound(kind, position, seconds)
        for watch in new:
            self._judge(watch, kind, seconds)
        speeds: dict[str, float] = {PAUSED: 0.0, RESUMED: 1.0, SPEED_CHANGED: speed}
        self.speed = finite(speeds.get(kind, self.speed))
        self.watches += new
        at_last = self.session.look_at
        assert at_last is None or (at_last > self.at and kind not in OVER)

    def _bound(self, kind: str, position: float, seconds: float) -> None:
        """How far it can have got, and how much can have been played, at the most."""
        self.furthest = max(self.furthest + seconds * self.speed, finite(position))
        if kind == ENDED:
            self.furthest = max([self.furthest, *self.lengths])
        if self.speed <= FASTEST:
            self.played += seconds * FASTEST + SLACK

    def _judge(self, watch: Watch, kind: str, seconds: float) -> None:
        """The watch could be made of what happened, and at that moment."""
        assert self.session.wanted
        assert self.utc - seconds - 1 <= watch.watched_at <= self.utc
        length = next((each for each in reversed(self.lengths) if each), 0.0)
        rules, part = self.session.rules, self.parts[watch.item]
        if not length:
            assert kind == ENDED and self.played >= WITHOUT_LENGTH
            return
        share = (part.end - part.start) * length
        assert length >= rules.min_length
        assert self.furthest >= part.start * length + share * rules.threshold / 100 - 1e-3
        assert self.played >= min(ENOUGH, share * 0.05) - 1e-3

    @invariant()
    def each_once(self) -> None:
        items = [watch.item for watch in self.watches]
        assert len(set(items)) == len(items)
        assert set(items) <= set(self.parts)
        assert self.session.watched == (len(items) == len(self.parts))
        assert str(self.session)


class TestPlayback(Playback.TestCase):  # type: ignore[misc]
    """Each part at most one watch, never sooner than it can be, at a moment that was."""

    settings: Any = settings(max_examples=100, stateful_step_count=40)
