"""What the person hears, and when."""

from __future__ import annotations

import pytest
import xbmcgui

from simkl_scrobbler.history import PARKED, SENT
from simkl_scrobbler.kodi import ui
from simkl_scrobbler.kodi.news import News
from simkl_scrobbler.kodi.texts import Text
from tests.unit.builders import a_movie, an_episode

from .fakes import FakeKodi, Toast


def shown(news: News) -> None:
    """Let the moment come at which the news wants to be told."""
    assert news.due is not None
    news.tell(news.due)


@pytest.mark.parametrize(
    ("item", "name"),
    [(a_movie(), "Harbour Lights (2019)"), (an_episode(4), "Night Ferry S01E04")],
)
def test_sent__one(kodi: FakeKodi, item: object, name: str) -> None:
    """One delivered watch is told by its name, a little later, once."""
    news = News()
    news.add(SENT, [item], 100.0)
    assert news.due is not None and 100.0 < news.due < 105.0
    shown(news)
    assert kodi.toasts == [Toast(f"Added to your history: {name}", xbmcgui.NOTIFICATION_INFO)]
    assert news.due is None


def test_sent__several_together(kodi: FakeKodi) -> None:
    """All that was delivered until then makes one toast, in however many batches it came."""
    news = News()
    news.add(SENT, [a_movie(1), a_movie(2)], 100.0)
    news.add(SENT, [an_episode()], 101.0)
    shown(news)
    assert [toast.message for toast in kodi.toasts] == ["Added to your history: 3 titles"]


def test_parked__is_a_warning_of_its_own(kodi: FakeKodi) -> None:
    """What Simkl did not take is told beside what it did."""
    news = News()
    news.add(SENT, [a_movie()], 100.0)
    news.add(PARKED, [an_episode(4)], 100.0)
    shown(news)
    assert kodi.toasts == [
        Toast("Added to your history: Harbour Lights (2019)", xbmcgui.NOTIFICATION_INFO),
        Toast("Simkl does not know Night Ferry S01E04", xbmcgui.NOTIFICATION_WARNING),
    ]


def test_parked__several_together(kodi: FakeKodi) -> None:
    """Several that Simkl did not take make one toast, too."""
    news = News()
    news.add(PARKED, [a_movie(1), a_movie(2)], 100.0)
    shown(news)
    assert [toast.message for toast in kodi.toasts] == ["Simkl did not take 2 titles"]


def test_tell__never_over_a_video(kodi: FakeKodi) -> None:
    """While a video fills the screen nothing is shown; it is kept, and tried again later."""
    news = News()
    news.add(SENT, [a_movie()], 100.0)
    kodi.fullscreen = True
    news.tell(102.0)
    assert kodi.toasts == []
    assert news.due is not None and news.due > 102.0
    kodi.fullscreen = False
    shown(news)
    assert len(kodi.toasts) == 1


def test_tell__kodi_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """When Kodi cannot be asked what is on the screen, it is asked again later, not at once."""

    def broken() -> bool:
        raise RuntimeError("a bug")

    monkeypatch.setattr(ui, "disturbs", broken)
    news = News()
    news.add(SENT, [a_movie()], 100.0)
    with pytest.raises(RuntimeError):
        news.tell(102.0)
    assert news.due is not None and news.due > 102.0


def test_quiet__something_to_tell(kodi: FakeKodi) -> None:
    """When the screen has become free the news comes soon, but not between two videos."""
    news = News()
    news.add(SENT, [a_movie()], 100.0)
    kodi.fullscreen = True
    news.tell(102.0)
    news.quiet(110.0)
    assert news.due is not None and 110.0 < news.due < 115.0


def test_quiet__nothing_to_tell() -> None:
    """Without news there is no moment to wait for."""
    news = News()
    news.quiet(110.0)
    assert news.due is None


def test_warn__once(kodi: FakeKodi) -> None:
    """The same warning, however often it is given before it is shown, is one toast."""
    news = News()
    for text in (Text.REFUSED, Text.OUTBOX_DAMAGED, Text.REFUSED):
        news.warn(text, 100.0)
    shown(news)
    assert [toast.message.split()[0] for toast in kodi.toasts] == ["Simkl", "The"]
    assert {toast.icon for toast in kodi.toasts} == {xbmcgui.NOTIFICATION_WARNING}


def test_tell__again(kodi: FakeKodi) -> None:
    """What was told is not told again with the next news."""
    news = News()
    news.warn(Text.REFUSED, 100.0)
    news.add(SENT, [a_movie(1)], 100.0)
    shown(news)
    news.add(SENT, [a_movie(2)], 200.0)
    shown(news)
    assert len(kodi.toasts) == 3


def test_tell__not_while_the_last_one_fades_out(kodi: FakeKodi) -> None:
    """A toast keeps away from the end of the last one, and comes after it."""
    news = News()
    news.add(SENT, [a_movie(1)], 100.0)
    shown(news)
    news.add(SENT, [a_movie(2)], 103.6)
    shown(news)
    assert len(kodi.toasts) == 1
    assert news.due is not None and news.due > 109.0
    shown(news)
    assert len(kodi.toasts) == 2


def test_tell__not_while_the_last_of_several_fades_out(kodi: FakeKodi) -> None:
    """Toasts that come together are shown one after another: the next one keeps away from the
    end of the last of them.
    """
    news = News()
    for state in (SENT, PARKED):
        news.add(state, [a_movie(1)], 100.0)
    shown(news)
    news.add(SENT, [a_movie(2)], 110.0)
    shown(news)
    assert len(kodi.toasts) == 2
    # The first was there from 102 to 108, the second fades out at 114.
    assert news.due is not None and news.due > 114.5
    shown(news)
    assert len(kodi.toasts) == 3
