"""From entries to the body, and from the answer to outcomes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkl_scrobbler.history import (
    PARKED,
    SENT,
    WAITING,
    Entry,
    Unclear,
    batch,
    body,
    outcomes,
)
from simkl_scrobbler.media import Episode, Ids, Movie, Show

from .builders import (
    EVENING,
    a_movie,
    a_removal,
    a_watch,
    an_episode,
    entries,
    entries_of,
)

WHEN = "2023-11-14T22:13:20Z"

_ids = st.builds(
    Ids,
    imdb=st.sampled_from(["", "tt9000001", "tt9000002"]),
    tmdb=st.integers(0, 3),
    tvdb=st.integers(0, 3),
)
_shows = st.builds(Show, st.sampled_from(["", "A", "B"]), st.sampled_from([0, 2021]), _ids)
_items = st.one_of(
    st.builds(Movie, st.text(max_size=5), st.sampled_from([0, 2020]), _ids),
    st.builds(Episode, _shows, st.integers(0, 3), st.integers(0, 5), st.sampled_from([0, 7])),
)
_entries = st.lists(_items, max_size=30).map(lambda items: entries(*items))


@given(_entries)
def test_body__never_a_bare_show(some: list[Entry]) -> None:
    """No entries make a show object without an episode: it would mean the whole show."""
    for show in body(some, EVENING).get("shows", []):
        assert show["seasons"]
        assert all(season["episodes"] for season in show["seasons"])


@given(_entries)
def test_body__says_what_the_entries_say(some: list[Entry]) -> None:
    """Each entry is in the body exactly once, and nothing else is."""
    sent = body(some, EVENING)
    episodes = [
        episode
        for show in sent.get("shows", [])
        for season in show["seasons"]
        for episode in season["episodes"]
    ]
    assert len(sent.get("movies", [])) + len(episodes) == len(some)


def test_body__of_one_episode() -> None:
    """An episode goes as season and number of its show, with the show's ids and its own moment."""
    assert body(entries(an_episode()), EVENING) == {
        "shows": [
            {
                "title": "Night Ferry",
                "year": 2021,
                "ids": {"imdb": "tt9000002", "tmdb": 920002, "tvdb": 910002},
                "use_tvdb_anime_seasons": True,
                "seasons": [{"number": 1, "episodes": [{"number": 4, "watched_at": WHEN}]}],
            }
        ]
    }


def test_body__of_one_movie() -> None:
    """A film goes with its ids, title and year; what is not known is not sent."""
    known = {"title": "Harbour Lights", "year": 2019, "watched_at": WHEN}
    ids = {"imdb": "tt9000001", "tmdb": 900001}
    assert body(entries(a_movie()), EVENING) == {"movies": [{**known, "ids": ids}]}
    nameless = {"title": "Nameless", "ids": {}, "watched_at": WHEN}
    assert body(entries(Movie("Nameless", 0, Ids())), EVENING) == {"movies": [nameless]}


def test_body__episodes_of_one_show_together() -> None:
    """Episodes of one show share one show object, whatever lies between them."""
    some = entries(an_episode(1), a_movie(), an_episode(2), an_episode(3, season=0, tvdb=77))
    (show,) = body(some, EVENING)["shows"]
    special = {"number": 3, "ids": {"tvdb": 77}, "watched_at": WHEN}
    assert [season["number"] for season in show["seasons"]] == [1, 0]
    assert show["seasons"][1]["episodes"] == [special]


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (1_700_000_000, WHEN),
        (1_700_000_001, WHEN),
        (3600, "1970-01-01T00:00:01Z"),
        (-5, "1970-01-01T00:00:01Z"),
    ],
)
def test_body__impossible_moments(moment: int, sent: str) -> None:
    """Nothing is sent from the future, nor a date from a clock that was never set."""
    (movie,) = body([Entry(1, a_watch(at=moment))], EVENING)["movies"]
    assert movie["watched_at"] == sent


@pytest.mark.parametrize("clock", [0, 3600])
def test_body__clock_not_set(clock: int) -> None:
    """A moment that is known is not lost when the clock is not set yet at the sending."""
    (movie,) = body([Entry(1, a_watch())], clock)["movies"]
    assert movie["watched_at"] == WHEN


def test_batch__bounds() -> None:
    """A request carries at most 50 titles and 200 entries."""
    assert len(batch(entries(*map(a_movie, range(99))))) == 50
    assert len(batch(entries(*map(an_episode, range(500))))) == 200


def test_batch__same_item_twice() -> None:
    """The second watch of an item waits for the next request, and holds up nothing behind it."""
    some = entries(a_movie(1), an_episode(1, season=0, tvdb=7), a_movie(1), a_movie(2))
    some.append(Entry(5, a_watch(an_episode(1, season=0))))
    assert [entry.id for entry in batch(some)] == [1, 2, 4]


def test_batch__nothing() -> None:
    """No entries make no request."""
    assert batch([]) == []


def _answer(**not_found: Any) -> dict[str, Any]:
    lists: dict[str, Any] = {"movies": [], "shows": [], "episodes": [], **not_found}
    return {"added": {"movies": 0, "shows": 0, "episodes": 0}, "not_found": lists}


def _said(some: list[Entry], answer: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(result.entry.id, result.state, result.reason) for result in outcomes(some, answer)]


@pytest.mark.parametrize("answer", [_answer(), {"added": {}}, {"added": {}, "not_found": None}])
def test_outcomes__success(answer: dict[str, Any]) -> None:
    """What is in no list of unknown things was delivered, also when all counts are 0."""
    assert _said(entries(a_movie(), an_episode()), answer) == [(1, SENT, ""), (2, SENT, "")]


def test_outcomes__unknown_movie() -> None:
    """A film that Simkl does not know is parked, the others are not touched by it."""
    echo = {"title": "x", "ids": {"imdb": "tt9000002", "tmdb": "900002"}, "rating": None}
    said = _said(entries(a_movie(1), a_movie(2), an_episode()), _answer(movies=[echo]))
    assert said == [(1, SENT, ""), (2, PARKED, "unknown movie"), (3, SENT, "")]


def test_outcomes__unknown_show() -> None:
    """An unknown show parks all of its episodes and only them."""
    other = an_episode(1, show=Show("Salt Road", 2024, Ids(tvdb=910003)))
    echo = {"title": "Night Ferry", "ids": {"tvdb": 910002}}
    said = _said(entries(an_episode(1), other, an_episode(2)), _answer(shows=[echo]))
    parked = "unknown show"
    assert said == [(1, PARKED, parked), (2, SENT, ""), (3, PARKED, parked)]


def test_outcomes__unknown_episode() -> None:
    """An unknown episode of a known show comes back show-shaped and parks that episode alone."""
    seasons = [
        {"number": 1, "episodes": [{"number": 99}, {"number": [4]}]},
        None,
        {"number": 2, "episodes": 5},
    ]
    echo = {"title": "Night Ferry", "ids": {"tvdb": "910002"}, "seasons": seasons}
    said = _said(entries(an_episode(4), an_episode(99)), _answer(episodes=[echo]))
    assert said == [(1, SENT, ""), (2, PARKED, "unknown episode")]


def test_outcomes__special_with_a_stale_id() -> None:
    """A special that was not found by its own id is tried once more by its number."""
    echo = {"ids": {"tvdb": 910002}, "seasons": [{"number": 0, "episodes": [{"number": 1}]}]}
    special = an_episode(1, season=0, tvdb=77)
    (result,) = outcomes(entries(special), _answer(episodes=[echo]))
    assert (result.state, result.item) == (WAITING, special._replace(tvdb=0))


def test_outcomes__without_ids() -> None:
    """What has no ids is recognised by title and year."""
    some = entries(Movie("Nameless", 0, Ids()), Movie("Nameless", 2020, Ids()))
    said = _said(some, _answer(movies=[{"title": "Nameless", "year": 2020, "ids": {}}]))
    assert said == [(1, SENT, ""), (2, PARKED, "unknown movie")]


@pytest.mark.parametrize("thing", ["junk", {}, {"ids": {"imdb": "tt1"}}, None, 5])
def test_outcomes__unclear(thing: Any) -> None:
    """An unknown thing that is none of ours is asked again, until only one entry can be meant."""
    with pytest.raises(Unclear):
        outcomes(entries(a_movie(1), a_movie(2)), _answer(movies=[thing]))
    assert _said(entries(a_movie()), _answer(movies=[thing])) == [(1, PARKED, "unknown movie")]


_things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["movies", "shows", "episodes", "seasons", "ids", "number", "title"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    _entries,
    st.dictionaries(
        st.sampled_from(["movies", "shows", "episodes"]), st.none() | st.lists(_things)
    ),
)
def test_outcomes__any_lists(some: list[Entry], not_found: Any) -> None:
    """Whatever Simkl calls unknown, each entry gets one outcome, or is asked about again."""
    try:
        results = outcomes(some, {"added": {}, "not_found": not_found})
    except Unclear:
        return
    assert [result.entry for result in results] == some


@given(_entries)
def test_body__removals_name_what_is_removed(some: list[Entry]) -> None:
    """A body of removals has no moment in it and no show without an episode: it would go whole."""
    removals = [entry._replace(act=a_removal(entry.act.item)) for entry in some]
    sent = body(removals, EVENING)
    assert "watched_at" not in str(sent)
    for show in sent.get("shows", []):
        assert show["seasons"]
        assert all(season["episodes"] for season in show["seasons"])


def test_batch__one_kind_of_act() -> None:
    """Watches and removals take turns as the person did; what follows on a change waits."""
    first, second, third = entries_of(a_watch(), a_removal(a_movie(2)), a_watch(a_movie(3)))
    assert batch([first, second, third]) == [first]
    assert batch([second, third]) == [second]


def test_outcomes__removed_or_never_there() -> None:
    """Whatever the counts of a removal say, the episode is not in the history afterwards."""
    [entry] = entries_of(a_removal(an_episode()))
    answer = {"deleted": {"episodes": 0}, "not_found": {"movies": [], "shows": []}}
    assert [each.state for each in outcomes([entry], answer)] == [SENT]


CHAPTER_TWO = Show("Kaze no Machi: Minato-hen", 2021, Ids(mal=70011, anidb=60011))


def test_body__anime_by_its_own_count() -> None:
    """What only databases of anime know goes by their numbers, flat and without a season."""
    watch = entries(an_episode(4, show=CHAPTER_TWO))
    [anime] = body(watch, EVENING)["anime"]
    assert anime["episodes"] == [{"number": 4, "watched_at": WHEN}]
    assert "use_tvdb_anime_seasons" not in anime
    removal = entries_of(a_removal(an_episode(4, show=CHAPTER_TWO)))
    [show] = body(removal, EVENING)["shows"]
    assert show["episodes"] == [{"number": 4}]


@pytest.mark.parametrize("ids", [Ids(mal=70011, tvdb=910010), Ids(simkl=8000011)])
def test_body__anime_by_seasons(ids: Ids) -> None:
    """What TheTVDB knows, too, is counted as there: Simkl finds the cour."""
    [show] = body(entries(an_episode(4, 2, CHAPTER_TWO._replace(ids=ids))), EVENING)["shows"]
    assert (show["use_tvdb_anime_seasons"], show["seasons"][0]["number"]) == (True, 2)
