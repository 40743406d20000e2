"""Any acts become bodies that say just them; any answer is one outcome for each of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import simplejson
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
    nameless,
    outcomes,
    sent_as,
)
from simkl_scrobbler.media import Episode, Ids, Item, Movie, Removal, Show, Watch

from .anything import acts, items, moments, removals, values, watches
from .builders import EVENING, entries_of

_lists = st.lists(acts, max_size=20).map(lambda some: entries_of(*some))
_writes = st.one_of(st.lists(watches, max_size=12), st.lists(removals, max_size=12)).map(
    lambda some: entries_of(*some)
)
# Each with an id that no other has.
_titles = st.integers(1, 6)
_apart: st.SearchStrategy[Item] = st.one_of(
    st.builds(lambda number: Movie("M", 2000, Ids(tmdb=number)), _titles),
    st.builds(
        lambda number, season, episode: Episode(
            Show("S", 2001, Ids(tvdb=100 + number)), season, episode
        ),
        _titles,
        st.integers(0, 2),
        st.integers(1, 3),
    ),
)


def placed(sent: dict[str, list[dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Everything that a body says: title, season, number and moment of each."""
    found = [(_named(film), None, None, film.get("watched_at")) for film in sent.get("movies", [])]
    for show in sent.get("shows", []) + sent.get("anime", []):
        rows = [(season["number"], season["episodes"]) for season in show.get("seasons", [])]
        rows += [(1, show["episodes"])] if "episodes" in show else []
        assert rows
        for season, episodes in rows:
            assert episodes
            found += [
                (_named(show), season, each["number"], each.get("watched_at")) for each in episodes
            ]
    return found


def _named(thing: dict[str, Any]) -> str:
    return json.dumps([thing["title"], thing.get("year", 0), thing["ids"]], sort_keys=True)


def meant(entry: Entry, now: float) -> tuple[Any, ...]:
    """What a body has to say of an entry."""
    act, item = entry.act, entry.act.item
    title = item.show if isinstance(item, Episode) else item
    named = _named({**title._asdict(), "ids": title.ids.known()})
    moment = sent_as(act.watched_at, now) if isinstance(act, Watch) else None
    if isinstance(item, Episode):
        return named, item.season, item.number, moment
    return named, None, None, moment


@given(_writes, st.one_of(moments, st.floats(0, 4e9)))
def test_body__each_entry_in_one_place(some: list[Entry], now: float) -> None:
    """What is sent is what is meant, nothing twice, and it can be sent."""
    some = batch(some)
    sent = body(some, now)
    assert Counter(placed(sent)) == Counter(meant(entry, now) for entry in some)
    text = simplejson.dumps(sent)
    assert json.loads(text.encode()) == json.loads(json.dumps(sent))


@given(moments, st.one_of(moments, st.floats(0, 4e9)))
def test_sent_as__any_moment(moment: int, now: float) -> None:
    """A moment goes out as a UTC second of this or the last century, never one to come."""
    sent = sent_as(moment, now)
    assert re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", sent)
    if now >= EVENING and moment > now:
        assert sent == sent_as(int(now), now)


@given(_lists)
def test_batch__sends_everything_once(some: list[Entry]) -> None:
    """Batch after batch all goes out, each once, in batches of one kind and of bounded size."""
    left, sent = list(some), []
    while left:
        chosen = batch(left)
        assert chosen
        assert len(chosen) <= 200
        assert len({type(entry.act) for entry in chosen}) == 1
        assert len(chosen) == 1 or not any(map(nameless, chosen))
        ids = {entry.id for entry in chosen}
        left = [entry for entry in left if entry.id not in ids]
        sent += chosen
    assert sorted(entry.id for entry in sent) == [entry.id for entry in some]


@given(st.lists(st.one_of(watches, removals), max_size=12), items, st.data())
def test_batch__keeps_the_order_of_one_item(
    some: list[Watch | Removal], item: Item, data: st.DataObject
) -> None:
    """What was done with one item last is what Simkl hears last."""
    same = [act._replace(item=item) if data.draw(st.booleans()) else act for act in some]
    left, heard = entries_of(*same), []
    while left:
        chosen = batch(left)
        # Twice in one request, and nobody knows which moment Simkl keeps.
        assert sum(entry.act.item == item for entry in chosen) <= 1
        heard += [entry.id for entry in chosen if entry.act.item == item]
        left = [entry for entry in left if entry not in chosen]
    assert heard == sorted(heard)


@given(
    _writes.filter(bool),
    st.dictionaries(
        st.sampled_from(["movies", "shows", "episodes"]), st.none() | st.lists(values, max_size=4)
    ),
    values,
)
def test_outcomes__of_any_answer(some: list[Entry], not_found: Any, added: Any) -> None:
    """Whatever Simkl answers, each entry gets one outcome, or several are asked about again."""
    try:
        results = outcomes(some, {"added": added, "not_found": not_found})
    except Unclear:
        assert len(some) > 1
        return
    assert [result.entry for result in results] == some
    assert {result.state for result in results} <= {SENT, PARKED, WAITING}
    assert all(result.state != WAITING or result.item for result in results)
    assert all(result.state != PARKED or result.reason for result in results)
    named = any(not_found.get(key) for key in ("movies", "shows", "episodes"))
    assert named or all(result.state == SENT for result in results)


@given(st.lists(_apart, unique=True, max_size=10), st.data())
def test_outcomes__never_sent_what_simkl_did_not_know(
    some: list[Item], data: st.DataObject
) -> None:
    """Of what stands in `not_found`, as Simkl echoes it, nothing counts as sent; all else does."""
    asked = entries_of(*(Watch(item, EVENING, "playback") for item in some))
    sent = json.loads(json.dumps(body(asked, EVENING)))
    not_found: dict[str, list[Any]] = {"movies": [], "shows": [], "episodes": []}
    lost: set[Item] = set()
    for film in sent.get("movies", []):
        if data.draw(st.booleans()):
            not_found["movies"].append({**film, "rating": None})
            lost |= {item for item in some if isinstance(item, Movie) and _is(item, film)}
    for show in sent.get("shows", []):
        ours = [item for item in some if isinstance(item, Episode) and _is(item.show, show)]
        fate = data.draw(st.sampled_from(["known", "unknown", "episodes"]))
        if fate == "unknown":
            not_found["shows"].append(_as_text(show, data))
            lost.update(ours)
        elif fate == "episodes":
            gone = [item for item in ours if data.draw(st.booleans())]
            if gone:
                seasons = [
                    {"number": item.season, "episodes": [{"number": item.number}]} for item in gone
                ]
                not_found["episodes"].append({**_as_text(show, data), "seasons": seasons})
                lost.update(gone)
    results = outcomes(asked, {"added": {}, "not_found": not_found})
    assert {result.entry.act.item for result in results if result.state != SENT} == lost


def _is(title: Movie | Show, thing: dict[str, Any]) -> bool:
    return bool(thing["ids"] == title.ids.known())


def _as_text(show: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Simkl may say the numbers of ids as text."""
    if data.draw(st.booleans()):
        return {**show, "ids": {key: str(value) for key, value in show["ids"].items()}}
    return show
