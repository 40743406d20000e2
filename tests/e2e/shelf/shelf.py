# SPDX-License-Identifier: MIT
"""An add-on of somebody else: it lists a film and an episode with ids, and something without."""

import sys

import xbmcgui
import xbmcplugin


def add(label, kind, ids, **values):
    item = xbmcgui.ListItem(label)
    tag = item.getVideoInfoTag()
    tag.setMediaType(kind)
    tag.setTitle(label)
    tag.setUniqueIDs(ids)
    for name, value in values.items():
        getattr(tag, name)(value)
    xbmcplugin.addDirectoryItem(int(sys.argv[1]), f"plugin://plugin.video.shelf/{label}", item)


add("Copper Sky", "movie", {"tmdb": "900025"}, setYear=2016, setPremiered="2016-09-01")
add(
    "The Long Night",
    "episode",
    {"tvdb": "77", "tvshow.tvdb": "910003"},
    setTvShowTitle="Salt Road",
    setSeason=1,
    setEpisode=2,
)
add("Salt Road", "tvshow", {"tvdb": "910003"})
add("Something", "movie", {})
xbmcplugin.endOfDirectory(int(sys.argv[1]))
