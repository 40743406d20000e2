"""What a rewatch says, and what Simkl makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from simkl_scrobbler.history import Entry
from simkl_scrobbler.media import Episode, Ids, Movie, Show
from simkl_scrobbler.rewatch import (
    ACTIVE,
    CLOSED,
    RESUMING,
    WHOLE,
    Said,
    Session,
    completed,
    holding,
    kept_by_simkl,
    order_body,
    reading,
    rows,
    said,
    since,
    watch_body,
)

from .builders import EVENING, a_movie, a_rewatch, a_show, an_episode, an_order

MOMENT = "2023-11-14T22:13:20Z"
FERRY = {"title": "Night Ferry", "ids": {"simkl": 8000002, "tvdb": "910002", "tmdb": "920002"}}


def a_row(**changes: Any) -> dict[str, Any]:
    episodes = [{"number": 4, "watched_at": MOMENT}]
    row = {
        "is_rewatch": True,
        "rewatch_id": 31007,
        "rewatch_status": "active",
        "last_watched_at": MOMENT,
        "total_episodes_count": 18,
        "show": FERRY,
        "seasons": [{"number": 1, "episodes": episodes}],
    }
    return {**row, **changes}


@pytest.mark.parametrize(("plan", "kept"), [("free", 0), ("", 0), ("pro", 1), ("vip", 1)])
def test_plan(plan: str, kept: int) -> None:
    """Simkl keeps rewatches for PRO and VIP only, and for nobody of whom we know nothing."""
    assert kept_by_simkl(plan) == kept


@pytest.mark.parametrize(
    ("newest", "asked"),
    [
        (MOMENT, "2023-11-14T22:13:19Z"),
        ("2024-01-01T00:00:00Z", "2023-12-31T23:59:59Z"),
        ("2023-11-14T22:13:20.500Z", "2023-11-14T22:13:19Z"),
        (None, ""),
        ("", ""),
        ("yesterday", "yesterday"),
        ("\ud800", ""),
        ("2023-99-14T22:13:20Z", "2023-99-14T22:13:20Z"),
    ],
)
def test_since(newest: object, asked: str) -> None:
    """It is asked from a second before the newest moment, whose changes Simkl leaves out."""
    assert since(newest) == asked


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (ACTIVE, {"rewatch_id": 31007}),
        (RESUMING, {"rewatch_id": 31007, "rewatch_status": "active"}),
    ],
)
def test_watch_body__in_a_session(status: str, sent: dict[str, Any]) -> None:
    """The id is pinned on the show, and one that is to be taken up is made active with it."""
    session = Session(a_show(), WHOLE, 31007, status)
    body = watch_body(Entry(1, a_rewatch(an_episode())), session, EVENING)
    [show] = body["shows"]
    assert {key: value for key, value in show.items() if key.startswith("rewatch")} == sent
    assert show["seasons"] == [{"number": 1, "episodes": [{"number": 4, "watched_at": MOMENT}]}]


@pytest.mark.parametrize("session", [None, Session(a_show(), WHOLE, 0, ACTIVE)])
def test_watch_body__without_an_id(session: Session | None) -> None:
    """What is in no session that is known is sent as any watch."""
    [show] = watch_body(Entry(1, a_rewatch(an_episode())), session, EVENING)["shows"]
    assert not [key for key in show if "rewatch" in key]


def test_order_body() -> None:
    """An order names an episode with its own moment; a bare show only its id, as completed."""
    [show] = order_body(an_order(CLOSED, 31007, (2, 8, MOMENT)))["shows"]
    assert (show["rewatch_id"], show["rewatch_status"]) == (31007, "closed")
    assert show["seasons"] == [{"number": 2, "episodes": [{"number": 8, "watched_at": MOMENT}]}]
    assert order_body(an_order(), 8000002)["shows"] == [
        {
            "ids": {"simkl": 8000002},
            "status": "completed",
            "is_rewatch": True,
            "rewatch_status": "active",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, Said(0, "", 0, False)),
        ({"added": None}, Said(0, "", 0, False)),
        ({"added": {"movies": 1, "episodes": "2", "statuses": [None]}}, Said(0, "", 1, False)),
        ({"added": {"statuses": [{"response": {"status": 3}}]}}, Said(0, "", 0, False)),
        (
            {"added": {"statuses": [{"response": {"rewatch_id": "x", "rewatch_status": None}}]}},
            Said(0, "", 0, False),
        ),
        (
            {
                "added": {
                    "episodes": 1,
                    "statuses": [
                        {
                            "response": {
                                "status": 3,
                                "rewatch_id": 31007,
                                "rewatch_status": "active",
                                "simkl_type": "anime",
                            }
                        }
                    ],
                }
            },
            Said(31007, "active", 1, True),
        ),
    ],
)
def test_said(answer: dict[str, Any], expected: Said) -> None:
    """Of an answer counts what has the type that it should have."""
    assert said(answer) == expected


@pytest.mark.parametrize(
    "row",
    [
        a_row(is_rewatch=False),
        a_row(is_rewatch=None),
        a_row(rewatch_id=None),
        a_row(rewatch_id=-1),
        a_row(rewatch_id=2**63),
        a_row(show={"ids": {"tvdb": "1"}}),
        a_row(show=None),
        None,
        7,
    ],
)
def test_rows__none(row: object) -> None:
    """The first watches of a title, other titles and nonsense are no sessions."""
    assert rows({"shows": [row]}, a_show()) == []
    assert rows({"shows": row}, a_show()) == []


def test_rows__of_anime() -> None:
    """Of anime the numbers of TheTVDB count, which are ours; else nobody can say which it was."""
    there = {"number": 7, "watched_at": MOMENT, "tvdb": {"season": 2, "episode": 4}}
    for episode, expected in ((there, (2, 4)), ({**there, "tvdb": None}, (WHOLE, 7))):
        row = a_row(seasons=[{"number": 1, "episodes": [episode]}])
        [found] = rows({"anime": [row]}, a_show())
        assert (found.anime, found.watches) == (True, ((*expected, MOMENT),))
    assert reading("anime")["extended"] == "full_anime_seasons"


def test_rows__without_episodes() -> None:
    """A session of which Simkl tells no episodes has none, whatever stands in their place."""
    for seasons in (None, [], [None], [{"episodes": None}], "x"):
        [found] = rows({"shows": [a_row(seasons=seasons)]}, a_show())
        assert found.watches == ()


@pytest.mark.parametrize(
    ("title", "theirs", "same"),
    [
        (Ids(tmdb=5), {"tmdb": "5"}, True),
        (Ids(tmdb=5, imdb="tt9000001"), {"tmdb": "5"}, False),
        (Ids(simkl=3, tmdb=5), {"simkl": 4, "tmdb": "5"}, False),
        (Ids(simkl=3, tmdb=5), {"simkl": 3, "tmdb": "6"}, True),
        (Ids(), {}, False),
        (Ids(), {"tmdb": None}, False),
    ],
)
def test_rows__whose(title: Ids, theirs: dict[str, Any], same: bool) -> None:
    """Simkl's id decides; a number of TMDB alone does not, where anime are listed."""
    row = a_row(show={"ids": theirs})
    assert bool(rows({"anime": [row]}, Movie("x", 2019, title))) == same


@pytest.mark.parametrize(
    ("item", "held"),
    [
        (an_episode(4), True),
        (an_episode(5), False),
        (an_episode(4, season=2), False),
        (an_episode(4, season=0), True),
    ],
)
def test_holding__episode(item: Episode, held: bool) -> None:
    """A session holds an episode by its numbers and its moment; of specials the season is free."""
    found = rows({"shows": [a_row()]}, a_show())
    assert bool(holding(found, a_rewatch(item), EVENING)) == held
    assert not holding(found, a_rewatch(item, EVENING + 1), EVENING + 1)


def test_holding__film() -> None:
    """A session holds a film by its moment."""
    row = a_row(movie={"ids": {"imdb": "tt9000001"}}, show=None, seasons=None)
    found = rows({"movies": [row]}, a_movie())
    assert holding(found, a_rewatch(), EVENING)
    assert not holding(found, a_rewatch(at=EVENING - 1), EVENING)


@pytest.mark.parametrize(
    ("answer", "simkl"),
    [
        ({"shows": [{"show": FERRY}]}, 8000002),
        ({"shows": [{"show": FERRY}, {"show": {"ids": {"simkl": 2, "tvdb": "910002"}}}]}, 0),
        ({"shows": [{"show": {"ids": {"tvdb": "910002"}}}]}, 0),
        ({"shows": []}, 0),
        ({}, 0),
    ],
)
def test_completed(answer: dict[str, Any], simkl: int) -> None:
    """A show is completed if it is listed as such, and it is clear which one it is."""
    assert completed(answer, a_show()) == simkl


def test_completed__nothing_known_of_it() -> None:
    """Of a show without ids nothing can be found."""
    assert completed({"shows": [{"show": FERRY}]}, Show("Night Ferry", 2021, Ids())) == 0
