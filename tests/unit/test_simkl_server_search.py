"""The emulator's search by title: section 10 of the reference, rules 42 and 190."""

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


def titles(answer: Any) -> list[tuple[str, int]]:
    assert answer.status_code == 200, answer.text
    return [(row["title"], row["year"]) for row in answer.json]


def test_row__movie(probe: Probe) -> None:
    """A row names Simkl's own id `simkl_id`, an integer, and the others as strings (rule 190)."""
    [row] = probe.get("/search/movie", q="harbour lights").json
    assert row["ids"] == {
        "simkl_id": 8000001,
        "slug": "harbour-lights",
        "imdb": "tt9000001",
        "tmdb": "900001",
    }
    assert (row["title"], row["year"], row["endpoint_type"]) == ("Harbour Lights", 2019, "movies")


@pytest.mark.parametrize(
    ("kind", "endpoint_type", "row_type"), [("tv", "tv", "tv"), ("anime", "anime", "movie")]
)
def test_row__series(probe: Probe, kind: str, endpoint_type: str, row_type: str) -> None:
    """TV and anime name their own endpoint; the films of anime are found under anime."""
    query = {"tv": "night ferry", "anime": "natsu no fune"}[kind]
    [row] = probe.get(f"/search/{kind}", q=query).json
    assert (row["endpoint_type"], row["type"]) == (endpoint_type, row_type)


def test_search__other_type(probe: Probe) -> None:
    """What is of another type is not found."""
    assert probe.get("/search/movie", q="Night Ferry").json == []


def test_search__namesakes(probe: Probe) -> None:
    """Films of one name are told apart by their years."""
    found = titles(probe.get("/search/movie", q="The Long Pier"))
    assert found == [("The Long Pier", 1998), ("The Long Pier", 2020)]


def test_search__exact_name_first(probe: Probe) -> None:
    """The title that is just that comes before those that hold more."""
    found = titles(probe.get("/search/anime", q="kaze no machi"))
    assert found[0] == ("Kaze no Machi", 2020)
    assert len(found) == 3


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "no such title"}])
def test_search__nothing(probe: Probe, query: dict[str, str]) -> None:
    """Without q, or without a hit, the answer is an empty list."""
    answer = probe.get("/search/tv", **query)
    assert (answer.status_code, answer.json) == (200, [])


def test_search__bad_type(probe: Probe) -> None:
    """An unknown type is null with 200."""
    answer = probe.get("/search/podcast", q="x")
    assert (answer.status_code, answer.json) == (200, None)


@pytest.mark.parametrize(("kind", "sort"), [("tv", "loudest"), ("movie", "last-air-date")])
def test_search__bad_sort(probe: Probe, kind: str, sort: str) -> None:
    """An unknown order, or one that films do not have, is refused."""
    answer = probe.get(f"/search/{kind}", q="x", sort=sort)
    assert (answer.status_code, answer.json["error"]) == (400, "wrong_parameter")


@pytest.mark.parametrize(
    ("query", "rows", "page", "limit"),
    [
        ({}, 10, "1", "10"),
        ({"limit": "60"}, 50, "1", "50"),
        ({"limit": "50", "page": "2"}, 10, "2", "50"),
        ({"limit": "0", "page": "99"}, 1, "20", "1"),
        ({"limit": "x"}, 10, "1", "10"),
    ],
)
def test_search__pages(
    simkl: SimklServer, probe: Probe, query: dict[str, str], rows: int, page: str, limit: str
) -> None:
    """Ten rows at a time unless asked otherwise, 50 at most, and 20 pages."""
    simkl.catalogue.add_movies(60)
    answer = probe.get("/search/movie", q="Reel", **query)
    assert len(answer.json) == rows
    assert answer.headers["X-Pagination-Page"] == page
    assert answer.headers["X-Pagination-Limit"] == limit
    assert answer.headers["X-Pagination-Item-Count"] == "60"


def test_search__without_a_token(simkl: SimklServer) -> None:
    """A V2 app has to say who asks (rule 42)."""
    answer = Probe(simkl).get("/search/movie", q="x")
    assert (answer.status_code, answer.json["error"]) == (401, "user_token_required")


def test_search__is_counted(simkl: SimklServer, probe: Probe) -> None:
    """A search costs one request of the day, and is no fault of the client."""
    probe.get("/search/movie", q="x")
    assert simkl.limits.spent("user anna") == 1
    assert simkl.client_faults == []
