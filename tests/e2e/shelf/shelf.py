# SPDX-License-Identifier: MIT
"""An add-on of somebody else: it lists a film and an episode with ids, and something without.

Asked for `plugin://plugin.video.shelf/?play={"clip": …, "kind": "movie", "ids": {…}, …}` it plays a
clip with what it was told of it, and hands over `window` in properties of the home window.
"""

import json
import sys
from urllib.parse import parse_qs

import xbmcgui
import xbmcplugin

HANDLE = int(sys.argv[1])


def item_of(label, kind, ids, **values):
    item = xbmcgui.ListItem(label)
    tag = item.getVideoInfoTag()
    if kind:
        tag.setMediaType(kind)
        tag.setTitle(label)
    tag.setUniqueIDs(ids)
    for name, value in values.items():
        getattr(tag, name)(value)
    return item


def add(label, kind, ids, **values):
    item = item_of(label, kind, ids, **values)
    xbmcplugin.addDirectoryItem(HANDLE, f"plugin://plugin.video.shelf/{label}", item)


def play(told):
    for name, value in told.get("window", {}).items():
        xbmcgui.Window(10000).setProperty(name, value)
    values = told.get("values", {})
    item = item_of(told.get("title", ""), told.get("kind", ""), told.get("ids", {}), **values)
    for name, value in told.get("properties", {}).items():
        item.setProperty(name, value)
    item.setPath(told["clip"])
    xbmcplugin.setResolvedUrl(HANDLE, True, item)


def show():
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
    xbmcplugin.endOfDirectory(HANDLE)


asked = parse_qs(sys.argv[2].lstrip("?"))
if "play" in asked:
    play(json.loads(asked["play"][0]))
else:
    show()
