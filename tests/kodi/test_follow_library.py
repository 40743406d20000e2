"""Evenings in which somebody marks things in Kodi's library."""

from __future__ import annotations

from pathlib import Path

import pytest
import xbmc

from simkl_scrobbler.history import PARKED, SENT, WAITING
from simkl_scrobbler.kodi import log
from simkl_scrobbler.kodi.library import Ref
from simkl_scrobbler.media import Act, Removal, Watch
from simkl_scrobbler.outbox import Outbox
from tests.unit.builders import EVENING

from .evening import Evening, Killed
from .shelf import Shelf, local
from .test_scrobbler import FILM, FOG, change

LATER = 900
"""A second of the evening at which something is marked."""


@pytest.fixture
def film(shelf: Shelf) -> Ref:
    """The one that `evening.play` plays."""
    return shelf.put_movie(1, lastplayed=local(EVENING + 30))


@pytest.fixture
def fog(shelf: Shelf) -> Ref:
    """The episode that `evening.play("episode")` plays."""
    return shelf.put_episode(3, season=1, number=2)


def season(shelf: Shelf, number: int) -> list[Ref]:
    return [shelf.put_episode(100 + each, season=4, show=2) for each in range(1, number + 1)]


def live(evening: Evening, until: float) -> list[Act]:
    """Live through the plan; the acts that wait in the outbox then."""
    evening.live(until)
    return [entry.act for entry in evening.outbox.due()]


def answer(evening: Evening, *words: str) -> None:
    """The person comes and answers the question that is open, and each that follows."""
    evening.kodi.plan += words
    evening.kodi.person.set()


def test_mark__becomes_an_entry(evening: Evening, film: Ref) -> None:
    """A film that a person marks is a watch at its last-played time, and the sender is woken."""
    evening.at(LATER, evening.mark, film)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 30, "library")]
    assert evening.woken == [LATER + 2]
    assert evening.kodi.said == []


def test_mark__without_a_last_played_time(evening: Evening, fog: Ref) -> None:
    """Without a last-played time it is the moment of the mark, not that of the reading."""
    evening.at(LATER, evening.mark, fog)
    assert live(evening, 1000) == [Watch(FOG, EVENING + LATER, "library")]


def test_mark__a_season_in_one_go(evening: Evening, shelf: Shelf) -> None:
    """What is marked in one go is kept in one go."""
    for second, ref in enumerate(season(shelf, 22)):
        evening.at(LATER + second, evening.mark, ref)
    acts = live(evening, 1000)
    assert sorted(act.item.number for act in acts) == list(range(101, 123))
    assert (len(evening.woken), shelf.calls) == (1, 3)


def test_mark__scan_and_import(evening: Evening, film: Ref) -> None:
    """What a scan or an import writes is nobody's mark."""
    item = {"id": film.dbid, "type": film.kind}
    for data in ({"transaction": True}, {"added": True, "transaction": True}, {"added": True}):
        evening.at(LATER, evening.library_says, {"item": item, **data})
    assert live(evening, 1000) == []
    assert evening.kodi.requests == []


def test_mark__not_followed(evening: Evening, film: Ref, fog: Ref) -> None:
    """Without `follow_library` no mark counts, nor Kodi's own count of a playback."""
    evening.kodi.settings["follow_library"] = "false"
    evening.at(0, evening.mark, fog)
    evening.at(100, evening.play, "movie")
    evening.at(800, evening.mark, film)
    evening.at(800, evening.stop)
    evening.at(LATER, evening.unmark, fog)
    assert live(evening, 1000) == []


def test_mark__followed_from_now_on(evening: Evening, film: Ref, fog: Ref) -> None:
    """Who switches `follow_library` on begins with the next mark."""
    evening.kodi.settings["follow_library"] = "false"
    evening.at(0, evening.mark, film)
    evening.at(100, change, evening, "follow_library", "true")
    evening.at(200, evening.mark, fog)
    assert [act.item for act in live(evening, 1000)] == [FOG]


def test_mark__of_another_while_one_plays(evening: Evening, film: Ref, fog: Ref) -> None:
    """Who marks an episode while a film plays has watched both, the film by its own rules."""
    evening.at(0, evening.play, "movie")
    evening.at(400, evening.mark, fog)
    evening.at(850, evening.mark, film)
    evening.at(850, evening.stop)
    assert live(evening, 1000) == [
        Watch(FOG, EVENING + 400, "library"),
        Watch(FILM, EVENING + 800, "playback"),
    ]


@pytest.mark.parametrize("second", [849, 850, 851, 858])
def test_bump__of_what_was_watched(evening: Evening, film: Ref, second: float) -> None:
    """Kodi's own count of a film that we have as watched is no second entry."""
    evening.at(0, evening.play, "movie")
    evening.at(second, evening.mark, film)
    evening.at(850, evening.stop)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 800, "playback")]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("end", ["stop", "end", "next"])
def test_bump__kodis_threshold_is_lower(
    evening: Evening, film: Ref, fog: Ref, before: bool, end: str
) -> None:
    """What Kodi counts at 60 percent is one watch, with the moment at which it was over."""
    ways = {"stop": (evening.stop,), "end": (evening.end,), "next": (evening.play, "episode")}
    evening.at(0, evening.play, "movie")
    if before:
        evening.at(600, evening.mark, film)
    evening.at(600, *ways[end])
    if not before:
        evening.at(600, evening.mark, film)
    assert live(evening, 700) == [Watch(FILM, EVENING + 600, "playback")]


@pytest.mark.parametrize("threshold", ["50", "80", "90", "100"])
def test_bump__played_to_the_end(evening: Evening, film: Ref, threshold: str) -> None:
    """To the end is one entry, whatever our threshold is and however often Kodi says it."""
    evening.kodi.settings["threshold"] = threshold
    evening.at(0, evening.play, "movie")
    evening.at(1000, evening.mark, film)
    evening.at(1000, evening.end)
    evening.at(1001, evening.mark, film)
    acts = live(evening, 2000)
    assert acts == [Watch(FILM, EVENING + int(threshold) * 10, "playback")]


def test_bump__skipped_to_the_end(evening: Evening, film: Ref) -> None:
    """Kodi counts what was skipped to its end; it is neither a watch nor a person's mark."""
    evening.at(0, evening.play, "movie")
    evening.at(5, evening.seek, 950.0)
    evening.at(10, evening.mark, film)
    evening.at(10, evening.stop)
    assert live(evening, 1000) == []


@pytest.mark.parametrize("played", [5, 70])
def test_bump__hardly_begun(evening: Evening, film: Ref, played: float) -> None:
    """Who opens a film, closes it and marks it at once has marked it: Kodi counts no such play."""
    evening.at(40, evening.play, "movie")
    evening.at(40 + played, evening.stop)
    evening.at(45 + played, evening.mark, film)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 30, "library")]


@pytest.mark.parametrize(
    ("setting", "value", "length"),
    [("scrobble_movies", "false", 1000.0), ("min_length", "60", 1000.0)],
)
def test_bump__not_wanted(
    evening: Evening, film: Ref, setting: str, value: str, length: float
) -> None:
    """What the person does not want from the player does not come by Kodi's count of it."""
    evening.kodi.settings[setting] = value
    evening.at(0, evening.play, "movie", length)
    evening.at(1000, evening.mark, film)
    evening.at(1000, evening.end)
    evening.at(1003, evening.mark, film)
    assert live(evening, 2000) == []


def test_bump__it_plays_again_already(evening: Evening, film: Ref) -> None:
    """Kodi's late count belongs to what was over, not to the next playback of the same film."""
    evening.at(0, evening.play, "movie")
    evening.at(600, evening.play, "movie")
    evening.at(600, evening.mark, film)
    evening.at(700, evening.stop)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 600, "playback")]


def test_bump__a_mark_long_after(evening: Evening, film: Ref) -> None:
    """What a person marks some time after it was over is a mark."""
    evening.at(0, evening.play, "movie")
    evening.at(300, evening.stop)
    evening.at(320, evening.mark, film)
    assert [act.source for act in live(evening, 1000)] == ["library"]


def test_bump__a_mark_of_what_was_not_watched(evening: Evening, film: Ref) -> None:
    """Who looks at the end of a film again, stops it and marks it, has marked it."""
    evening.at(0, evening.play, "movie", 1000.0, 700.0)
    evening.at(20, evening.stop)
    evening.at(25, evening.mark, film)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 25, "library")]


def test_bump__unmarked_and_marked_again(evening: Evening, film: Ref) -> None:
    """Who takes the count of what has just ended back, and then thinks better of it, has watched
    it.
    """
    evening.kodi.settings["unmark"] = "2"
    evening.at(0, evening.play, "movie")
    evening.at(1000, evening.mark, film)
    evening.at(1000, evening.end)
    evening.at(1004, evening.unmark, film)
    evening.at(1005, evening.mark, film)
    assert [type(act) for act in live(evening, 2000)] == [Watch, Watch]


def test_bump__of_the_one_before_the_last(evening: Evening, film: Ref, fog: Ref) -> None:
    """In a playlist each count belongs to its own."""
    evening.at(0, evening.play, "movie")
    evening.at(600, evening.mark, film)
    evening.at(600, evening.play, "episode")
    evening.at(1200, evening.mark, fog)
    evening.at(1200, evening.stop)
    assert live(evening, 2000) == [
        Watch(FILM, EVENING + 600, "playback"),
        Watch(FOG, EVENING + 1200, "playback"),
    ]


def test_unmark__never(evening: Evening, film: Ref) -> None:
    """With `unmark` at never nothing leaves the history."""
    evening.kodi.settings["unmark"] = "0"
    evening.at(LATER, evening.unmark, film)
    assert live(evening, 1000) == []
    assert evening.kodi.said == []


def test_unmark__always(evening: Evening, film: Ref, fog: Ref) -> None:
    """With `unmark` at always nothing is asked."""
    evening.kodi.settings["unmark"] = "2"
    evening.at(LATER, evening.unmark, film, fog)
    assert live(evening, 1000) == [
        Removal(FILM, EVENING + LATER, "library"),
        Removal(FOG, EVENING + LATER, "library"),
    ]
    assert evening.kodi.said == []


@pytest.mark.parametrize(("word", "kept"), [("yes", 2), ("no", 0), ("", 0)])
def test_unmark__asks(evening: Evening, film: Ref, fog: Ref, word: str, kept: int) -> None:
    """By default it is asked once for all of a burst; no answer within 30 seconds is a no."""
    evening.kodi.plan = [word]
    evening.at(LATER, evening.unmark, film, fog)
    assert len(live(evening, 1000)) == kept
    assert evening.kodi.said == [
        "Remove 2 films and episodes from your Simkl history? Ratings of films are removed, too."
    ]
    assert evening.kodi.autoclosed == [30_000]


def test_unmark__what_plays(evening: Evening, film: Ref) -> None:
    """An un-mark of what plays is the person's, not Kodi's."""
    evening.kodi.settings["unmark"] = "2"
    evening.at(0, evening.play, "movie")
    evening.at(400, evening.unmark, film)
    evening.at(500, evening.stop)
    assert live(evening, 1000) == [Removal(FILM, EVENING + 400, "library")]


def test_unmark__what_plays_and_was_marked(evening: Evening, film: Ref) -> None:
    """Who marks what plays and takes it back has not watched it when it is stopped early."""
    evening.kodi.settings["unmark"] = "0"
    evening.at(0, evening.play, "movie")
    evening.at(400, evening.mark, film)
    evening.at(410, evening.unmark, film)
    evening.at(500, evening.stop)
    assert live(evening, 1000) == []


def test_unmark__and_marked(evening: Evening, film: Ref) -> None:
    """Mark, un-mark and mark, each on its own, wait in this order."""
    evening.kodi.settings["unmark"] = "2"
    for second, act in ((0, evening.mark), (10, evening.unmark), (20, evening.mark)):
        evening.at(second, act, film)
    assert isinstance(live(evening, 1000)[-1], Watch)


@pytest.mark.parametrize("by", ["mark", "playback"])
@pytest.mark.parametrize("is_open", [True, False])
def test_unmark__overtaken(evening: Evening, film: Ref, by: str, is_open: bool) -> None:
    """What was watched after the un-mark stays in the history, whatever is answered later."""
    if is_open:
        evening.kodi.person.clear()
    evening.kodi.fullscreen = not is_open
    evening.at(0, evening.unmark, film)
    if by == "mark":
        evening.at(100, evening.mark, film)
    else:
        evening.at(100, evening.play, "movie")
        evening.at(950, evening.stop)
    evening.at(1000, setattr, evening.kodi, "fullscreen", False)
    evening.at(1000, answer, evening, "yes")
    assert [type(act) for act in live(evening, 1100)] == [Watch]
    assert len(evening.kodi.said) == (1 if is_open else 0)


def test_unmark__overtaken_at_the_last_moment(evening: Evening, film: Ref) -> None:
    """A question that is called off at the very moment at which it would come, does not come."""
    log.install()
    evening.at(0, setattr, evening.kodi, "fullscreen", True)
    evening.at(0, evening.unmark, film)
    evening.at(62, evening.mark, film)
    evening.at(63, setattr, evening.kodi, "fullscreen", False)
    assert [type(act) for act in live(evening, 100)] == [Watch]
    assert evening.kodi.said == []
    assert not [text for level, text in evening.kodi.log if level == xbmc.LOGERROR]


@pytest.mark.parametrize("number", [50, 51])
@pytest.mark.parametrize("word", ["yes", "no", ""])
def test_many__watched(evening: Evening, shelf: Shelf, number: int, word: str) -> None:
    """More than 50 at once may be another add-on's work: they are sent after a yes only."""
    evening.kodi.plan = [word]
    evening.at(LATER, evening.mark, *season(shelf, number))
    asked = number > 50
    assert len(live(evening, 1000)) == (number if word == "yes" or not asked else 0)
    question = "51 films and episodes were marked as watched in Kodi. Send them to Simkl?"
    assert evening.kodi.said == ([question] if asked else [])
    assert evening.kodi.autoclosed == ([30_000] if asked else [])


def test_many__unwatched(evening: Evening, shelf: Shelf) -> None:
    """More than 50 leave the history after a yes only, even with `unmark` at always."""
    evening.kodi.settings["unmark"] = "2"
    evening.at(LATER, evening.unmark, *season(shelf, 51))
    assert live(evening, 1000) == []
    assert len(evening.kodi.said) == 1


def test_unmark__of_a_slip(evening: Evening, film: Ref, fog: Ref) -> None:
    """What was not watched, and is not after two keys either, is no reason to remove anything."""
    evening.kodi.settings["unmark"] = "2"
    evening.at(0, evening.mark, film)
    evening.at(1, evening.unmark, film)
    evening.at(1, evening.mark, fog)
    assert live(evening, 100) == [Watch(FOG, EVENING + 1, "library")]


def test_unmark__of_what_was_watched_before(evening: Evening, film: Ref) -> None:
    """What was watched already, is counted once more and then un-marked, leaves the history."""
    evening.kodi.settings["unmark"] = "2"
    item = {"id": film.dbid, "type": film.kind}
    evening.at(0, evening.library_says, {"item": item, "playcount": 2})
    evening.at(1, evening.unmark, film)
    assert live(evening, 100) == [Removal(FILM, EVENING + 1, "library")]


def test_many__taken_back_without_a_removal(evening: Evening, shelf: Shelf) -> None:
    """What was marked and un-marked before the answer is not sent, also where un-marks count
    for nothing else.
    """
    evening.kodi.settings["unmark"] = "0"
    refs = season(shelf, 60)
    evening.kodi.plan = ["yes"]
    evening.at(0, setattr, evening.kodi, "fullscreen", True)
    evening.at(1, evening.mark, *refs)
    evening.at(100, evening.unmark, *refs[:5])
    evening.at(200, setattr, evening.kodi, "fullscreen", False)
    assert len(live(evening, 1000)) == 55


def test_file__of_several_marked_and_unmarked(evening: Evening, shelf: Shelf) -> None:
    """A file has one playcount: the last word about any of its episodes is that about all."""
    evening.kodi.settings["unmark"] = "2"
    first, second = (shelf.put_episode(each, file="/tv/both.mkv") for each in (1, 2))
    item = {"id": first.dbid, "type": first.kind}
    evening.at(0, evening.library_says, {"item": item, "playcount": 2})
    evening.at(1, evening.unmark, second)
    acts = live(evening, 100)
    assert [(type(act), act.item.number) for act in acts] == [(Removal, 1), (Removal, 2)]


def test_many__episodes_of_few_files(evening: Evening, shelf: Shelf) -> None:
    """What counts are the watches, not how often Kodi said something."""
    refs = [shelf.put_episode(each, file="/tv/all.mkv") for each in range(1, 61)]
    evening.at(LATER, evening.mark, refs[0])
    assert live(evening, 1000) == []
    assert evening.kodi.said[0].startswith("60 films and episodes")


def test_many__overtaken(evening: Evening, shelf: Shelf) -> None:
    """The question tells how many there still are when it is asked."""
    evening.kodi.settings["unmark"] = "2"
    refs = season(shelf, 60)
    evening.kodi.plan = ["yes"]
    evening.at(0, setattr, evening.kodi, "fullscreen", True)
    evening.at(1, evening.mark, *refs)
    evening.at(100, evening.unmark, *refs[:5])
    evening.at(200, setattr, evening.kodi, "fullscreen", False)
    acts = live(evening, 1000)
    assert len([act for act in acts if isinstance(act, Watch)]) == 55
    assert evening.kodi.said[0].startswith("55 films and episodes")


def test_question__not_over_a_video(evening: Evening, film: Ref, fog: Ref) -> None:
    """Nothing is asked while a video fills the screen, but soon after it."""
    said: list[int] = []
    evening.at(0, evening.play, "movie")
    evening.at(100, evening.unmark, fog)
    evening.at(699, lambda: said.append(len(evening.kodi.said)))
    evening.at(700, evening.stop)
    evening.at(710, lambda: said.append(len(evening.kodi.said)))
    evening.live(1000)
    assert said == [0, 1]


def test_question__not_over_another_dialog(evening: Evening, film: Ref) -> None:
    """Nothing is asked of somebody who is about to press a key for something else, or of nobody."""
    evening.at(0, setattr, evening.kodi, "occupied", True)
    evening.at(0, evening.unmark, film)
    evening.at(100, answer, evening, "yes")
    evening.at(100, setattr, evening.kodi, "occupied", False)
    assert live(evening, 99) == []
    assert evening.kodi.said == []


def test_question__after_another_dialog(evening: Evening, film: Ref) -> None:
    """When the other dialog is gone, it is asked."""
    evening.at(0, setattr, evening.kodi, "occupied", True)
    evening.at(0, evening.unmark, film)
    evening.at(20, answer, evening, "yes")
    evening.at(20, setattr, evening.kodi, "occupied", False)
    assert [type(act) for act in live(evening, 100)] == [Removal]


def test_question__one_after_another(evening: Evening, film: Ref, fog: Ref) -> None:
    """A second question waits until the first is answered; each answer is its own question's."""
    seen: list[int] = []
    evening.kodi.person.clear()
    evening.at(0, evening.unmark, film)
    evening.at(10, evening.unmark, fog)
    evening.at(100, lambda: seen.append(len(evening.kodi.said)))
    evening.at(101, answer, evening, "no", "yes")
    assert [act.item for act in live(evening, 1000)] == [FOG]
    assert (seen, len(evening.kodi.said)) == ([1], 2)


def test_question__holds_up_nothing(evening: Evening, film: Ref, fog: Ref) -> None:
    """While a question is open, what plays is followed and what is marked is kept."""
    kept: list[int] = []
    evening.kodi.person.clear()
    evening.at(0, evening.unmark, fog)
    evening.at(10, evening.play, "movie")
    evening.at(900, evening.stop)
    evening.at(950, lambda: kept.append(len(evening.outbox.due())))
    evening.at(1000, answer, evening, "yes")
    assert [type(act) for act in live(evening, 1100)] == [Watch, Removal]
    assert (kept, evening.woken[0]) == ([1], pytest.approx(810, abs=1))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_question__dialog_fails(
    evening: Evening, film: Ref, fog: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that could not be asked is a no, and the next one comes."""
    asked: list[str] = []

    def agreed(message: str, seconds: int) -> bool:
        asked.append(message)
        if len(asked) == 1:
            raise RuntimeError("a bug")
        return True

    monkeypatch.setattr("simkl_scrobbler.kodi.questions.menu.agreed", agreed)
    evening.at(0, evening.unmark, film)
    evening.at(100, evening.unmark, fog)
    assert [act.item for act in live(evening, 1000)] == [FOG]


def test_question__open_when_kodi_ends(evening: Evening, film: Ref) -> None:
    """Kodi's end does not wait for an answer, and what was not agreed to is not kept."""
    evening.kodi.person.clear()
    evening.at(0, evening.unmark, film)
    assert live(evening, 100) == []
    assert len(evening.kodi.said) == 1


def test_stop__marks_are_read(evening: Evening, film: Ref, fog: Ref) -> None:
    """What was marked just before Kodi ended is kept."""
    evening.at(99.5, evening.mark, film, fog)
    assert [act.item for act in live(evening, 100)] == [FILM, FOG]


def test_stop__marks_cannot_be_read(
    evening: Evening, film: Ref, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that answers nothing at Kodi's end costs the marks, not what is in memory."""
    evening.at(0, evening.play, "movie")
    evening.at(805, evening.stop)
    evening.at(810, full_disk.rmdir)
    evening.at(820, evening.mark, Ref("movie", 2))
    evening.at(820, monkeypatch.setattr, xbmc, "executeJSONRPC", lambda _: "")
    assert live(evening, 821) == [Watch(FILM, EVENING + 800, "playback")]


def test_unwritable__marks_are_retried(evening: Evening, film: Ref, full_disk: Path) -> None:
    """A mark that the disk refuses arrives with its old moment."""
    evening.at(100, evening.mark, film)
    evening.at(500, full_disk.rmdir)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 30, "library")]


@pytest.mark.parametrize("data", [None, [], "x", {"item": {"id": True, "type": "movie"}}])
def test_nonsense__costs_nothing(evening: Evening, film: Ref, data: object) -> None:
    """What makes no sense is no bug of ours, and what follows is kept."""
    log.install()
    evening.at(0, evening.library_says, data)
    evening.at(1, evening.mark, film)
    assert [act.item for act in live(evening, 1000)] == [FILM]
    assert not [text for level, text in evening.kodi.log if level == xbmc.LOGERROR]


def test_late_count__while_something_doubtful_plays(evening: Evening, film: Ref) -> None:
    """Kodi's late count is of what was over: what plays by then, and is not known for certain,
    does not make that doubtful."""

    def play_doubtful() -> None:
        evening.open("movie", 1000.0, 0.0)
        item = {"type": "movie", "label": "Reel", "title": "Reel", "season": -1, "episode": -1}
        evening.kodi.answers["Player.GetItem"] = {"result": {"item": item}}
        evening.player.onPlayBackStarted()
        evening.player.onAVStarted()

    evening.at(0, evening.play, "movie")
    evening.at(700, evening.stop)
    evening.at(701, play_doubtful)
    evening.at(702, evening.mark, film)
    evening.at(710, evening.stop)
    live(evening, 800)
    assert evening.outbox.counts() == {WAITING: 1, SENT: 0, PARKED: 0}


@pytest.mark.parametrize("number", [1, 22])
def test_killed__right_after_marks(evening: Evening, shelf: Shelf, number: int) -> None:
    """What was marked just before Kodi was killed is kept after its next start, with its moment."""
    refs = season(shelf, number)
    for ref in refs:
        evening.at(LATER, evening.mark, ref)
    evening.at(LATER + 1, evening.kill)
    with pytest.raises(Killed):
        evening.live(1000)
    assert evening.outbox.due() == []
    acts = live(evening, 2000)
    assert [act.item.number for act in acts] == [ref.dbid for ref in refs]
    assert {act[1] for act in acts} == {EVENING + LATER}
    assert live(evening, 3000) == acts


def test_ended__before_the_marks_could_be_saved(
    evening: Evening, film: Ref, full_disk: Path
) -> None:
    """What the disk did not take of marks before Kodi ended is taken at its next start."""
    evening.at(LATER, evening.mark, film)
    evening.live(1000)
    full_disk.rmdir()
    evening.outbox = Outbox(str(full_disk))
    assert [act.item for act in live(evening, 2000)] == [FILM]
    assert list(evening.kodi.profile.glob("marks*")) == []


def test_marks__saved_in_the_end(evening: Evening, film: Ref, full_disk: Path) -> None:
    """Once the disk has taken what was marked, it is read no more."""
    evening.at(LATER, evening.mark, film)
    evening.at(LATER + 100, full_disk.rmdir)
    assert [act.item for act in live(evening, 1000)] == [FILM]
    assert list(evening.kodi.profile.glob("marks*")) == []


def test_killed__and_marks_are_followed_no_more(evening: Evening, film: Ref) -> None:
    """Who wants marks no more after a kill does not get them with a later change of mind."""
    evening.at(LATER, evening.mark, film)
    evening.at(LATER + 1, evening.kill)
    with pytest.raises(Killed):
        evening.live(1000)
    evening.kodi.settings["follow_library"] = "false"
    evening.live(1010)
    evening.kodi.settings["follow_library"] = "true"
    assert live(evening, 1100) == []


def test_killed__right_after_a_mark_was_taken_back(evening: Evening, film: Ref) -> None:
    """A slip that was taken back is none after a kill, either."""
    evening.at(LATER, evening.mark, film)
    evening.at(LATER + 0.5, evening.unmark, film)
    evening.at(LATER + 1, evening.kill)
    with pytest.raises(Killed):
        evening.live(1000)
    assert live(evening, 2000) == []


@pytest.mark.parametrize("junk", ["", "{}", "[1]", '[["movie", 1, 1, "x"]]', "[[" * 9999, "[[]]"])
def test_killed__and_the_marks_are_junk(evening: Evening, film: Ref, junk: str) -> None:
    """A file of marks that cannot be read stops nothing, and is written anew."""
    evening.kodi.profile.mkdir(exist_ok=True)
    (evening.kodi.profile / "marks.json").write_text(junk)
    evening.at(LATER, evening.mark, film)
    assert live(evening, 1000) == [Watch(FILM, EVENING + 30, "library")]
    assert list(evening.kodi.profile.glob("marks*")) == []
