"""The session: when playback becomes a watch, and at which moment."""

from __future__ import annotations

import math
from typing import Any, Sequence

import pytest

from simkl_scrobbler.events import (
    COUNTED,
    ENDED,
    LOOKED,
    PAUSED,
    REPLACED,
    RESUMED,
    SEEKED,
    SPEED_CHANGED,
    STARTED,
    STOPPED,
    UNCOUNTED,
    Event,
    Rules,
)
from simkl_scrobbler.media import Watch
from simkl_scrobbler.playback import Part, Session

from .builders import EVENING, a_movie, an_episode

HOUR = 3600.0


class Evening:
    """A player and a clock: plays a session second by second, looking only when it is asked to."""

    def __init__(
        self,
        length: float = HOUR,
        rules: Rules | None = None,
        position: float = 0.0,
        says: float | None = None,
        parts: Sequence[Part] = (Part(a_movie()),),
        blind: bool = False,
    ) -> None:
        self.now, self.position, self.length, self.rate = 0.0, position, length, 1.0
        self.watches: list[Watch] = []
        self.looks: list[float] = []
        started = self._event(STARTED)._replace(position=position if says is None else says)
        self.session = Session(parts, rules or Rules(), started, blind=blind)

    def _event(self, kind: str, **more: Any) -> Event:
        return Event(kind, self.now, EVENING + self.now, length=self.length, **more)

    def _feed(self, event: Event) -> None:
        self.watches += self.session.on(event)

    def play(self, seconds: float) -> Evening:
        """Let time pass; the player goes on at its rate and is looked at when that is due."""
        end = self.now + seconds
        while self.session.look_at is not None and self.session.look_at <= end:
            self._pass(self.session.look_at - self.now)
            self.looks.append(self.now)
            self._feed(self._event(LOOKED, position=self.position))
        self._pass(end - self.now)
        return self

    def _pass(self, seconds: float) -> None:
        self.now += seconds
        self.position = min(self.position + seconds * self.rate, self.length or 1e9)

    def pause(self, seconds: float) -> Evening:
        self._feed(self._event(PAUSED, position=self.position))
        self.rate = 0.0
        self.play(seconds)
        self.rate = 1.0
        self._feed(self._event(RESUMED, position=self.position))
        return self

    def seek(self, position: float) -> Evening:
        self.position = position
        self._feed(self._event(SEEKED, position=position))
        return self

    def wake(self, position: float) -> Evening:
        """The device has slept for eight hours, and the player comes to itself there."""
        self.now, self.position = self.now + 8 * HOUR, position
        self._feed(self._event(LOOKED, position=position))
        return self

    def wind(self, speed: float) -> Evening:
        self._feed(self._event(SPEED_CHANGED, position=self.position, speed=speed))
        self.rate = speed
        return self

    def want(self, wanted: bool) -> Evening:
        self._feed(self._event(LOOKED, position=self.position))
        self.session.wanted = wanted
        self._feed(self._event(LOOKED, position=self.position))
        return self

    def end(self, kind: str = ENDED) -> Evening:
        self._feed(self._event(kind)._replace(length=0.0))
        return self

    def count(self, kind: str = COUNTED) -> Evening:
        """Kodi says that it has counted a play, or that there was none."""
        self._feed(self._event(kind)._replace(length=0.0))
        return self

    @property
    def moments(self) -> list[float]:
        return [watch.watched_at - EVENING for watch in self.watches]


def test_watch__at_the_threshold() -> None:
    """A film played through is watched once, at the second at which it passed the threshold."""
    evening = Evening().play(HOUR).end()
    assert evening.moments == [0.8 * HOUR]


def test_watch__not_before_the_threshold() -> None:
    """What is stopped a second before the threshold was not watched."""
    assert Evening().play(0.8 * HOUR - 1).end(STOPPED).moments == []


@pytest.mark.parametrize("kind", [STOPPED, REPLACED, ENDED])
def test_watch__before_the_end(kind: str) -> None:
    """However playback ends after the threshold, there is one watch."""
    assert len(Evening().play(0.8 * HOUR + 5).end(kind).watches) == 1


def test_watch__the_other_end_of_the_slider() -> None:
    """With a threshold of 100 percent only the end counts."""
    rules = Rules(threshold=100)
    assert Evening(rules=rules).play(HOUR - 1).end(STOPPED).moments == []
    assert Evening(rules=rules).play(HOUR).end().moments == [HOUR]


def test_watch__file_breaks_off() -> None:
    """A film that ends in its middle, because the rest of the file is missing, was not watched."""
    assert Evening().play(HOUR / 2).end().moments == []
    rules = Rules(threshold=100)
    assert Evening(rules=rules).play(HOUR - 40).end().moments == []


@pytest.mark.parametrize("rate", [1.0, 2.0])
def test_watch__end_before_the_length(rate: float) -> None:
    """A natural end is the end, though it comes early and the tempo is not what Kodi says."""
    evening = Evening(rules=Rules(threshold=100))
    evening.rate = rate
    assert len(evening.play((HOUR - 2) / rate).end().moments) == 1


def test_watch__pause() -> None:
    """A pause moves the moment of the watch by its length."""
    assert Evening().play(60).pause(600).play(HOUR).moments == [0.8 * HOUR + 600]


def test_watch__seek_over_the_threshold() -> None:
    """Skipping over the threshold after a minute counts at the moment of the skip."""
    assert Evening().play(100).seek(0.9 * HOUR).moments == [100]


def test_watch__a_seek_that_takes_its_time() -> None:
    """A player that has not moved yet when it is looked at is looked at again in time."""
    evening = Evening().play(70)
    evening.seek(0.799 * HOUR)
    evening.rate, there, evening.position = 0.0, evening.position, 70.0
    evening.play(6)
    evening.rate, evening.position = 1.0, there
    evening.play(6).end(STOPPED)
    assert evening.moments == [pytest.approx(70 + 6 + 3.6, abs=1)]


def test_watch__a_seek_that_failed() -> None:
    """A player that goes on where it was is not taken to be elsewhere."""
    evening = Evening().play(70)
    evening.seek(0.799 * HOUR)
    evening.position = 70.0
    evening.play(120).end(STOPPED)
    assert evening.moments == []


def test_watch__opened_near_the_end() -> None:
    """A film opened at 95 percent and closed after two seconds was not watched."""
    assert Evening(position=0.95 * HOUR).play(2).end(STOPPED).moments == []


def test_watch__opened_near_the_end_by_skipping() -> None:
    """Skipping to the end of a film opened by mistake is not a watch."""
    assert Evening().play(3).seek(0.99 * HOUR).play(36).end().moments == []


def test_watch__last_minutes() -> None:
    """Beyond the threshold the watch comes when a minute has really been played."""
    assert Evening(position=0.9 * HOUR).play(200).moments == [60]


def test_watch__short_item() -> None:
    """Of a short item five percent have to be played, not a minute."""
    assert Evening(length=200, position=170).play(20).moments == [10]


def test_watch__same_part_again_and_again() -> None:
    """What was played is counted once, however often it was repeated."""
    evening = Evening()
    for _ in range(10):
        evening.play(30).seek(0)
    assert evening.seek(0.9 * HOUR).play(20).end(STOPPED).moments == []


def test_watch__once_per_session() -> None:
    """Seeking back and passing the threshold again makes no second watch."""
    assert len(Evening().play(0.85 * HOUR).seek(0).play(HOUR).end().watches) == 1


def test_watch__too_short() -> None:
    """Items shorter than the minimum length are never watched; 0 switches that off."""
    assert Evening(length=119).play(119).end().moments == []
    assert len(Evening(length=12, rules=Rules(min_length=0)).play(12).end().watches) == 1


def test_watch__length_late() -> None:
    """A length that the player knows only later is asked for again."""
    evening = Evening(length=0)
    evening.play(1)
    evening.length = HOUR
    assert evening.play(HOUR).moments == [0.8 * HOUR]


def test_watch__length_never() -> None:
    """Without a length only a natural end after five minutes counts."""
    assert Evening(length=0).play(301).end().moments == [301]
    assert Evening(length=0).play(301).end(STOPPED).moments == []
    assert Evening(length=0).play(290).end().moments == []


def test_watch__winding_is_not_watching() -> None:
    """Winding through a film does not count as having played it."""
    assert Evening().play(10).wind(32).play(HOUR / 32).end(STOPPED).moments == []


def test_watch__winding_on_after_a_minute() -> None:
    """Who has played a minute and winds over the threshold passes it at that moment."""
    assert Evening().play(80).wind(28).play(110).moments == [80 + 100]


def test_watch__rewinding_does_not_look() -> None:
    """While the player rewinds nothing needs to be looked at."""
    evening = Evening().play(1000).wind(-4)
    assert evening.session.look_at is None


def test_watch__tempo() -> None:
    """At one and a half times the tempo the moment is right, though Kodi calls the speed normal."""
    evening = Evening()
    evening.rate = 1.5
    assert evening.play(HOUR).moments == [pytest.approx(0.8 * HOUR / 1.5, abs=1)]


def test_watch__resumed_from_a_bookmark() -> None:
    """A player that says 0 at first and resumes in the middle is believed at the first look."""
    evening = Evening(position=2000, says=0.0)
    assert evening.play(HOUR).moments == [pytest.approx(0.8 * HOUR - 2000, abs=1)]


def test_watch__stalled_before_the_threshold() -> None:
    """A player that buffers before the threshold is waited for, without a storm of looks."""
    evening = Evening().play(0.8 * HOUR - 0.01)
    evening.rate, before = 0.0, len(evening.looks)
    evening.play(60)
    assert (evening.moments, len(evening.looks) - before < 20) == ([], True)
    evening.rate = 1.0
    assert evening.play(10).moments == [pytest.approx(0.8 * HOUR + 60, abs=5)]


def test_watch__stopped_while_stalled() -> None:
    """Reckoning does not carry a stalled player over the threshold."""
    evening = Evening().play(0.8 * HOUR - 0.01)
    evening.rate = 0.0
    assert evening.play(4).end(STOPPED).moments == []


def test_watch__clock_set_while_playing() -> None:
    """A clock that jumps while playing changes the date of the watch, not whether there is one."""
    session = Session([Part(a_movie())], Rules(), Event(STARTED, 0, EVENING, 0.0, HOUR))
    session.look_at = 2880.0
    [watch] = session.on(Event(LOOKED, 2880, EVENING + 86400 + 2880, 2880.0, HOUR))
    assert watch == Watch(a_movie(), EVENING + 86400 + 2880, "playback")


@pytest.mark.parametrize("kind", [STOPPED, ENDED, REPLACED])
def test_watch__asleep_before_the_threshold(kind: str) -> None:
    """A device that slept while a film ran has not played it, whatever its clock says."""
    evening = Evening().play(HOUR / 2)
    evening.now += 8 * HOUR
    assert evening.end(kind).moments == []


@pytest.mark.parametrize("end", ["stop", "end", "count"])
def test_watch__asleep_and_the_player_jumped(end: str) -> None:
    """A player that comes to itself near the end, because its clock went on, has not played it."""
    evening = Evening().play(HOUR / 2)
    evening.wake(0.9 * HOUR).play(5)
    if end == "count":
        evening.count()
    assert evening.end(ENDED if end == "end" else STOPPED).moments == []


def test_watch__asleep_and_then_seen_to_the_end() -> None:
    """Who goes on from there for a minute has watched it."""
    evening = Evening().play(HOUR / 2)
    evening.wake(0.9 * HOUR).play(70)
    assert evening.moments == [pytest.approx(8.5 * HOUR + 60, abs=1)]


def test_watch__asleep_before_a_seek() -> None:
    """Who goes on in a film after a night has not played all of it meanwhile."""
    evening = Evening().play(HOUR / 2)
    evening.now += 8 * HOUR
    assert evening.seek(HOUR / 2).end(STOPPED).moments == []


def test_watch__asleep_at_the_threshold() -> None:
    """What reached the threshold before the device slept was watched then, not after the night."""
    evening = Evening().play(0.8 * HOUR - 10)
    evening.now += 8 * HOUR
    assert evening.end(STOPPED).moments == [0.8 * HOUR]


def test_wanted__in_the_middle() -> None:
    """What is wanted from the middle on is watched at the threshold, and looked at from then on."""
    evening = Evening().want(False).play(0.5 * HOUR)
    assert evening.looks == []
    assert evening.want(True).play(HOUR).moments == [0.8 * HOUR]


def test_wanted__beyond_the_threshold() -> None:
    """What was played unwanted counts for nothing but the position: a minute must follow."""
    evening = Evening().want(False).play(0.9 * HOUR).want(True)
    assert evening.play(50).moments == []
    assert evening.play(100).moments == [0.9 * HOUR + 60]


def test_wanted__no_longer() -> None:
    """What is not wanted when it passes the threshold was not watched, however it ends."""
    evening = Evening().play(0.7 * HOUR).want(False).play(HOUR)
    assert evening.end().moments == []


def test_wanted__again_after_the_watch() -> None:
    """Whoever changes their mind twice after the watch makes no second one."""
    evening = Evening().play(0.82 * HOUR).want(False).play(10).want(True)
    assert evening.play(HOUR).end().moments == [0.8 * HOUR]


def test_looks__rare() -> None:
    """Besides the moment of the crossing there is at most one look in 30 seconds, none paused."""
    evening = Evening().play(600)
    assert len(evening.looks) <= 600 / 30 + 1
    before = len(evening.looks)
    evening.pause(3600)
    assert len(evening.looks) == before


def test_looks__none_when_nothing_can_come_of_it() -> None:
    """After the watch the player is left alone."""
    assert Evening().play(0.9 * HOUR).session.look_at is None


def test_looks__a_position_told_five_times_a_second() -> None:
    """A player that tells its position in steps is noticed soon after the crossing, not stalled."""
    for offset in range(20):
        evening = Evening(length=1000, position=700 + offset / 100)
        told = evening.position
        while not evening.watches:
            evening._pass(0.01)
            told = told if evening.position - told < 0.2 else evening.position
            if evening.session.look_at is not None and evening.session.look_at <= evening.now:
                evening._feed(evening._event(LOOKED, position=told))
        assert evening.position - 800 < 0.3


def test_looks__rare_while_it_is_too_short() -> None:
    """What is too short is looked at rarely: the menu of a disc may give way to the film."""
    evening = Evening(length=100).play(65)
    assert evening.looks == [2.0, 32.0, 62.0]
    evening.length = HOUR
    assert len(evening.play(HOUR).watches) == 1


@pytest.mark.parametrize("kind", [STOPPED, REPLACED, ENDED])
def test_counted__before_the_end(kind: str) -> None:
    """What Kodi has counted, though our threshold is higher, was watched when it was over."""
    assert Evening().play(0.5 * HOUR).count().end(kind).moments == [0.5 * HOUR]


@pytest.mark.parametrize("kind", [STOPPED, REPLACED, ENDED])
def test_counted__after_the_end(kind: str) -> None:
    """Kodi's word may come late: the moment is still that at which it was over."""
    evening = Evening().play(0.5 * HOUR).end(kind)
    assert evening.play(7).count().moments == [0.5 * HOUR]


def test_counted__not_before_it_is_over() -> None:
    """Kodi's word alone is no watch while it still plays: the end may be beyond our threshold."""
    evening = Evening().play(0.5 * HOUR).count()
    assert evening.play(0.2 * HOUR).moments == []
    assert evening.play(0.3 * HOUR).end().moments == [0.8 * HOUR]


def test_counted__again_and_again() -> None:
    """However often Kodi says it, before the end and after it, there is one watch."""
    evening = Evening().play(0.5 * HOUR).count().count().end(STOPPED)
    assert evening.count().count().moments == [0.5 * HOUR]


def test_counted__taken_back() -> None:
    """What is marked and un-marked while it plays counts by our own threshold only."""
    evening = Evening().play(0.5 * HOUR).count().play(9).count(UNCOUNTED)
    assert evening.play(9).end(STOPPED).moments == []
    evening = Evening().play(0.5 * HOUR).count().count(UNCOUNTED)
    assert evening.play(HOUR).end().moments == [0.8 * HOUR]


def test_counted__watched_already() -> None:
    """What has passed our own threshold was watched then; Kodi's word adds nothing."""
    assert Evening().play(0.85 * HOUR).count().end().moments == [0.8 * HOUR]
    assert Evening().play(0.85 * HOUR).end().count().moments == [0.8 * HOUR]


def test_counted__to_the_end_with_the_threshold_at_its_end() -> None:
    """With a threshold of 100 percent a natural end and Kodi's word are one watch."""
    rules = Rules(threshold=100)
    assert Evening(rules=rules).play(HOUR).count().end().moments == [HOUR]
    assert Evening(rules=rules).play(HOUR).end().count().moments == [HOUR]


def test_counted__stopped_in_the_credits() -> None:
    """With a threshold of 100 percent Kodi's word counts for who leaves during the credits."""
    evening = Evening(rules=Rules(threshold=100)).play(0.95 * HOUR)
    assert evening.count().end(STOPPED).moments == [0.95 * HOUR]


def test_counted__too_short() -> None:
    """What is shorter than the minimum length was not watched, whatever Kodi counts."""
    assert Evening(length=100).play(95).count().end().moments == []


def test_counted__length_never_known() -> None:
    """What has no length was not watched by Kodi's word alone."""
    assert Evening(length=0).play(200).count().end(STOPPED).moments == []


@pytest.mark.parametrize("late", [False, True])
def test_counted__outside_of_kodi(late: bool) -> None:
    """Of what another program plays Kodi's word is all there is, and it counts at the end."""
    evening = Evening(length=0, blind=True).play(400)
    evening = evening.end().count() if late else evening.count().end()
    assert (evening.moments, evening.looks) == ([400], [])


def test_counted__outside_of_kodi_for_a_moment() -> None:
    """What another program had open for less than the minimum length was not watched."""
    assert Evening(length=0, blind=True).play(100).count().end().moments == []


def test_watch__outside_of_kodi() -> None:
    """Without Kodi's word nobody knows what another program has shown, however long."""
    assert Evening(length=0, blind=True).play(HOUR).end().moments == []
    assert Evening(blind=True).play(HOUR).end().moments == []


@pytest.mark.parametrize("late", [False, True])
def test_counted__skipped_to_the_end(late: bool) -> None:
    """Kodi counts what was skipped to its end; hardly played, it was not watched."""
    evening = Evening().play(20).seek(0.95 * HOUR).play(10)
    evening = evening.end(STOPPED).count() if late else evening.count().end(STOPPED)
    assert evening.moments == []


@pytest.mark.parametrize("late", [False, True])
def test_counted__not_wanted(late: bool) -> None:
    """What is not wanted in the history does not get there by Kodi's word."""
    evening = Evening().want(False).play(HOUR)
    evening = evening.end().count() if late else evening.count().end()
    assert evening.moments == []


def test_may_be_counted__far_enough() -> None:
    """What was closed in its first tenth was not counted by Kodi; what was opened late may be."""
    assert not Evening().play(0.09 * HOUR).end(STOPPED).session.may_be_counted()
    assert Evening().play(0.11 * HOUR).end(STOPPED).session.may_be_counted()
    assert Evening(position=0.9 * HOUR).play(3).end(STOPPED).session.may_be_counted()
    assert Evening(length=0).play(3).end(STOPPED).session.may_be_counted()


DOUBLE = (Part(an_episode(1), 0.0, 0.5), Part(an_episode(2), 0.5, 1.0))


def parted(evening: Evening) -> list[tuple[int, float]]:
    """The episodes' numbers, each with its second."""
    return [(watch.item.number, watch.watched_at - EVENING) for watch in evening.watches]


def test_parts__each_at_its_own_threshold() -> None:
    """Of two episodes in one file each is watched when most of its own half has passed."""
    evening = Evening(parts=DOUBLE).play(HOUR).end()
    assert parted(evening) == [(1, 0.4 * HOUR), (2, 0.9 * HOUR)]


def test_parts__by_their_own_lengths() -> None:
    """A short and a long one in one file have thresholds of their own lengths."""
    parts = (Part(an_episode(1), 0.0, 0.25), Part(an_episode(2), 0.25, 1.0))
    evening = Evening(parts=parts).play(HOUR).end()
    assert parted(evening) == [(1, 0.2 * HOUR), (2, 0.85 * HOUR)]


def test_parts__three() -> None:
    """Three episodes in one file make three watches, whatever is looked at when."""
    parts = [Part(an_episode(n), (n - 1) / 3, n / 3) for n in (1, 2, 3)]
    evening = Evening(parts=parts).play(HOUR).end()
    assert [number for number, _ in parted(evening)] == [1, 2, 3]


def test_parts__stopped_in_the_second() -> None:
    """Who stops in the second episode has seen the first."""
    assert [n for n, _ in parted(Evening(parts=DOUBLE).play(0.6 * HOUR).end(STOPPED))] == [1]


def test_parts__seeking_back_makes_none_twice() -> None:
    """What was seen of a part before is not seen a second time in the same session."""
    evening = Evening(parts=DOUBLE).play(0.95 * HOUR).seek(0).play(HOUR).end()
    assert [number for number, _ in parted(evening)] == [1, 2]


def test_parts__the_first_was_skipped() -> None:
    """Who goes to the second episode at once has not seen the first."""
    evening = Evening(parts=DOUBLE).seek(0.5 * HOUR).play(0.5 * HOUR).end()
    assert [number for number, _ in parted(evening)] == [2]


def test_parts__the_first_was_skipped_and_then_seen() -> None:
    """Who comes back to the first episode has seen it then, and is looked at again for it."""
    evening = Evening(parts=DOUBLE).seek(0.5 * HOUR).play(0.45 * HOUR).seek(0).play(0.45 * HOUR)
    assert [number for number, _ in parted(evening)] == [2, 1]
    assert evening.session.look_at is None


def test_parts__resumed_in_the_second() -> None:
    """What goes on in the second episode is the second only."""
    evening = Evening(position=0.6 * HOUR, parts=DOUBLE).play(0.4 * HOUR).end()
    assert [number for number, _ in parted(evening)] == [2]


def test_parts__counted_by_kodi() -> None:
    """Kodi counts the file: what was played of it is watched when it is over, each once."""
    evening = Evening(rules=Rules(threshold=100), parts=DOUBLE).play(0.9 * HOUR)
    evening.session.on(Event(COUNTED, evening.now, EVENING + evening.now))
    assert [n for n, _ in parted(evening.end(STOPPED))] == [1, 2]


@pytest.mark.parametrize("said", [math.inf, math.nan, 1e300, -5.0])
def test_position__that_is_none(said: float) -> None:
    """What can be no position is none: it is reckoned, and does not end a film."""
    evening = Evening().play(100)
    evening.position = said
    evening._feed(evening._event(PAUSED, position=said))
    assert evening.watches == []
    evening.position = 100.0
    evening._feed(evening._event(RESUMED, position=100.0))
    assert len(evening.play(HOUR).watches) == 1


@pytest.mark.parametrize("said", [math.inf, math.nan, 1e300, -5.0])
def test_length__that_is_none(said: float) -> None:
    """What can be no length is none, and the one that was known holds."""
    evening = Evening().play(100)
    evening.length = said
    evening._feed(evening._event(PAUSED, position=100.0))
    evening.length = HOUR
    evening._feed(evening._event(RESUMED, position=100.0))
    assert len(evening.play(HOUR).watches) == 1
