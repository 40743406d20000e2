"""Simkl's answers become what the sender has to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simkl_scrobbler.answer import Answer, Busy, Refused, Rejected, SimklError, Unreachable
from simkl_scrobbler.simkl import API, FileFound, Found, Simkl, api_url

FINE = {"added": {"movies": 1}, "not_found": {"movies": []}}


class FakeWire:
    """Answers once, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: tuple[Any, ...] = ()

    def send(self, *asked: Any) -> Answer:
        self.asked = asked
        return self.answer

    def cut(self) -> None: ...

    def close(self) -> None: ...


def ask(status: int, answer: Any, retry_after: str = "") -> dict[str, Any]:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    simkl = Simkl(FakeWire(Answer(status, content, retry_after)), API, "id", "1.0")
    return simkl.add_to_history("token", {})


def refusal(status: int, answer: Any, retry_after: str = "") -> SimklError:
    with pytest.raises(SimklError) as caught:
        ask(status, answer, retry_after)
    return caught.value


def test_request__introduces_itself() -> None:
    """Every request names the application in query and User-Agent, and carries the token."""
    wire = FakeWire(Answer(201, json.dumps(FINE).encode()))
    Simkl(wire, API, "id", "1.0").add_to_history("token", {"movies": []})
    assert wire.asked == (
        "POST",
        "https://api.simkl.com/sync/history",
        {"client_id": "id", "app-name": "kodi-service-simkl", "app-version": "1.0"},
        {
            "User-Agent": "kodi-service-simkl/1.0",
            "Content-Type": "application/json",
            "Authorization": "Bearer token",
        },
        '{"movies": []}',
    )


@pytest.mark.parametrize("status", [200, 201])
def test_answer__success(status: int) -> None:
    """Any 2xx with the answer of the history is one."""
    assert ask(status, FINE) == FINE


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Welcome to the hotel</html>",
        b"",
        b"\xff\xfe",
        b"[" * 100000,
        [],
        {"error": "maintenance"},
        {"error": "maintenance", **FINE},
        {"added": 5},
        {"added": {}, "not_found": True},
        {"added": {}, "not_found": ["movies"]},
        {"added": {}, "not_found": {"movies": True}},
    ],
)
def test_answer__not_of_the_history(answer: Any) -> None:
    """A 200 that does not look like the history's answer is taken for somebody else's."""
    assert isinstance(refusal(200, answer), Unreachable)


@pytest.mark.parametrize(
    ("status", "error", "waits", "holds"),
    [
        (429, "rate_limit", (1.1,), False),
        (400, "RATE_LIMIT", (3.0,), False),
        (400, "rate_limit", (3.0,), False),
        (412, "client_id_failed", (60.0, 300.0, 1800.0), True),
        (500, "internal", (), False),
    ],
)
def test_busy(status: int, error: str, waits: tuple[float, ...], holds: bool) -> None:
    """Each way of being busy has its own pauses."""
    busy = refusal(status, {"error": error, "code": status})
    assert isinstance(busy, Busy)
    assert (busy.waits, busy.holds) == (waits, holds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("999999999999", 93600.0),
        ("", 3600.0),
        ("-5", 3600.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 3600.0),
        ("٣", 3600.0),
    ],
)
@pytest.mark.parametrize("error", ["user_limit_exceeded", "app_limit_exceeded"])
def test_busy__daily_quota(error: str, header: str, seconds: float) -> None:
    """A used-up day is waited out as Retry-After says, and for an hour when it says nothing."""
    busy = refusal(429, {"error": error}, header)
    assert isinstance(busy, Busy)
    assert (busy.waits, busy.holds) == ((seconds,), True)


def test_busy__second_limit_with_daily_header() -> None:
    """The Retry-After of the per-second limit is the daily reset, and is not believed."""
    busy = refusal(429, {"error": "rate_limit"}, "40000")
    assert isinstance(busy, Busy)
    assert busy.waits == (1.1,)


@pytest.mark.parametrize("content", [b"", b"<html>", {"error": "upgrade"}])
def test_busy__server_trouble(content: Any) -> None:
    """A 5xx is trouble of the server whatever comes with it, and its Retry-After counts."""
    busy = refusal(503, content, "30")
    assert isinstance(busy, Busy)
    assert busy.waits == (30.0,)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, "user_token_failed"),
        (401, "invalid_token"),
        (401, "user_token_required"),
        (403, "insufficient_scope"),
        (403, "oauth2_token_required"),
    ],
)
def test_refused(status: int, error: str) -> None:
    """A token that is dead, missing or read-only is told from every other refusal."""
    refused = refusal(status, {"error": error, "code": status})
    assert isinstance(refused, Refused)
    assert str(refused) == error


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"error": "json_error"}),
        (400, b"<html>Bad Request</html>"),
        (404, {"error": "url_failed"}),
        (409, {"error": "already_watched"}),
        (413, b""),
    ],
)
def test_rejected(status: int, answer: Any) -> None:
    """Any other 4xx means that this very request is wrong."""
    assert isinstance(refusal(status, answer), Rejected)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 407, 412, 511 - 200])
def test_unreachable__somebody_else_answers(status: int) -> None:
    """A refusal without Simkl's JSON comes from a portal or a proxy."""
    assert isinstance(refusal(status, b"<html>Log in to the hotel</html>"), Unreachable)


ROW = {
    "title": "Night Ferry",
    "year": 2021,
    "endpoint_type": "tv",
    "ids": {"simkl_id": 8000002, "slug": "night-ferry", "tvdb": "910002"},
}


def search(status: int, answer: Any) -> list[Found]:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Simkl(FakeWire(Answer(status, content)), API, "id", "1.0").search("tv", "x", "token")


@pytest.mark.parametrize(
    "content", [b"9" * 100_000, b'{"added": ' + b"1" * 4000 + b"}", b"[" * 100_000, b"\xff\x00"]
)
def test_unreachable__what_would_be_hard_to_read(content: bytes) -> None:
    """Numbers, nesting and bytes that no answer of Simkl's has are not even tried."""
    assert isinstance(refusal(200, content), Unreachable)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0),
    ],
)
def test_now__by_the_header(date: str, moment: float) -> None:
    """What time it is, Simkl says with each of its answers."""
    assert told_now(date) == moment


@pytest.mark.parametrize("date", ["", "soon", "Tue, 99 Nov 99999 22:13:20 GMT", "0", "\x00"])
def test_now__unknown(date: str) -> None:
    """An answer without a date tells nothing, and stops nothing."""
    assert told_now(date) == 0


def told_now(date: str) -> float:
    return Simkl(FakeWire(Answer(200, b"{}", "", date)), API, "id", "1").now("token")


def test_search__what_is_asked() -> None:
    """A search names the title, and the person in the header: Simkl wants to know who asks."""
    wire = FakeWire(Answer(200, b"[]"))
    assert Simkl(wire, API, "id", "1.0").search("movie", "Été & Co", "token") == []
    assert wire.asked == (
        "GET",
        "https://api.simkl.com/search/movie",
        {
            "client_id": "id",
            "app-name": "kodi-service-simkl",
            "app-version": "1.0",
            "q": "Été & Co",
        },
        {"User-Agent": "kodi-service-simkl/1.0", "Authorization": "Bearer token"},
        None,
    )


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([ROW], [Found(8000002, "Night Ferry", 2021, "tv")]),
        (
            [ROW, {**ROW, "title": None, "year": None}],
            [Found(8000002, "Night Ferry", 2021, "tv"), Found(8000002, "", 0, "tv")],
        ),
        ([], []),
        (None, []),
    ],
)
def test_search__what_was_found(answer: Any, found: list[Found]) -> None:
    """Each row becomes a small value, in Simkl's order; null is nothing, too."""
    assert search(200, answer) == found


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Welcome to the hotel</html>",
        b"",
        {},
        "nothing",
        [None],
        [{}],
        [{"ids": []}],
        [{"ids": {"simkl_id": "x"}}],
        [{"ids": {"simkl_id": 0}}],
        [{"ids": {"simkl_id": True}}],
        [{"ids": {"simkl_id": 2**63}}],
        [ROW, {"title": "no ids"}],
    ],
)
def test_search__not_of_the_search(answer: Any) -> None:
    """A 200 that does not look like the answer of a search is taken for somebody else's."""
    with pytest.raises(Unreachable):
        search(200, answer)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (401, {"error": "user_token_required"}, Refused),
        (429, {"error": "rate_limit"}, Busy),
        (400, {"error": "wrong_parameter"}, Rejected),
        (404, [], Unreachable),
    ],
)
def test_search__refused(status: int, answer: Any, error: type[SimklError]) -> None:
    """A search that is refused says so like any other request."""
    with pytest.raises(error):
        search(status, answer)


SHOW = {"title": "Night Ferry", "year": 2021, "ids": {"simkl": 8000002, "tvdb": "910002"}}
ANIME = {"title": "Kaze no Machi", "year": 2020, "ids": {"simkl": 8000010, "mal": "70010"}}
FILM = {"title": "Harbour Lights", "year": 2019, "ids": {"simkl": 8000001, "imdb": "tt9000001"}}
EPISODE = {"title": "Slack Water", "season": 1, "episode": 2, "multipart": 0}


def search_file(status: int, answer: Any) -> FileFound | None:
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    simkl = Simkl(FakeWire(Answer(status, content)), API, "id", "1.0")
    return simkl.search_file("token", "Night.Ferry.S01E01E02.mkv", 2)


def test_search_file__what_is_asked() -> None:
    """A search by file says its name and the part of it, and whose search it is; nothing else."""
    wire = FakeWire(Answer(200, b"[]"))
    simkl = Simkl(wire, API, "id", "1.0")
    assert simkl.search_file("token", "Season 1/Été.S01E01E02.mkv", 2) is None
    method, url, _, headers, body = wire.asked
    assert (method, url) == ("POST", "https://api.simkl.com/search/file")
    assert headers["Authorization"] == "Bearer token"
    assert json.loads(body) == {"file": "Season 1/Été.S01E01E02.mkv", "part": 2}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, None),
        ([], None),
        ({"type": "movie", "movie": FILM}, FileFound(8000001, "Harbour Lights", 2019, "movie")),
        ({"type": "show", "show": SHOW}, FileFound(8000002, "Night Ferry", 2021, "tv")),
        (
            {"type": "episode", "show": SHOW, "episode": EPISODE},
            FileFound(8000002, "Night Ferry", 2021, "tv", 1, 2),
        ),
        (
            {"type": "episode", "show": SHOW, "episode": {**EPISODE, "season": 0}},
            FileFound(8000002, "Night Ferry", 2021, "tv", 0, 2),
        ),
        (
            {"type": "episode", "show": ANIME, "episode": {"episode": 4, "season": None}},
            FileFound(8000010, "Kaze no Machi", 2020, "anime", -1, 4),
        ),
        (
            {"type": "movie", "movie": {**FILM, "title": None, "year": "x"}},
            FileFound(8000001, "", 0, "movie"),
        ),
    ],
)
def test_search_file__what_was_found(answer: Any, found: FileFound | None) -> None:
    """A film, a show or an episode of one becomes a small value; null and [] are nothing."""
    assert search_file(200, answer) == found


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>Welcome to the hotel</html>",
        b"",
        {},
        "nothing",
        [SHOW],
        {"type": ["movie"]},
        {"type": "podcast", "podcast": FILM},
        {"type": "movie"},
        {"type": "movie", "movie": []},
        {"type": "movie", "show": FILM},
        {"type": "movie", "movie": {"ids": {"simkl": "x"}}},
        {"type": "movie", "movie": {"ids": {"simkl": True}}},
        {"type": "movie", "movie": {"ids": {"simkl": 0}}},
        {"type": "movie", "movie": {"ids": {"simkl": 2**63}}},
        {"type": "episode", "show": SHOW},
        {"type": "episode", "show": SHOW, "episode": []},
        {"type": "episode", "show": SHOW, "episode": {"season": 1}},
        {"type": "episode", "show": SHOW, "episode": {"season": 1, "episode": 0}},
        {"type": "episode", "show": SHOW, "episode": {"season": 1, "episode": 10**30}},
        {"type": "episode", "episode": EPISODE},
    ],
)
def test_search_file__not_of_the_search(answer: Any) -> None:
    """A 200 that does not look like the answer of this search is taken for somebody else's."""
    with pytest.raises(Unreachable):
        search_file(200, answer)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (401, {"error": "user_token_required"}, Refused),
        (429, {"error": "rate_limit"}, Busy),
        (400, {"error": "wrong_parameter"}, Rejected),
        (404, [], Unreachable),
    ],
)
def test_search_file__refused(status: int, answer: Any, error: type[SimklError]) -> None:
    """A search by file that is refused says so like any other request."""
    with pytest.raises(error):
        search_file(status, answer)


@pytest.mark.parametrize(
    ("override", "url"),
    [
        ("", API),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://example.org", "https://example.org"),
        ("http://example.org", API),
        ("http://127.0.0.1.example.org", API),
        ("ftp://127.0.0.1", API),
        ("nonsense", API),
    ],
)
def test_api_url__override(override: str, url: str) -> None:
    """Another address counts only over https, or on this machine."""
    assert api_url(override) == url
