"""What Kodi knows becomes items, in the order of what can be trusted, and never by a guess."""

from __future__ import annotations

import pytest

from simkl_scrobbler.filename import Named
from simkl_scrobbler.identify import Facts, Identified, identify, of_disc, shortest
from simkl_scrobbler.media import NAME_ONLY, Episode, Ids, Movie, Show

IMDB, TVDB, MAL = Ids(imdb="tt9000025"), Ids(tvdb=910003), Ids(mal=70010)
FILM = Facts(kind="movie", title="Copper Sky", year=2016)
EPISODE = Facts(kind="episode", title="Fog", show="Salt Road", season=1, episode=2)


def nothing(path: str) -> Named | None:
    return None


def one(facts: Facts, named: Named | None = None) -> tuple[object, str, bool] | None:
    found = identify(facts, lambda path: named)
    if found is None:
        return None
    (item,) = found.items
    return item, found.by, found.sure


@pytest.mark.parametrize(
    ("facts", "item", "by", "sure"),
    [
        (FILM._replace(dbid=4), Movie("Copper Sky", 2016, Ids()), "library", True),
        (FILM._replace(ids=IMDB), Movie("Copper Sky", 2016, IMDB), "ids", True),
        (FILM._replace(handed_ids=IMDB), Movie("Copper Sky", 2016, IMDB), "handed ids", True),
        (FILM, Movie("Copper Sky", 2016, Ids()), "title", True),
        (FILM._replace(year=0), Movie("Copper Sky", 0, Ids()), "title", False),
        (FILM._replace(kind="", ids=IMDB), Movie("Copper Sky", 2016, IMDB), "ids", True),
        (
            EPISODE._replace(show_ids=TVDB),
            Episode(Show("Salt Road", 0, TVDB), 1, 2),
            "ids",
            True,
        ),
        (
            EPISODE._replace(handed_ids=TVDB),
            Episode(Show("Salt Road", 0, TVDB), 1, 2),
            "handed ids",
            True,
        ),
        (EPISODE, Episode(Show("Salt Road", 0, Ids()), 1, 2), "title", True),
        (
            EPISODE._replace(kind="", show_ids=TVDB),
            Episode(Show("Salt Road", 0, TVDB), 1, 2),
            "ids",
            True,
        ),
        (
            EPISODE._replace(season=0, ids=Ids(tvdb=77), show_ids=TVDB),
            Episode(Show("Salt Road", 0, TVDB), 0, 2, 77),
            "ids",
            True,
        ),
    ],
)
def test_identify__by_the_best_that_is_known(
    facts: Facts, item: object, by: str, sure: bool
) -> None:
    """Library, own ids, ids that were handed over, title: the first that says enough counts."""
    assert one(facts) == (item, by, sure)


def test_identify__an_episodes_own_ids_are_not_its_shows() -> None:
    """Ids of an episode would name another show: they are left alone, whatever else there is."""
    facts = EPISODE._replace(ids=Ids(imdb="tt1", tvdb=77))
    assert one(facts) == (Episode(Show("Salt Road", 0, Ids()), 1, 2), "title", True)


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(kind="unknown", title="Holiday in Rome"),
        Facts(kind="unknown", title="Copper Sky", year=2016, addon="plugin.video.clips"),
        Facts(kind="musicvideo", title="Song", year=2016, ids=IMDB),
        Facts(kind="channel", title="News", year=2016),
        EPISODE._replace(season=-1),
        EPISODE._replace(episode=-1),
        EPISODE._replace(show=""),
    ],
)
def test_identify__not_known(facts: Facts) -> None:
    """What does not say enough is left alone."""
    assert identify(facts, nothing) is None


@pytest.mark.parametrize(
    "facts",
    [
        EPISODE._replace(kind="", season=-1, episode=-1),
        EPISODE._replace(kind="video", episode=-1),
        EPISODE._replace(kind="unknown", show=""),
    ],
)
@pytest.mark.parametrize("ids", [{"ids": IMDB}, {"handed_ids": IMDB}])
def test_identify__half_an_episode_is_no_film(facts: Facts, ids: dict[str, Ids]) -> None:
    """Ids of a show, or of one of its episodes, are not those of a film because a number lacks."""
    assert identify(facts._replace(**ids), nothing) is None


def test_identify__by_its_name() -> None:
    """A file's name counts when nothing else says what it is."""
    facts = Facts(file="/films/Copper Sky (2016).mkv")
    film, show = Named("Copper Sky", 2016), Show("Salt Road", 0, Ids())
    assert one(facts, film) == (Movie("Copper Sky", 2016, Ids()), "name", True)
    double = identify(facts, lambda path: Named("Salt Road", 0, 1, (2, 3)))
    assert double == Identified((Episode(show, 1, 2), Episode(show, 1, 3)), "name")


@pytest.mark.parametrize("kind", ["musicvideo", "channel", "song"])
def test_identify__other_kinds_have_names_too(kind: str) -> None:
    """The name of a music video's file is no film's."""
    facts = Facts(kind=kind, file="/music/Artist (2016).mkv")
    assert one(facts, Named("Artist", 2016)) is None


def test_identify__a_films_name_without_a_year() -> None:
    """A title alone could be any film of that name: the person has to say which."""
    facts = Facts(file="/films/Copper Sky.mkv")
    assert one(facts, Named("Copper Sky")) == (Movie("Copper Sky", 0, Ids()), "name", False)


def test_identify__an_addons_address_is_no_name() -> None:
    """What stands in the address of an add-on is not for us to read."""
    facts = Facts(file="plugin://plugin.video.x/Copper Sky (2016)", addon="plugin.video.x")
    assert one(facts, Named("Copper Sky", 2016)) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/media/films/Reel 1.mkv", "films/Reel 1"),
        ("smb://anna:secret@nas/films/Reel 1.mkv", "films/Reel 1"),
        ("smb://anna:sec%2fret@nas/Reel 1.mkv", "Reel 1"),
        ("smb://anna:sec%2fret@nas/Reel1.mkv", "Reel1"),
        ("rar://smb%3a%2f%2fanna%3asec%252fret%40nas%2fa.rar/Reel1.mkv", "a.rar/Reel1"),
        ("davs://anna:secret@nas/films/Reel%201.mkv?key=secret", "films/Reel 1"),
        ("https://cdn.host/d/SECRET/Reel%201.mkv?key=secret|Cookie=secret", "Reel 1"),
        ("Reel.mkv", "Reel"),
    ],
)
def test_identify__a_file_to_ask_for(path: str, name: str) -> None:
    """If Simkl may be asked, the names of a file and its folder are kept, and nothing more."""
    facts = Facts(kind="unknown", file=path)
    assert identify(facts, nothing) is None
    found = identify(facts, nothing, asks=True)
    assert found == Identified((Movie(name, NAME_ONLY, Ids()),), "file")


@pytest.mark.parametrize(
    "path",
    [
        "/films/Pier (2019)/Bonus/The Crew.mkv",
        "/films/Pier (2019)/Making Of/Day 1.mkv",
        "/films/Pier (2019)/Pier (2019) - Deleted Scenes.mkv",
        "/films/Pier (2019)/Pier (2019) Making of.mkv",
        "/films/Pier (2019)/Pier 2019 Bloopers.mkv",
        "/films/Pier (2019)/Pier - Behind the Scenes.mkv",
        "/films/Pier (2019)/Making of Pier.mkv",
        "/films/Pier (2019)/Gag Reel.mkv",
        "/films/Pier (2019)/Pier Teaser.mkv",
    ],
)
def test_identify__an_extra_is_nothing_to_ask_for(path: str) -> None:
    """Simkl would take what belongs to a film for the film: it is not asked."""
    assert identify(Facts(kind="video", file=path), nothing, asks=True) is None


@pytest.mark.parametrize(
    "name", ["The Interview", "Trailer Park Boys 5", "Promo Girl", "Pier - 05", "Ferry S01"]
)
def test_identify__what_sounds_like_an_extra_can_be_asked_for(name: str) -> None:
    """A title with such a word in it is asked for as any other."""
    found = identify(Facts(kind="video", file=f"/films/{name}.mkv"), nothing, asks=True)
    assert found and found.items == (Movie(f"films/{name}", NAME_ONLY, Ids()),)


@pytest.mark.parametrize("path", ["videos/7/stream?x=a.mkv", "watch?v=7", "live/index.m3u8", ""])
def test_identify__an_address_is_no_name(path: str) -> None:
    """What a server of the net calls its videos is nothing to ask for."""
    assert identify(Facts(file=f"https://10.0.0.2/{path}"), nothing, asks=True) is None


@pytest.mark.parametrize("facts", [Facts(kind="channel"), Facts(kind="musicvideo"), Facts()])
def test_identify__nothing_to_ask_for(facts: Facts) -> None:
    """Live TV, music and what an add-on plays are never asked for."""
    for one in (facts._replace(file="pvr://x/1.pvr"), facts._replace(file="plugin://x", addon="x")):
        assert identify(one, nothing, asks=True) is None


DISCS = [
    "/films/Pier (2019).iso",
    "smb://nas/films/Pier.IMG",
    "C:\\Films\\Pier (2019)\\VIDEO_TS\\VIDEO_TS.IFO",
    "/films/Pier/VIDEO_TS/VIDEO_TS.IFO",
    "/films/Pier/BDMV/index.bdmv",
    "bluray://%2ffilms%2fPier%2f/BDMV/PLAYLIST/00800.mpls",
    "dvd://1",
]


@pytest.mark.parametrize("file", DISCS)
def test_disc__is_one(file: str) -> None:
    """Of a disc a title counts that is half as long as the library says, or longer than 40
    minutes: what comes before the film and after it is not the film."""
    facts = Facts(kind="movie", file=file)
    assert of_disc(facts)
    assert shortest(facts, film=True) == 2400
    assert shortest(facts, film=False) == 0
    assert shortest(facts._replace(runtime=6000), film=True) == 3000
    assert shortest(facts._replace(runtime=1500), film=False) == 750
    assert shortest(facts._replace(runtime=1500), film=True) == 750


def test_disc__of_which_a_trailer_played_last() -> None:
    """What the library tells after a playback is the length of any title: of a film only one
    that is longer than 40 minutes counts."""
    facts = Facts(kind="movie", file=DISCS[0], measured=True)
    assert shortest(facts._replace(runtime=150), film=True) == 2400
    assert shortest(facts._replace(runtime=6000), film=True) == 3000
    assert shortest(facts._replace(runtime=1500), film=False) == 750


@pytest.mark.parametrize("file", ["/films/iso.mkv", "", "udf://%2fa.iso/a.mkv", "/iso/Pier.mkv"])
def test_disc__is_none(file: str) -> None:
    """Of any other file there is but one title, whatever its length."""
    facts = Facts(kind="movie", file=file, runtime=6000)
    assert not of_disc(facts)
    assert shortest(facts, film=True) == 0
