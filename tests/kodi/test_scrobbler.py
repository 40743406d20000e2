"""Evenings in front of Kodi: what was played becomes entries, and news becomes toasts."""

from __future__ import annotations

from pathlib import Path

import pytest
import xbmc

from simkl_scrobbler.history import PARKED, SENT
from simkl_scrobbler.kodi import log, settings
from simkl_scrobbler.kodi.scrobbler import Warn
from simkl_scrobbler.kodi.texts import Text
from simkl_scrobbler.media import Episode, Ids, Movie, Show
from simkl_scrobbler.sender import REFUSED, Report
from tests.unit.builders import EVENING, a_movie

from .evening import Evening

FILM = Movie("Harbour Lights", 2019, Ids(imdb="tt9000001", tmdb=900001))
FERRY = Show("Night Ferry", 2021, Ids(imdb="tt9000002", tmdb=920002, tvdb=910002))
FOG = Episode(FERRY, 1, 2)


def messages(evening: Evening) -> list[str]:
    return [toast.message for toast in evening.kodi.toasts]


def change(evening: Evening, name: str, value: str) -> None:
    """The person closes the settings dialog with OK."""
    evening.kodi.settings[name] = value
    evening.put(settings.read())


@pytest.mark.parametrize(("answer", "item"), [("movie", FILM), ("episode", FOG)])
def test_playback__past_the_threshold(evening: Evening, answer: str, item: object) -> None:
    """What is played past the threshold is an entry with that second, and the sender is woken."""
    evening.at(0, evening.play, answer)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(item, 800)]
    assert evening.woken == [pytest.approx(800, abs=1)]


def test_playback__below_the_threshold(evening: Evening) -> None:
    """What is stopped before the threshold is no entry, and the sender sleeps on."""
    evening.at(0, evening.play)
    evening.at(790, evening.stop)
    assert evening.run(2000) == []
    assert evening.woken == []


def test_playback__to_the_end(evening: Evening) -> None:
    """What ends by itself was watched once, at the threshold."""
    evening.at(0, evening.play)
    evening.at(1000, evening.end)
    assert evening.run(2000) == [(FILM, 800)]


def test_playback__paused(evening: Evening) -> None:
    """A pause moves the moment by as much, and nothing is asked of the player meanwhile."""
    evening.at(0, evening.play)
    evening.at(100, evening.pause)
    evening.at(5100, evening.resume)
    evening.at(6100, evening.stop)
    assert evening.run(7000) == [(FILM, 5800)]
    assert not [second for second in evening.asked if 100 < second < 5100]


def test_playback__sought_past_the_threshold(evening: Evening) -> None:
    """A seek past the threshold is a watch at that second, if enough was really played."""
    evening.at(0, evening.play)
    evening.at(120, evening.seek, 850.0)
    evening.at(130, evening.stop)
    assert evening.run(200) == [(FILM, 120)]


def test_playback__opened_near_the_end(evening: Evening) -> None:
    """A film that is opened near its end and closed again was not watched."""
    evening.at(0, evening.play, "movie", 1000.0, 950.0)
    evening.at(2, evening.stop)
    assert evening.run(100) == []


def test_playback__again(evening: Evening) -> None:
    """The same film played twice was watched twice."""
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    evening.at(2000, evening.play)
    evening.at(3000, evening.end)
    assert evening.run(4000) == [(FILM, 800), (FILM, 2800)]


def test_playback__looks_rarely(evening: Evening) -> None:
    """The player is asked at start, each half minute and at the threshold, then never again."""
    evening.at(0, evening.play)
    evening.at(1000, evening.end)
    evening.run(1100)
    assert len(set(evening.asked)) <= 800 / 30 + 3
    assert max(evening.asked) < 801


@pytest.mark.parametrize("answer", ["file", "nothing"])
def test_playback__not_of_the_library(evening: Evening, answer: str) -> None:
    """What is not of the library is no entry, and the player is left alone."""
    evening.at(0, evening.play, answer)
    evening.at(1000, evening.end)
    assert evening.run(2000) == []
    assert evening.asked == []


def test_playback__over_before_it_was_known(evening: Evening) -> None:
    """What has ended before anybody could ask what it was is nothing, and no error."""
    log.install()
    evening.at(0, lambda: (evening.play(), evening.stop()))
    assert evening.run(100) == []
    assert not [text for level, text in evening.kodi.log if level == xbmc.LOGERROR]


def test_playback__of_a_song(evening: Evening) -> None:
    """Of music Kodi is not even asked what it is: it would refuse, and that would be in the log."""
    evening.sings = True
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == []
    assert evening.kodi.asked("Player.GetItem") == []


def test_playback__player_is_between_two_videos(evening: Evening) -> None:
    """A player that has let go of the film without a word yet is asked again, a second later."""
    evening.at(0, evening.play)
    evening.at(799, evening.close)
    evening.at(803, evening.play, "episode")
    evening.at(850, evening.stop)
    evening.run(900)
    assert len([second for second in evening.asked if 799 < second < 803]) == 3


def test_replaced__by_the_next(evening: Evening) -> None:
    """Skipping to the next ends the one before; each counts by what was played of it."""
    evening.at(0, evening.play, "movie")
    evening.at(850, evening.play, "episode")
    evening.at(1000, evening.play, "movie")
    evening.at(1010, evening.stop)
    assert evening.run(2000) == [(FILM, 800)]


def test_replaced__at_the_last_moment(evening: Evening) -> None:
    """What passed its threshold just before it was skipped is an entry, not the next one."""
    evening.at(0, evening.play, "movie")
    evening.at(800.04, evening.play, "episode")
    evening.at(900, evening.stop)
    assert evening.run(2000) == [(FILM, 800)]


def test_replaced__by_what_does_not_count(evening: Evening) -> None:
    """What follows without being of the library is not taken for what was there before."""
    evening.at(0, evening.play, "movie", 1000.0)
    evening.at(700, evening.play, "file", 1000.0, 700.0)
    evening.at(900, evening.stop)
    assert evening.run(2000) == []


def test_replaced__without_being_announced(evening: Evening) -> None:
    """Pictures of another video end the one before, even if Kodi never said that it started."""
    evening.at(0, evening.play, "movie")
    evening.at(700, evening.open, "file", 1000.0, 700.0)
    evening.at(700, evening.player.onAVStarted)
    evening.at(900, evening.stop)
    assert evening.run(2000) == []


@pytest.mark.parametrize(
    ("setting", "answer"), [("scrobble_movies", "movie"), ("scrobble_episodes", "episode")]
)
def test_settings__kind_not_wanted(evening: Evening, setting: str, answer: str) -> None:
    """A kind that is switched off makes no entries; the other does."""
    evening.kodi.settings[setting] = "false"
    evening.at(0, evening.play, answer)
    evening.at(1000, evening.end)
    evening.at(2000, evening.play, "episode" if answer == "movie" else "movie")
    evening.at(3000, evening.end)
    assert [second for _, second in evening.run(4000)] == [2800]


def test_settings__threshold_raised_while_playing(evening: Evening) -> None:
    """A higher threshold counts for what plays now."""
    evening.at(0, evening.play)
    evening.at(100, change, evening, "threshold", "90")
    evening.at(1000, evening.end)
    assert evening.run(2000) == [(FILM, 900)]


@pytest.mark.parametrize("paused", [False, True])
def test_settings__threshold_lowered_while_playing(evening: Evening, paused: bool) -> None:
    """Who lowers the threshold below where they are has watched it at that second."""
    evening.at(0, evening.play)
    if paused:
        evening.at(600, evening.pause)
    evening.at(710, change, evening, "threshold", "60")
    evening.at(780, evening.stop)
    assert evening.run(2000) == [(FILM, 710)]
    assert evening.woken == [710]


def test_settings__threshold_lowered_to_what_is_next(evening: Evening) -> None:
    """A lower threshold that is still ahead is noticed when it is reached."""
    evening.at(0, evening.play)
    evening.at(741, change, evening, "threshold", "75")
    evening.at(790, evening.stop)
    assert evening.run(2000) == [(FILM, 750)]
    assert evening.woken == [pytest.approx(750, abs=1)]


def test_settings__kind_switched_off_while_playing(evening: Evening) -> None:
    """Who switches films off does not want the one that plays now in the history."""
    evening.at(0, evening.play)
    evening.at(100, change, evening, "scrobble_movies", "false")
    evening.at(1000, evening.end)
    assert evening.run(2000) == []


@pytest.mark.parametrize(
    ("setting", "answer", "item"),
    [("scrobble_movies", "movie", FILM), ("scrobble_episodes", "episode", FOG)],
)
def test_settings__kind_switched_on_while_playing(
    evening: Evening, setting: str, answer: str, item: object
) -> None:
    """Who switches a kind on in the middle of one has it in the history at the threshold."""
    evening.kodi.settings[setting] = "false"
    evening.at(0, evening.play, answer)
    evening.at(500, change, evening, setting, "true")
    evening.at(1000, evening.end)
    assert evening.run(2000) == [(item, 800)]
    assert not [second for second in evening.asked if 0 < second < 500]


def test_settings__switched_on_while_paused(evening: Evening) -> None:
    """A film that is paused meanwhile is left alone, and counts when it goes on."""
    evening.kodi.settings["scrobble_movies"] = "false"
    evening.at(0, evening.play)
    evening.at(500, evening.pause)
    evening.at(600, change, evening, "scrobble_movies", "true")
    evening.at(900, evening.resume)
    evening.at(1400, evening.end)
    assert evening.run(2000) == [(FILM, 1200)]
    assert not [second for second in evening.asked if 600 < second < 900]


def test_settings__switched_on_near_the_end(evening: Evening) -> None:
    """Who switches films on in the last seconds begins with the next one."""
    evening.kodi.settings["scrobble_movies"] = "false"
    evening.at(0, evening.play)
    evening.at(980, change, evening, "scrobble_movies", "true")
    evening.at(1000, evening.end)
    assert evening.run(2000) == []


def test_settings__change_while_nothing_plays(evening: Evening) -> None:
    """A change counts for the next video, and a wait for nothing stays one."""
    evening.at(0, change, evening, "threshold", "50")
    evening.at(100, evening.play)
    evening.at(1000, evening.stop)
    assert evening.run(2000) == [(FILM, 600)]


def test_settings__notify_switched_off(evening: Evening) -> None:
    """Without `notify` success is silent; what needs attention is not."""
    evening.at(0, change, evening, "notify", "false")
    evening.at(1, evening.put, Report(SENT, [a_movie()]))
    evening.at(2, evening.put, Report(PARKED, [a_movie()]))
    evening.at(3, evening.put, Report(REFUSED, []))
    evening.run(100)
    assert messages(evening) == [
        "Simkl does not know Harbour Lights (2019)",
        "Simkl no longer accepts your sign-in. Sign in again in the settings of Simkl Scrobbler; "
        "what you watch is kept until then.",
    ]


def test_news__after_the_video(evening: Evening) -> None:
    """What is delivered while a video fills the screen is told after it, in one toast."""
    seen: list[int] = []
    evening.at(0, evening.play)
    evening.at(850, evening.put, Report(SENT, [FILM]))
    evening.at(870, evening.put, Report(SENT, [FOG]))
    evening.at(999, lambda: seen.append(len(evening.kodi.toasts)))
    evening.at(1000, evening.end)
    evening.at(1010, lambda: seen.append(len(evening.kodi.toasts)))
    evening.run(3000)
    assert seen == [0, 1]
    assert messages(evening) == ["Added to your history: 2 titles"]


def test_news__between_two_videos(evening: Evening) -> None:
    """The moment between two videos of a playlist is none for a toast."""
    evening.at(0, evening.play)
    evening.at(850, evening.put, Report(SENT, [FILM]))
    evening.at(1000, evening.end)
    evening.at(1001, evening.play, "episode")
    evening.at(1500, lambda: evening.kodi.toasts.append("the episode is over"))
    evening.at(1500, evening.stop)
    evening.run(2000)
    assert evening.kodi.toasts[0] == "the episode is over"
    assert len(evening.kodi.toasts) == 2


def test_news__in_the_menus(evening: Evening) -> None:
    """Who has gone back to the menus while the video goes on is told there."""
    evening.at(0, evening.play)
    evening.at(850, evening.put, Report(SENT, [FILM]))
    evening.at(860, setattr, evening.kodi, "fullscreen", False)
    evening.live(900)
    assert messages(evening) == ["Added to your history: Harbour Lights (2019)"]


def test_warn__once(evening: Evening) -> None:
    """A warning about the add-on itself is one toast."""
    for second in (1, 1.5, 2):
        evening.at(second, evening.put, Warn(Text.OUTBOX_DAMAGED))
    evening.run(100)
    assert len(messages(evening)) == 1
    assert messages(evening)[0].startswith("The list of what waits for Simkl was damaged.")


def test_unwritable__kept_and_retried(evening: Evening, full_disk: Path) -> None:
    """What the disk refuses arrives with its old moment when the disk can be written again."""
    evening.at(0, evening.play)
    evening.at(1000, evening.end)
    evening.at(1500, full_disk.rmdir)
    assert evening.run(2500) == [(FILM, 800)]
    (woken,) = evening.woken
    assert 1500 <= woken <= 1560


def test_unwritable__told_once(evening: Evening, full_disk: Path) -> None:
    """A disk that stays full for hours is one toast, not one for each attempt or watch."""
    log.install()
    evening.at(0, evening.play)
    evening.at(1000, evening.end)
    evening.at(2000, evening.play, "episode")
    evening.at(3000, evening.end)
    evening.at(9000, full_disk.rmdir)
    assert evening.run(9999) == [(FILM, 800), (FOG, 2800)]
    assert messages(evening) == [
        "What you watched cannot be saved: is the disk full? It is kept in memory and tried again."
    ]
    assert len([text for level, text in evening.kodi.log if level == xbmc.LOGERROR]) == 1


def test_unwritable__told_again_when_it_comes_back(evening: Evening, full_disk: Path) -> None:
    """A disk that is full again after it could be written is told of again."""
    evening.at(0, evening.play)
    evening.at(1000, evening.end)
    evening.at(2000, full_disk.rmdir)
    evening.at(2500, (full_disk.parent / "outbox.db").unlink)
    evening.at(2500, full_disk.mkdir)
    evening.at(3000, evening.play, "episode")
    evening.at(4000, evening.end)
    evening.at(5000, full_disk.rmdir)
    evening.run(5100)
    assert len(messages(evening)) == 2


def test_run__survives_a_bug(evening: Evening) -> None:
    """A message that cannot be digested costs itself only, and is in the log."""
    log.install()
    evening.at(0, evening.put, Report(SENT, None))
    evening.at(10, evening.play)
    evening.at(1010, evening.end)
    assert evening.run(2000) == [(FILM, 810)]
    (error,) = [text for level, text in evening.kodi.log if level == xbmc.LOGERROR]
    assert "a message was lost: Report" in error


def test_run__survives_a_bug_in_looking(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at the player that fails is not tried again at once, over and over."""
    failed: list[float] = []
    ask = xbmc.Player.getTime

    def broken(player: xbmc.Player) -> float:
        if evening.time() - EVENING > 1 and len(failed) < 5:
            failed.append(evening.time())
            raise ValueError("a bug")
        return ask(player)

    monkeypatch.setattr(xbmc.Player, "getTime", broken)
    evening.at(0, evening.play)
    evening.at(900, evening.stop)
    assert evening.run(1000) == [(FILM, 800)]
    assert len(set(failed)) == 5


def test_stop__while_playing(evening: Evening) -> None:
    """Kodi's end is the end of what plays: past its threshold it is an entry."""
    evening.at(0, evening.play)
    assert evening.run(800.01) == [(FILM, 800)]


def test_stop__below_the_threshold(evening: Evening) -> None:
    """Kodi's end makes no watch of what was not watched."""
    evening.at(0, evening.play)
    assert evening.run(790) == []


def test_stop__last_chance_for_what_is_in_memory(evening: Evening, full_disk: Path) -> None:
    """What is still in memory only is written at the end, if it can be by then."""
    evening.at(0, evening.play)
    evening.at(805, evening.stop)
    evening.at(810, full_disk.rmdir)
    assert evening.run(811) == [(FILM, 800)]


def test_stop__disk_still_full(evening: Evening, full_disk: Path) -> None:
    """A disk that is full at the end does not keep Kodi from ending."""
    evening.at(0, evening.play)
    evening.live(900)
    assert evening.outbox.unsaved == 1


def test_stop__with_a_bug(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread ends when it has to, even if the last thing it does fails."""

    def broken(_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(evening.outbox, "add", broken)
    evening.at(0, evening.play)
    assert evening.run(800.01) == []
