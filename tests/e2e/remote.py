# SPDX-License-Identifier: MIT
"""A person with a remote control, by JSON-RPC: plays, seeks, presses keys, and watches."""

from __future__ import annotations

from typing import Any, Sequence

from .jsonrpc import TIMEOUT, Connection, Notification, Predicate
from .processes import until

Item = dict[str, Any]

PLAYER = 1
PLAYLIST = 1


class Remote:
    _connection: Connection | None = None
    _played = 0

    def rpc(self, method: str, **params: Any) -> Any:
        return self._wire.call(method, params)

    @property
    def _wire(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("Kodi was not started")
        return self._connection

    @property
    def notifications(self) -> list[Notification]:
        """All that Kodi announced since its start."""
        return self._wire.notifications

    def mark(self) -> int:
        """A moment, to be given as `since` to wait only for what comes after it."""
        return len(self.notifications)

    def wait_for_notification(
        self,
        method: str,
        predicate: Predicate | None = None,
        timeout: float = TIMEOUT,
        since: int = 0,
    ) -> Notification:
        """The first one since the mark, be it still to come or already there."""
        return self._wire.wait_for(method, predicate, timeout, since)

    def _do(self, announced_as: str, method: str, **params: Any) -> Notification:
        mark = self.mark()
        self.rpc(method, **params)
        return self.wait_for_notification(announced_as, since=mark)

    def movie(self, title: str) -> Item:
        found = self.rpc("VideoLibrary.GetMovies", filter=_named(title))
        [movie] = found["movies"]
        return {"movieid": movie["movieid"]}

    def episode(self, show: str, season: int, number: int) -> Item:
        [tvshow] = self.rpc("VideoLibrary.GetTVShows", filter=_named(show))["tvshows"]
        found = self.rpc(
            "VideoLibrary.GetEpisodes",
            tvshowid=tvshow["tvshowid"],
            season=season,
            properties=["episode"],
        )
        [episode] = [each for each in found["episodes"] if each["episode"] == number]
        return {"episodeid": episode["episodeid"]}

    def play(self, item: Item, resume: bool = False) -> Notification:
        """Returns when the first picture is there."""
        self._played = self.mark()
        return self._do("Player.OnAVStart", "Player.Open", item=item, options={"resume": resume})

    def play_movie(self, title: str, resume: bool = False) -> Notification:
        return self.play(self.movie(title), resume)

    def play_episode(
        self, show: str, season: int, number: int, resume: bool = False
    ) -> Notification:
        return self.play(self.episode(show, season, number), resume)

    def play_items(self, items: Sequence[Item]) -> Notification:
        """Plays `movie(...)`, `episode(...)` and `{"file": ...}` one after another."""
        self.rpc("Playlist.Clear", playlistid=PLAYLIST)
        for item in items:
            self.rpc("Playlist.Add", playlistid=PLAYLIST, item=item)
        return self.play({"playlistid": PLAYLIST, "position": 0})

    def next(self) -> Notification:
        return self._do("Player.OnAVStart", "Player.GoTo", playerid=PLAYER, to="next")

    def pause(self) -> Notification:
        return self._do("Player.OnPause", "Player.PlayPause", playerid=PLAYER, play=False)

    def resume(self) -> Notification:
        return self._do("Player.OnResume", "Player.PlayPause", playerid=PLAYER, play=True)

    def stop(self) -> Notification:
        return self._do("Player.OnStop", "Player.Stop", playerid=PLAYER)

    def seek(self, seconds: float) -> Notification:
        return self._seek({"time": _clock(seconds)})

    def seek_percent(self, percent: float) -> Notification:
        return self._seek({"percentage": percent})

    def _seek(self, value: Item) -> Notification:
        news = self._do("Player.OnSeek", "Player.Seek", playerid=PLAYER, value=value)
        target = _seconds(news.data["player"]["time"])
        # Kodi announces a seek half a second before its player has moved.
        until(lambda: self._is_near(target), TIMEOUT, f"playing at {target} s")
        return news

    def _is_near(self, seconds: float) -> bool:
        return abs(self.position() - seconds) < 1 or not self.holds("Player.HasVideo")

    def position(self) -> float:
        """Seconds into what plays; 0 when nothing does."""
        found = self.rpc("Player.GetProperties", playerid=PLAYER, properties=["time"])
        return _seconds(found["time"])

    def wait_for_position(self, seconds: float) -> None:
        until(lambda: self.position() >= seconds, TIMEOUT, f"playing at {seconds} s")

    def wait_for_end(self, timeout: float = 60) -> Notification:
        """Waits until what was last played has come to its natural end."""
        return self.wait_for_notification(
            "Player.OnStop", lambda data: data["end"], timeout, since=self._played
        )

    def press(self, *keys: str) -> None:
        """`Up Down Left Right Select Back Home ContextMenu Info`, one after another."""
        for key in keys:
            self.rpc(f"Input.{key}")

    def label(self, name: str) -> str:
        """What an info label says, for example `System.CurrentControl`."""
        return str(self.rpc("XBMC.GetInfoLabels", labels=[name])[name])

    def holds(self, condition: str) -> bool:
        """If a boolean condition of Kodi's skins is true, for example `Window.IsActive(home)`."""
        return bool(self.rpc("XBMC.GetInfoBooleans", booleans=[condition])[condition])

    def wait_for_focus(self, label: str) -> None:
        """Waits until the focus is on what begins so; a toggle ends in (*) or ( )."""
        until(lambda: self.focus.startswith(label), TIMEOUT, f"the focus on {label!r}")

    @property
    def focus(self) -> str:
        return self.label("System.CurrentControl")

    def wait_until(self, condition: str, timeout: float = TIMEOUT) -> None:
        until(lambda: self.holds(condition), timeout, condition)

    def execute_addon(self, addon_id: str, params: Sequence[str] = ()) -> None:
        self.rpc("Addons.ExecuteAddon", addonid=addon_id, params=list(params), wait=False)


def _named(title: str) -> Item:
    return {"field": "title", "operator": "is", "value": title}


def _seconds(clock: dict[str, int]) -> float:
    minutes = clock["hours"] * 60 + clock["minutes"]
    return minutes * 60 + clock["seconds"] + clock["milliseconds"] / 1000


def _clock(seconds: float) -> dict[str, int]:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return {
        "hours": minutes // 60,
        "minutes": minutes % 60,
        "seconds": milliseconds // 1000,
        "milliseconds": milliseconds % 1000,
    }
