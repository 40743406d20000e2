"""Names of files, and all that Kodi can know: nothing stumbles, and nothing takes for ever."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simkl_scrobbler.exclusions import Exclusions, bare, excluded, left_alone, private
from simkl_scrobbler.filename import Named, parse
from simkl_scrobbler.identify import Facts, identify
from simkl_scrobbler.media import NAME_ONLY, Episode, Movie, label
from simkl_scrobbler.path import split

from .anything import HOSTILE, ids
from .builders import EVENING

PIECES = [
    "Ferry", "S01E", "S01E02", "1x", "2x03", "[Group]", "[", "]", "(", ")", "{", "}", " - ", "-",
    "(2019)", "2019", "Season 2", "/", "\\", "E02", ".", "05", "stack://", "smb://u:p@h/", " , ",
    ",,", "%20", "%", "1080p", "BluRay", "2024-05-01", "第", "話", "第 2 季", "x264", "e01", "ep",
    "&", "+", "s01", "_", " ", "www.a.b -", "a.b.c.", ".mkv", "zip://", "BDMV", "VIDEO_TS.IFO",
    "plugin://", "http://h/", "?", "#", "|", "Trailer", "sample-", "part 1", "Folge 3", "v2",
    "\u0130", "ß", "é", "1", "12", "9" * 20, "\n", "\0", "\ud800", *HOSTILE,
]  # fmt: skip
_names = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join),
)


def _is_sound(named: Named) -> bool:
    rising = list(named.numbers) == sorted(set(named.numbers))
    known = named.year > 0 or named.numbers or named.date
    return bool(named.title.strip() and rising and known) and all(
        0 < number <= 5000 for number in named.numbers
    )


@given(_names)
@example("٣x٣")
def test_parse__any_name(path: str) -> None:
    """A name says something sane or nothing at all."""
    named = parse(path)
    assert named is None or _is_sound(named)


@given(_names)
def test_split__any_path(path: str) -> None:
    """Folders and name are names: no host, no query and no slash is among them."""
    folders, name = split(path)
    assert all(folders)
    assert "/" not in "".join([*folders, name]) or "%2" in path.upper()


_facts = st.builds(
    Facts,
    kind=st.sampled_from(["movie", "episode", "video", "", "unknown", "channel", "song"]) | _names,
    dbid=st.integers(-1, 5),
    title=_names,
    year=st.integers(0, 9999),
    show=_names,
    show_year=st.integers(0, 9999),
    season=st.integers(-1, 50),
    episode=st.integers(-1, 50),
    ids=ids,
    show_ids=ids,
    handed_ids=ids,
    file=_names,
    stream=_names,
    addon=st.sampled_from(["", "plugin.video.a"]) | _names,
    genres=st.lists(_names, max_size=2).map(tuple),
    paused=st.booleans(),
    excluded=st.booleans(),
)


@given(_facts, st.booleans())
def test_identify__any_facts(facts: Facts, asks: bool) -> None:
    """What plays is an item that can be told apart from others, or nothing."""
    found = identify(facts, parse, asks)
    if found is None:
        return
    assert found.items
    assert found.by
    for item in found.items:
        assert isinstance(label(item), str)
        if isinstance(item, Episode):
            assert item.season >= 0 <= item.number
            assert item.show.title or item.show.ids.known()
            assert not item.tvdb or item.season == 0
        elif item.year == NAME_ONLY:
            # Only what may leave the house: two names, no path.
            assert asks
            assert item.title.count("/") <= 1 or "%2" in facts.file.upper()
        else:
            assert isinstance(item, Movie)
            assert item.ids.known() or item.title


_chosen = st.builds(
    Exclusions,
    addons=st.lists(_names, max_size=2).map(tuple),
    folders=st.lists(_names, max_size=3).map(tuple),
    genres=st.lists(_names, max_size=2).map(tuple),
    streams=st.booleans(),
    library_only=st.booleans(),
    private_until=st.integers(-(2**40), 2**40),
    trailer=_names,
)


@given(_facts, _chosen)
def test_exclusions__any_facts_and_choices(facts: Facts, chosen: Exclusions) -> None:
    """Whatever was chosen, the reason is one word or none; private mode wins."""
    why = left_alone(facts, chosen, EVENING)
    assert " " not in why
    assert (why == "private") == private(chosen, EVENING)
    if facts.genres and facts.genres[0] in chosen.genres:
        assert excluded(facts, chosen)


@given(_names, st.sampled_from(["smb", "ftp", "https", "nfs"]))
def test_exclusions__no_credentials_are_kept(name: str, scheme: str) -> None:
    """A chosen folder is kept without user and password, whatever they and it are called."""
    folder = f"{scheme}://user:{name.replace('/', '')}@nas/{name}"
    assert not any(each.startswith(f"{scheme}://user") for each in bare(folder))


def _cost(text: str) -> float:
    """The CPU seconds that all who read a name take, the least of two runs."""
    facts = Facts(file=f"/v/{text}.mkv", stream=f"plugin://{text}", title=text, show=text)
    chosen = Exclusions(folders=(text, f"/v/{text}"), genres=(text,), addons=(text,))
    costs = []
    for _ in range(2):
        begun = time.process_time()
        parse(text)
        split(text)
        identify(facts, parse, True)
        excluded(facts, chosen)
        costs.append(time.process_time() - begun)
    return min(costs)


_REPEATED = [*filter(None, PIECES), "a.", "S1E1", "1x01-", "[a]", "(a) ", "- ", "e1 ", "a@", "://"]
# What takes less CPU than this, in seconds, is too little to be compared.
_NOTHING = 0.02


# Names of 300 characters are read, whatever is longer is no name: both are tried.
@pytest.mark.parametrize("size", [290, 100_000])
def test_names__cost_no_more_than_they_are_long(size: int) -> None:
    """A name four times as long takes about four times as long, not sixteen or for ever."""
    for piece in _REPEATED:
        whole = (piece * size)[:size]
        cost = _cost(whole)
        assert cost < _NOTHING or cost < 9 * _cost(whole[: size // 4]), piece
