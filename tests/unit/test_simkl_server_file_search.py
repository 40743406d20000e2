"""The emulator's search by file: section 10 of the reference, rules 42 and 185."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simkl_server.probe import Probe
from tests.simkl_server.server import SimklServer


@pytest.fixture
def simkl() -> SimklServer:
    return SimklServer()


@pytest.fixture
def probe(simkl: SimklServer) -> Probe:
    return Probe(simkl, simkl.account().token)


def ask(probe: Probe, name: str, **more: Any) -> Any:
    answer = probe.post("/search/file", {"file": name, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def ask_later(simkl: SimklServer, days: int, name: str) -> Any:
    """The same client asks, signed in anew: a token lives for a week."""
    simkl.clock.advance(days * 24 * 3600)
    return ask(Probe(simkl, simkl.account().sign_in().access_token), name)


def episode(answer: Any) -> tuple[int, int, int]:
    assert answer["type"] == "episode"
    row = answer["episode"]
    return answer["show"]["ids"]["simkl"], row["season"], row["episode"]


def test_file__missing(probe: Probe) -> None:
    """Without a name the answer is null (rule 185)."""
    answer = probe.post("/search/file", {"part": 1})
    assert (answer.status_code, answer.json) == (200, None)


@pytest.mark.parametrize("name", ["nonsense.mkv", "Night.Ferry.S09E01.mkv", "The Long Pier.mkv"])
def test_file__nothing(probe: Probe, name: str) -> None:
    """What no title is, no episode is, or two titles are, is an empty list (rule 185)."""
    assert ask(probe, name) == []


def test_file__movie(probe: Probe) -> None:
    """A film is found by its words; its ids are an integer and strings (rule 190)."""
    answer = ask(probe, "harbour.lights.1080p.mkv", part=1)
    ids = {"simkl": 8000001, "slug": "harbour-lights", "imdb": "tt9000001", "tmdb": "900001"}
    assert answer == {
        "type": "movie",
        "movie": {"title": "Harbour Lights", "year": 2019, "ids": ids},
    }


def test_file__namesakes(probe: Probe) -> None:
    """Of films of one name it is the one whose year the file says."""
    assert ask(probe, "The.Long.Pier.2020.1080p.mkv")["movie"]["ids"]["simkl"] == 8000022


def test_file__show(probe: Probe) -> None:
    """A show without a number stays a show."""
    answer = ask(probe, "Night Ferry.mkv")
    assert (answer["type"], answer["show"]["year"]) == ("show", 2021)
    assert "episode" not in answer


@pytest.mark.parametrize(
    ("part", "number", "multipart"), [(None, 1, 1), (1, 1, 1), (2, 2, 0), (3, 2, 0)]
)
def test_file__parts(probe: Probe, part: int | None, number: int, multipart: int) -> None:
    """Of a file of two episodes `part` chooses one (rule 185)."""
    more = {} if part is None else {"part": part}
    answer = ask(probe, "Season 1/Night.Ferry.S01E01E02.1080p.mkv", **more)
    assert episode(answer) == (8000002, 1, number)
    assert answer["episode"]["multipart"] == multipart


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kaze no Machi S02E03.mkv", (8000011, 1, 3)),
        ("[Group] Kaze no Machi - 04 [1080p].mkv", (8000010, 1, 4)),
        ("[Group] Kaze no Machi - Minato-hen - 04.mkv", (8000011, 1, 4)),
        ("Night Ferry S00E02.mkv", (8000002, 0, 2)),
    ],
)
def test_file__anime_and_specials(probe: Probe, name: str, found: tuple[int, int, int]) -> None:
    """With a season anime counts as on TheTVDB, without one in the cour."""
    assert episode(ask(probe, name)) == found


def test_file__without_a_token(simkl: SimklServer) -> None:
    """A V2 app has to say who asks (rule 42)."""
    answer = Probe(simkl).post("/search/file", {"file": "x"})
    assert (answer.status_code, answer.json["error"]) == (401, "user_token_required")


def test_file__is_counted(simkl: SimklServer, probe: Probe) -> None:
    """A search costs one request of the day; parts of a file are questions of their own."""
    ask(probe, "Season 1/Night.Ferry.S01E01E02.mkv", part=1)
    ask(probe, "Season 1/Night.Ferry.S01E01E02.mkv", part=2)
    assert simkl.limits.spent("user anna") == 2
    assert simkl.client_faults == []


def test_file__two_in_a_second(simkl: SimklServer, probe: Probe) -> None:
    """It is a POST to the limits, of which there may be one a second (rule 10)."""
    simkl.clock.set("2026-03-01T12:00:00Z")
    ask(probe, "a.mkv")
    simkl.clock.advance(-1)
    answer = probe.post("/search/file", {"file": "b.mkv"})
    assert (answer.status_code, answer.json["error"]) == (412, "client_id_failed")


@pytest.mark.parametrize(
    "name",
    [
        "/tv/Night Ferry/Season 1/Night.Ferry.S01E01.mkv",
        "Night Ferry/Season 1/Night.Ferry.S01E01.mkv",
        "/Night.Ferry.S01E01.mkv",
        "C:\\Night.Ferry.S01E01.mkv",
        "Season 1\\Night.Ferry.S01E01.mkv",
        "smb://host/Night.Ferry.S01E01.mkv",
        "anna:secret@host/Night.Ferry.S01E01.mkv",
        "Night.Ferry.S01E01.mkv?token=x",
        "Night.Ferry.S01E01.mkv|User-Agent=x",
        "tv%2FNight.Ferry.S01E01.mkv",
    ],
)
def test_conduct__says_too_much(simkl: SimklServer, probe: Probe, name: str) -> None:
    """A path, a host, credentials or a query are none of Simkl's business."""
    ask(probe, name)
    assert simkl.client_faults


@pytest.mark.parametrize("more", [{"hash": "x"}, {"process": 1}, {"File": "x"}])
def test_conduct__says_more(simkl: SimklServer, probe: Probe, more: dict[str, Any]) -> None:
    """Nothing is told of a file but its name and the part."""
    ask(probe, "Night.Ferry.S01E01.mkv", **more)
    assert len(simkl.client_faults) == 1


@pytest.mark.parametrize("name", ["Who's there?.mkv", "Season 1/A & B = C.mkv", "9:30 - x@y.mkv"])
def test_conduct__odd_names(simkl: SimklServer, probe: Probe, name: str) -> None:
    """A name may hold what addresses hold."""
    ask(probe, name)
    assert simkl.client_faults == []


def test_conduct__asks_again(simkl: SimklServer, probe: Probe) -> None:
    """What was found is not asked for again, ever."""
    ask(probe, "Night.Ferry.S01E01.mkv")
    ask_later(simkl, 30, "Night.Ferry.S01E01.mkv")
    assert ["the same file is asked for again" in fault for fault in simkl.client_faults] == [True]


@pytest.mark.parametrize(("days", "faults"), [(6, 1), (7, 0)])
def test_conduct__asks_again_for_a_miss(
    simkl: SimklServer, probe: Probe, days: int, faults: int
) -> None:
    """What was not found may be asked for again after a week."""
    ask(probe, "nonsense.mkv")
    ask_later(simkl, days, "nonsense.mkv")
    assert len(simkl.client_faults) == faults


def test_conduct__asks_again_after_trouble(simkl: SimklServer, probe: Probe) -> None:
    """A question that was not answered may be asked again."""
    simkl.faults.add("status", path="/search/file", status=503)
    body = {"file": "Night.Ferry.S01E01.mkv"}
    assert probe.post("/search/file", body).status_code == 503
    assert probe.post("/search/file", body).status_code == 200
    assert simkl.client_faults == []
