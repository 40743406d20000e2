"""The package's log records in Kodi's log."""

from __future__ import annotations

import pytest
import xbmc

from simkl_scrobbler.kodi import log
from simkl_scrobbler.log import LOG

from .fakes import FakeKodi

ACCESS, REFRESH = "simkl_at_" + "aB3-_" * 6 + "xyzW", "simkl_rt_" + "9" * 34
OLD_TOKEN = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("error", xbmc.LOGERROR),
        ("warning", xbmc.LOGWARNING),
        ("info", xbmc.LOGINFO),
        ("debug", xbmc.LOGDEBUG),
    ],
)
def test_levels__are_kodis(kodi: FakeKodi, level: str, shown: int) -> None:
    """Each record comes at Kodi's level for it, under the name of the add-on, without secrets."""
    log.install()
    getattr(LOG, level)("hello %s, 100%%", ACCESS)
    assert kodi.log == [(shown, "[service.simkl] hello simkl_at_***, 100%")]


def test_text__alone_is_taken_as_it_is(kodi: FakeKodi) -> None:
    """Without values a text is no pattern, whatever stands in it."""
    log.install()
    LOG.info("100% done")
    assert kodi.log == [(xbmc.LOGINFO, "[service.simkl] 100% done")]


def test_install__once(kodi: FakeKodi) -> None:
    """Installing again does not make every line come twice."""
    log.install()
    log.install()
    LOG.warning("once")
    assert len(kodi.log) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"token {ACCESS}",
        f"token {REFRESH}",
        f"token {OLD_TOKEN}",
        f"token {OLD_TOKEN.upper()}",
        f"{{'access_token': '{OLD_TOKEN}'}}",
        f"Authorization: Bearer {ACCESS}",
        f"authorization: bearer {OLD_TOKEN[:20]}",
        f"https://api.simkl.com/x?client_id={OLD_TOKEN[:30]}&app-name=kodi",
    ],
)
def test_masked__no_secret_is_left(text: str) -> None:
    """Tokens of both kinds and the application's id never reach the log."""
    shown = log.masked(text)
    assert "***" in shown
    assert not any(secret in shown.lower() for secret in ("ab3-_", "9999", "0123456789"))


def test_message__is_one_line(kodi: FakeKodi) -> None:
    """A title cannot write records of its own."""
    log.install()
    LOG.warning("watched: %s", "A\r\n2024-01-01 00:00:00.000 T:1 error <general>: B\u2028C")
    [(_, text)] = kodi.log
    assert text.splitlines() == [text]


def test_masked__leaves_the_rest() -> None:
    """What surrounds a secret, and what only looks a little like one, stays legible."""
    assert log.masked(f"a client_id={OLD_TOKEN}&b=1 c") == "a client_id=***&b=1 c"
    harmless = "sent: 2, Harbour Lights (2019), tt9000001, 484641eb05e2a64123ce4962316c577373ea7bea"
    assert log.masked(harmless) == harmless


def test_traceback__is_masked(kodi: FakeKodi) -> None:
    """The text of an exception comes with its traceback, but without the secret in it."""
    log.install()
    try:
        raise ValueError(ACCESS)
    except ValueError:
        LOG.exception("it broke")
    ((_, text),) = kodi.log
    assert "Traceback" in text
    assert "ValueError: simkl_at_***" in text
