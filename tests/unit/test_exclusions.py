"""What is left alone, and why."""

from __future__ import annotations

import pytest

from simkl_scrobbler.exclusions import DAY, Exclusions, bare, left_alone, private
from simkl_scrobbler.identify import Facts
from simkl_scrobbler.media import Ids

from .builders import EVENING

NONE = Exclusions()
IMDB = Ids(imdb="tt9000001")
FILM = Facts("movie", 12, "Harbour Lights", 2019, ids=IMDB, file="/films/Harbour Lights (2019).mkv")
OUTSIDE = FILM._replace(dbid=0, kind="")


def why(facts: Facts, exclusions: Exclusions = NONE) -> str:
    return left_alone(facts, exclusions, EVENING)


@pytest.mark.parametrize(
    "facts",
    [
        FILM,
        OUTSIDE,
        Facts("episode", 3, show="Night Ferry", season=1, episode=2, file="/tv/a.mkv"),
        Facts(addon="plugin.video.other", file="plugin://plugin.video.other/?id=7"),
        Facts("recording", file="pvr://recordings/tv/active/Copper%20Sky (2016), TV, 1.pvr"),
        Facts(file="https://nas/Harbour Lights (2019).mkv"),
        Facts(file="upnp://a1b2/3", stream="http://10.0.0.2/3.mkv"),
    ],
)
def test_left_alone__not(facts: Facts) -> None:
    """Who has chosen nothing has films and episodes recorded, wherever they come from."""
    assert why(facts) == ""


@pytest.mark.parametrize("kind", ["song", "album", "artist", "musicvideo"])
def test_music__never(kind: str) -> None:
    """Music and music videos are left alone, in the library or not."""
    assert why(FILM._replace(kind=kind)) == why(OUTSIDE._replace(kind=kind)) == "music"


@pytest.mark.parametrize(
    "facts",
    [
        Facts("channel", 9, "News"),
        Facts(file="pvr://channels/tv/All%20channels/0@pvr.iptvsimple_2033345795.pvr"),
        Facts(file="PVR://Channels/radio/x.pvr"),
        Facts("movie", title="Harbour Lights", stream="pvr://channels/tv/1.pvr", ids=IMDB),
    ],
)
def test_live__never(facts: Facts) -> None:
    """Live television and radio are left alone, also when a programme's title is known."""
    assert why(facts) == "live"


TRAILERS = [
    "/films/Harbour Lights (2019)/Harbour Lights (2019)-trailer.mkv",
    "/films/Harbour Lights (2019)/Harbour Lights (2019)-TRAILER.mp4",
    "/films/Harbour Lights (2019)/Harbour Lights (2019)-trailer2.mkv",
    "/films/Harbour Lights (2019)/Harbour.Lights.2019.trailer.mkv",
    "/films/Harbour Lights (2019)/Harbour_Lights_trailer.mkv",
    "/films/Harbour Lights (2019)/trailer.mkv",
    "/films/Harbour Lights (2019)/movie-trailer.mkv",
    "/films/Harbour Lights (2019)/Trailers/Harbour Lights Teaser.mkv",
    "smb://nas/films/Harbour Lights/Extras/Making Of.mkv",
    "/films/Harbour Lights/Featurettes/The Crew.mkv",
    "/films/Harbour Lights/Behind The Scenes/Day 1.mkv",
    "/films/Harbour Lights/Deleted Scenes/Harbour Lights (2019).mkv",
    "/films/Harbour Lights/Interviews/Anna.mkv",
    "C:\\Films\\Harbour Lights\\Extras\\Making Of.mkv",
    "/films/Harbour Lights/Day One-behindthescenes.mkv",
    "/films/Harbour Lights/The End-deleted.mkv",
    "/films/Harbour Lights/The Crew-featurette.mkv",
    "/films/Harbour Lights/Anna-interview.mkv",
    "/films/Harbour.Lights.2019.1080p-GRP/Sample/harbour.mkv",
    "/films/Harbour.Lights.2019.1080p-GRP/harbour.lights-sample.mkv",
    "/films/Harbour.Lights.2019.1080p-GRP/sample-harbour.lights.mkv",
    "/films/Harbour.Lights.2019.1080p-GRP/harbour.sample.1080p.mkv",
    "/films/Harbour.Lights.2019.1080p-GRP/sample.mkv",
    "plugin://plugin.video.imdb.trailers/?action=play&id=tt1",
    "plugin://plugin.video.other/?action=trailer&id=1",
    "plugin://plugin.video.other/play_trailer/1",
    "plugin://plugin.video.other/movie/1/trailer",
    "plugin://plugin.video.jellyfin/trailer?id=0123abcd&mode=play",
]


@pytest.mark.parametrize("file", TRAILERS)
def test_trailer__by_its_name(file: str) -> None:
    """A trailer, a sample or an extra is known by its file or its folder, whatever ids it has."""
    assert why(OUTSIDE._replace(file=file)) == "trailer"
    assert why(OUTSIDE._replace(file="upnp://a1b2/3", stream=file)) == "trailer"


@pytest.mark.parametrize("file", TRAILERS)
def test_trailer__not_in_the_library(file: str) -> None:
    """What the library has as a film is a film."""
    assert why(FILM._replace(file=file)) == ""


@pytest.mark.parametrize(
    "file",
    [
        "/films/Trailer Park Boys The Movie (2006)/Trailer Park Boys The Movie (2006).mkv",
        "/tv/Trailer Park Boys/Season 1/Trailer Park Boys S01E01.mkv",
        "/tv/Extras/Extras S01E01.mkv",
        "/tv/Extras/Extras.2005.S01E02.720p.mkv",
        "/tv/Extras/extras - 1x03.mkv",
        "/tv/Extras/Season 1/Extras S01E01.mkv",
        "/films/The Sampler (2011).mkv",
        "/films/Interview with the Vampire (1994).mkv",
        "/films/Extraction (2020)/Extraction (2020).mkv",
        "plugin://plugin.video.other/?title=Trailer%20Park%20Boys&season=1",
    ],
)
def test_trailer__only_sounds_like_one(file: str) -> None:
    """Titles with such a word in them are recorded."""
    assert why(OUTSIDE._replace(file=file)) == ""


@pytest.mark.parametrize(
    ("title", "word"),
    [("Harbour Lights (Trailer)", "Trailer"), ("Phares (Bande-annonce)", "Bande-annonce")],
)
def test_trailer__by_kodis_button(title: str, word: str) -> None:
    """What Kodi plays for a film's trailer has ids and file of the film; its title tells it."""
    trailer = Facts("movie", -1, title, 2019, ids=IMDB, file=FILM.file, stream="https://cdn/1.mp4")
    assert why(trailer, Exclusions(trailer=word)) == "trailer"
    assert why(trailer._replace(title="Harbour Lights")) == ""


def test_trailer__on_youtube() -> None:
    """YouTube has no films of its own: what comes from there with a film's ids is its trailer."""
    file = "plugin://plugin.video.youtube/play/?video_id=abc"
    assert why(Facts("movie", title="Harbour Lights", file=file)) == "trailer"
    assert why(Facts(title="Harbour Lights", ids=IMDB, addon="plugin.video.youtube")) == "trailer"
    assert why(Facts(title="Harbour Lights", file=file)) == ""


def test_addon__chosen() -> None:
    """Whatever a chosen add-on plays is left alone, also what it gives the library."""
    chosen = Exclusions(addons=("plugin.video.other",))
    file = "plugin://plugin.video.other/?id=7"
    assert why(Facts(addon="plugin.video.other"), chosen) == "addon"
    assert why(Facts(file=file), chosen) == "addon"
    assert why(Facts("movie", 3, file="/films/a.strm", stream=file), chosen) == "addon"
    assert why(Facts(file="plugin://plugin.video.other.two/?id=7"), chosen) == ""
    assert why(FILM, chosen) == ""


@pytest.mark.parametrize("part", ["movies/", "tvshows/12/"])
def test_addon__of_which_others_are_a_part(part: str) -> None:
    """PlexKodiConnect is left alone with the two by which it plays what is in the library."""
    chosen = Exclusions(addons=("plugin.video.plexkodiconnect",))
    file = f"plugin://plugin.video.plexkodiconnect.{part}?mode=play&plex_id=7&plex_type=movie"
    assert why(Facts("movie", 3, file=file, stream="https://10.0.0.2:32400/7"), chosen) == "addon"


FOLDERS = [
    ("/films/", "/films/a.mkv"),
    ("/films", "/films/sub/a.mkv"),
    ("/films/a.mkv", "/films/a.mkv"),
    ("/", "/films/a.mkv"),
    ("/Films/", "/films/a.mkv"),
    ("smb://nas/films/", "smb://NAS/Films/a.mkv"),
    ("smb://nas/films/", "smb://anna:secret@nas/films/a.mkv"),
    ("smb://anna:se%40cret@nas/films/", "smb://nas/films/a.mkv"),
    ("smb://DOMAIN;anna:secret@nas/films/", "smb://nas/films/a.mkv"),
    ("nfs://10.0.0.2/films/", "nfs://10.0.0.2/films/sub/a.mkv"),
    ("davs://nas/my%20films/", "davs://nas/my films/a.mkv"),
    ("C:\\Films\\", "c:\\films\\sub\\a.mkv"),
    ("C:\\Films", "C:/Films/a.mkv"),
    ("\\\\nas\\films\\", "smb://nas/films/a.mkv"),
    ("file:///films/", "/films/a.mkv"),
    ("/films/", "stack:///other/a cd1.avi , /films/a cd2.avi"),
    ("/films,new/", "stack:///films,,new/a cd1.avi , /films,,new/a cd2.avi"),
    ("/films/", "zip://%2ffilms%2fa.zip/a.mkv"),
    ("/films/a.zip/", "zip://%2ffilms%2fa.zip/a.mkv"),
    ("/films/", "rar://%2ffilms%2fa.rar/a.mkv"),
    ("smb://nas/films/", "zip://smb%3a%2f%2fanna%3asecret%40nas%2ffilms%2fa.zip/a.mkv"),
    ("/films/", "bluray://udf%3a%2f%2f%252ffilms%252fa.iso%2f/BDMV/PLAYLIST/00800.mpls"),
    ("multipath://%2ffilms%2f/%2fmore%2f/", "/films/a.mkv"),
    ("multipath://%2ffilms%2f/%2fmore%2f/", "/more/a.mkv"),
    ("plugin://plugin.video.other/kids/", "plugin://plugin.video.other/kids/7"),
]


@pytest.mark.parametrize(("folder", "file"), FOLDERS)
def test_folder__chosen(folder: str, file: str) -> None:
    """What lies in a chosen folder is left alone, however folder and file are written."""
    chosen = Exclusions(folders=("/elsewhere/", folder))
    assert why(FILM._replace(file=file), chosen) == "folder"
    assert why(Facts(file="upnp://a1b2/3", stream=file), chosen) == "folder"


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("/films/", "/films2/a.mkv"),
        ("/films", "/films2/a.mkv"),
        ("/films/", "/more/films/a.mkv"),
        ("/films/", "stack:///films2/a cd1.avi , /films2/a cd2.avi"),
        ("/films/", "zip://%2ffilms2%2fa.zip/films/a.mkv"),
        ("smb://nas/films/", "smb://nas2/films/a.mkv"),
        ("smb://nas/films/", "nfs://nas/films/a.mkv"),
        ("C:\\Films", "C:\\Films2\\a.mkv"),
        ("multipath://%2ffilms%2f/%2fmore%2f/", "/other/a.mkv"),
        ("", "/films/a.mkv"),
    ],
)
def test_folder__another(folder: str, file: str) -> None:
    """What only begins like a chosen folder is recorded."""
    assert why(FILM._replace(file=file), Exclusions(folders=(folder,))) == ""


def test_bare__without_credentials() -> None:
    """What is kept of a chosen folder holds no user and no password, of a source of several too."""
    assert bare("smb://anna:secret@nas/films/") == ["smb://nas/films/"]
    several = "multipath://%2ffilms%2f/smb%3a%2f%2fanna%3asecret%40nas%2ffilms%2f/"
    assert bare(several) == ["/films/", "smb://nas/films/"]
    assert bare("zip://smb%3a%2f%2fanna%3asecret%40nas%2fa.zip/") == ["smb://nas/a.zip"]
    assert bare("") == []


@pytest.mark.parametrize("genres", [("Drama", "Horror"), ("HORROR",), (" horror ",)])
def test_genre__chosen(genres: tuple[str, ...]) -> None:
    """What has a chosen genre is left alone, however that is written."""
    assert why(FILM._replace(genres=genres), Exclusions(genres=("Horror", "Straße"))) == "genre"


def test_genre__another() -> None:
    """What has other genres, or none, is recorded; a part of a genre's name is not the genre."""
    chosen = Exclusions(genres=("Horror",))
    assert why(FILM._replace(genres=("Drama", "Horror-Comedy")), chosen) == ""
    assert why(FILM, chosen) == ""
    assert why(FILM._replace(genres=("STRASSE",)), Exclusions(genres=("Straße",))) == "genre"


STREAMS = [
    "http://cdn/Harbour Lights (2019).mkv",
    "HTTPS://cdn/live.m3u8|User-Agent=x",
    "rtmp://cdn/app",
    "rtmpe://cdn/app",
    "rtsp://cam/1",
    "udp://@239.0.0.1:1234",
    "mms://cdn/1",
]


@pytest.mark.parametrize("file", STREAMS)
def test_stream__without_an_addon(file: str) -> None:
    """Who does not want streams has those left alone that no add-on brings, and only those."""
    unwanted = Exclusions(streams=True)
    assert why(Facts(file=file), unwanted) == "stream"
    assert why(Facts(file="/x/a.strm", stream=file), unwanted) == "stream"
    assert why(Facts(file=file, addon="plugin.video.other"), unwanted) == ""
    assert why(Facts(file="plugin://plugin.video.other/7", stream=file), unwanted) == ""
    assert why(FILM._replace(file=file), unwanted) == ""
    assert why(Facts(file="upnp://a1b2/3", stream=file), unwanted) == ""
    assert why(Facts(file=file)) == ""


@pytest.mark.parametrize("file", STREAMS)
def test_stream__of_which_somebody_says_what_it_is(file: str) -> None:
    """A film or an episode that is handed over as one is no stream; by UPnP any video is a film."""
    unwanted = Exclusions(streams=True)
    assert why(Facts("episode", show="Night Ferry", file=file), unwanted) == ""
    assert why(Facts("movie", title="Harbour Lights", file=file), unwanted) == ""
    assert why(Facts("movie", title="Holiday", file=file, served=True), unwanted) == "stream"
    assert why(Facts("movie", ids=IMDB, file=file, served=True), unwanted) == ""


@pytest.mark.parametrize("file", ["/films/a.mkv", "smb://nas/a.mkv", "davs://nas/a.mkv"])
def test_stream__a_file_is_none(file: str) -> None:
    """A file on a disk or in the house is no stream."""
    assert why(OUTSIDE._replace(file=file), Exclusions(streams=True)) == ""


def test_library__only() -> None:
    """Who wants only the library has everything else left alone."""
    only = Exclusions(library_only=True)
    assert why(OUTSIDE, only) == why(OUTSIDE._replace(dbid=-1), only) == "library"
    assert why(Facts(addon="plugin.video.other"), only) == "library"
    assert why(FILM, only) == ""


def test_others__say_so() -> None:
    """What other add-ons say of now, or of what plays, is obeyed."""
    assert why(FILM._replace(paused=True)) == "paused"
    assert why(FILM._replace(excluded=True)) == "excluded"


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (0, False),
        (EVENING - 1, False),
        (EVENING, False),
        (EVENING + 1, True),
        (EVENING + DAY, True),
        (EVENING + DAY + 1, False),
    ],
)
def test_private__until_its_end(until: int, expected: bool) -> None:
    """Until then everything is left alone; what would be over a day has a wrong clock behind it."""
    exclusions = Exclusions(private_until=until)
    assert private(exclusions, EVENING) is expected
    assert why(FILM, exclusions) == ("private" if expected else "")
