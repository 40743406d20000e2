"""Moments, from and to the texts of Kodi, of scripts and of people."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from simkl_scrobbler.kodi import moment
from simkl_scrobbler.media import DATE_UNKNOWN
from tests.unit.builders import EVENING

from .fakes import BACK, FakeKodi

NO_MOMENTS = [
    None,
    0,
    1_700_000_000,
    True,
    [],
    {},
    b"2024-05-01 20:15:00",
    "",
    " ",
    "yesterday",
    "0000-00-00 00:00:00",
    "1601-01-01 00:00:00",
    "1970-12-31 23:59:59",
    "2024-02-30 20:15:00",
    "2024-13-01 20:15:00",
    "2024-05-01 24:00:00",
    "2024-05-01 20:60:00",
    "2024-05-01 20:15:61",
    "2024-05-01 20:15",
    "2024-05-01T20:15:00",
    "2024-05-01 20:15:00Z",
    "2024-05-01 20:15:00\n",
    "\u0662\u0660\u0662\u0664-05-01 20:15:00",
    "01.05.2024 20:15:00",
]


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall is that of the place which the test names."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        ("UTC", "2024-05-01 20:15:00", "2024-05-01T20:15:00Z"),
        ("Europe/Berlin", "2024-07-01 20:15:00", "2024-07-01T18:15:00Z"),
        ("Europe/Berlin", "2024-12-01 20:15:00", "2024-12-01T19:15:00Z"),
        ("Europe/Berlin", "2024-03-31 01:59:59", "2024-03-31T00:59:59Z"),
        ("Europe/Berlin", "2024-03-31 03:00:00", "2024-03-31T01:00:00Z"),
        ("Europe/Berlin", "2024-10-27 01:59:59", "2024-10-26T23:59:59Z"),
        ("Europe/Berlin", "2024-10-27 03:00:00", "2024-10-27T02:00:00Z"),
        ("America/New_York", "2024-03-10 01:59:59", "2024-03-10T06:59:59Z"),
        ("America/New_York", "2024-03-10 03:00:00", "2024-03-10T07:00:00Z"),
        ("Australia/Lord_Howe", "2024-01-01 20:15:00", "2024-01-01T09:15:00Z"),
        ("Australia/Lord_Howe", "2024-07-01 20:15:00", "2024-07-01T09:45:00Z"),
        ("Asia/Kathmandu", "2024-05-01 05:30:00", "2024-04-30T23:45:00Z"),
        ("Pacific/Kiritimati", "2024-01-01 00:00:00", "2023-12-31T10:00:00Z"),
        ("Europe/Berlin", "2024-02-29 00:00:00", "2024-02-28T23:00:00Z"),
        ("Europe/Berlin", "1999-12-31 23:59:59", "1999-12-31T22:59:59Z"),
    ],
    indirect=["zone"],
)
def test_of_library__by_the_rules_of_that_day(zone: None, text: str, utc: str) -> None:
    """Kodi's text is what the clock showed on that day, whatever the season is now."""
    assert moment.of_library(text) == moment.of_iso(utc) > 0


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"),
        ("2024-03-31 02:30:00", "2024-03-31T00:30:00Z", "2024-03-31T01:30:00Z"),
    ],
)
def test_of_library__the_hour_of_the_change(text: str, earliest: str, latest: str) -> None:
    """An hour that there was twice, or not at all, is still a moment of that night."""
    utc = moment.of_library(text)
    assert utc in {moment.of_iso(earliest), moment.of_iso(latest)}


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_of_library__no_moment(text: object) -> None:
    """What is no moment, or before anybody could have played it, is 0."""
    assert moment.of_library(text) == 0


def test_of_iso__utc() -> None:
    """A script's text is UTC."""
    assert moment.of_iso("2023-11-14T22:13:20Z") == EVENING


@pytest.mark.parametrize(
    "text",
    [
        *(text for text in NO_MOMENTS if isinstance(text, str)),
        "2024-05-01T20:15:00+02:00",
        "2024-05-01T20:15Z",
        "2024-05-01T25:15:00Z",
        "2024-02-30T20:15:00Z",
        "2024-05-01t20:15:00z",
        "now",
    ],
)
def test_of_iso__no_moment(text: str) -> None:
    """A text of another form is 0, not a guess."""
    assert moment.of_iso(text) == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Kiritimati"], indirect=True)
def test_of_day__noon(zone: None) -> None:
    """A day without a time is its noon in UTC, wherever one is."""
    assert moment.of_day("2021-03-02") == moment.of_iso("2021-03-02T12:00:00Z")


@pytest.mark.parametrize(
    "text", [None, 5, [], "", "2021", "2021-02-30", "1942-11-26", "2021-03-02 20:15:00"]
)
def test_of_day__no_day(text: object) -> None:
    """What is no day, or before there were moments, is 0."""
    assert moment.of_day(text) == 0


@pytest.mark.usefixtures("berlin")
def test_picked__date_and_time(kodi: FakeKodi) -> None:
    """What is entered is on the person's clock; Kodi's dialogs begin at now by themselves."""
    kodi.plan = ["01/05/2024", "20:15"]
    assert moment.picked() == moment.of_iso("2024-05-01T18:15:00Z")
    assert kodi.said == ["Watched on: ", "Watched at: "]


@pytest.mark.usefixtures("berlin")
def test_picked__padded(kodi: FakeKodi) -> None:
    """Kodi fills what it gives back with blanks."""
    kodi.plan = [" 1/ 5/2024", " 8: 5"]
    assert moment.picked() == moment.of_iso("2024-05-01T06:05:00Z")


@pytest.mark.parametrize(("plan", "asked"), [([BACK], 1), (["01/05/2024", BACK], 2)])
def test_picked__cancelled(kodi: FakeKodi, plan: list[str], asked: int) -> None:
    """Who leaves either dialog has picked nothing, and is asked nothing more."""
    kodi.plan = plan
    assert moment.picked() == 0
    assert len(kodi.said) == asked


@pytest.mark.parametrize("day", ["31/12/1970", "01/01/1950", "01/01/1601"])
def test_picked__long_ago(kodi: FakeKodi, day: str) -> None:
    """What is older than any moment of Simkl's is watched there, without a date."""
    kodi.plan = [day, "20:15"]
    assert moment.picked() == DATE_UNKNOWN


def test_picked__no_day(kodi: FakeKodi) -> None:
    """A day that there is not is nothing."""
    kodi.plan = ["31/02/2024", "20:15"]
    assert moment.picked() == 0
