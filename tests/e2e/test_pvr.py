# SPDX-License-Identifier: MIT
"""Television in the real Kodi: a recording counts if it says what it is, live TV never does."""

from __future__ import annotations

import time
from pathlib import Path

from tests.simkl_server.server import SimklServer

from .conftest import Scrobbling
from .home import PVR
from .jsonrpc import RpcError
from .kodi import Kodi
from .media import Library
from .processes import until
from .test_marking import acts
from .test_scrobble import FILM, arrived, started
from .test_what_plays import play_nearly

HOUR = 3600
EPISODE_2 = (
    "<title>Salt Road</title><sub-title>Fog</sub-title>"
    '<episode-num system="xmltv_ns">0.1.</episode-num>'
)
# What the guide says; the channel is on air now, and has a programme with season and number.
GUIDE = {
    "channel": EPISODE_2,
    "episode": EPISODE_2,
    "film": "<title>Copper Sky</title><date>2016</date>",
    "news": "<title>News</title><sub-title>Evening</sub-title><date>2016</date>",
}


def write_playlist(file: Path, clip: Path) -> None:
    lines = ["#EXTM3U"]
    for name in GUIDE:
        recorded = "" if name == "channel" else ' media="true"'
        lines += [f'#EXTINF:-1 tvg-id="{name}"{recorded},{name}', str(clip)]
    file.write_text("\n".join(lines), encoding="utf-8")


def write_guide(file: Path) -> None:
    """A programme for each, on for two hours: as long as no recording here."""
    now = time.time()
    hours = [time.strftime("%Y%m%d%H%M%S +0000", time.gmtime(now + x)) for x in (-HOUR, HOUR)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<tv>"]
    for name in GUIDE:
        lines.append(f'<channel id="{name}"><display-name>{name}</display-name></channel>')
    for name, told in GUIDE.items():
        of = f'start="{hours[0]}" stop="{hours[1]}" channel="{name}"'
        lines.append(f"<programme {of}>{told}</programme>")
    file.write_text("\n".join([*lines, "</tv>"]), encoding="utf-8")


def with_television(kodi: Kodi, folder: Path, clip: Path) -> Kodi:
    playlist, guide = folder / "tv.m3u", folder / "guide.xml"
    write_playlist(playlist, clip)
    write_guide(guide)
    local = {"m3uPathType": 0, "m3uPath": playlist, "epgPathType": 0, "epgPath": guide}
    kodi.home.write_addon_settings(PVR, local)
    # Where the add-on can be there several times, as in Kodi 21.
    first = {"kodi_addon_instance_name": "Television", "kodi_addon_instance_enabled": True}
    kodi.home.write_addon_settings(PVR, {**first, **local}, "instance-settings-1.xml")
    kodi.home.enable([PVR])
    return kodi


def recordings(kodi: Kodi) -> dict[str, dict[str, int]]:
    """By their titles, when Kodi has them with what the guide says."""

    def found() -> dict[str, dict[str, int]]:
        try:
            rows = kodi.rpc("PVR.GetRecordings").get("recordings", [])
        except RpcError:
            return {}  # The television is still coming up.
        told = {row["label"]: {"recordingid": row["recordingid"]} for row in rows}
        return told if {"Salt Road", "Copper Sky", "News"} <= told.keys() else {}

    return until(found, 30, "the recordings")


def test_pvr__recordings_count_and_live_tv_never(
    scrobbling: Scrobbling, simkl: SimklServer, library: Library, tmp_path: Path
) -> None:
    """An episode and a film that were recorded go out by their titles; what has neither number nor
    is a film is left alone, and so is a channel, whatever is on."""
    kodi = started(with_television(scrobbling(), tmp_path, library.film_file(FILM)))
    recorded = recordings(kodi)
    [channel] = kodi.rpc("PVR.GetChannels", channelgroupid="alltv")["channels"]
    kodi.play({"channelid": channel["channelid"]})
    kodi.wait_for_log("left alone: live")
    # Nobody has stopped it.
    play_nearly(kodi, recorded["News"])
    kodi.wait_for_log("what plays is not known: kind 'recording'")
    play_nearly(kodi, recorded["Salt Road"])
    play_nearly(kodi, recorded["Copper Sky"])
    found = [(each["title"], each["season"], each["episode"]) for each in arrived(simkl, 2)]
    assert found == [("Salt Road", 1, 2), ("Copper Sky", None, None)]
    assert len(acts(kodi)) == 2
