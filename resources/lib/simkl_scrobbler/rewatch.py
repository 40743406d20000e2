# SPDX-License-Identifier: MIT
"""Rewatch sessions: when a write may be one, what it says, and what Simkl made of it.

Pure; reference, section 5. Nothing here is ever sent unless the person asked for it.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, NamedTuple

from .answer import whole
from .history import Entry, body, sent_as, utc
from .media import Episode, Item, Movie, Order, Rewatch, Seen, Show, Watch

ACTIVE, CLOSED, COMPLETED = "active", "closed", "completed"
# Not Simkl's: the person does not want to be asked about this title; the next episode of it takes
# the session up again.
NEVER, RESUMING = "never", "resuming"
WHOLE = -1
"""The season of a session that is not bound to one, and of an episode that has none."""

# What the person hears of what they wanted.
REWATCHED, NOT_REWATCHED, TOO_SOON = "rewatched", "not rewatched", "too soon"
STARTED, WILL_START, RESUMED, STOPPED = "started", "will start", "resumed", "stopped"
FINISHED, ENDED_ELSEWHERE = "finished", "ended elsewhere"
# Simkl keeps none for this account; the person has switched them off.
NOT_KEPT, NOT_TRACKED = "no rewatches", "not tracked"

NO_REWATCH = "no rewatch"
"""The reason stored with what Simkl did not record as one."""
GAP = 48 * 3600
"""So many seconds lie between two watches of the same, or Simkl takes them for one."""

# Where year, month, day, hour, minute and second stand in ISO 8601.
_PARTS = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))
_PLANS = frozenset(("pro", "vip"))


class Session(NamedTuple):
    """A rewatch session that this person began here, pinned to its `rewatch_id`.

    `rewatch_id` is 0 until the first episode opens it. `season` is WHOLE, save for anime, of which
    each cour has sessions of its own. `seen` is an episode in it, as in `Order`.
    """

    title: Movie | Show
    season: int
    rewatch_id: int
    status: str
    seen: Seen = ()

    @property
    def runs(self) -> bool:
        """Whether what is watched of the title goes into it."""
        return self.status in (ACTIVE, RESUMING)


class Row(NamedTuple):
    """A rewatch session as Simkl tells of it.

    `watches` are season, number and moment, in our numbers; of anime of which Simkl does not tell
    those, WHOLE and its own number.
    """

    simkl: int
    rewatch_id: int
    status: str
    last_watched_at: str
    watches: tuple[tuple[int, int, str], ...]
    total: int
    anime: bool


class Said(NamedTuple):
    """What the answer to a flagged write says: 0 and "" where it says nothing."""

    rewatch_id: int
    status: str
    stored: int
    anime: bool


def kept_by_simkl(plan: str) -> bool:
    """Whether Simkl records rewatches for accounts of this plan."""
    return plan in _PLANS


def watch_body(entry: Entry, session: Session | None, now: float) -> dict[str, Any]:
    """The body that records one rewatch, in its session if that is known."""
    whole = body([entry._replace(act=Watch(*entry.act[:3]))], now)
    if session and session.rewatch_id:
        ((item, *_),) = whole.values()
        item["rewatch_id"] = session.rewatch_id
        if session.status == RESUMING:
            item["rewatch_status"] = ACTIVE
    return whole


def order_body(order: Order, simkl: int = 0) -> dict[str, Any]:
    """The body that begins, closes or takes up a session.

    It names an episode of the session with its own moment, which changes nothing. Without one it
    is the bare show: only of a show that is completed, by its Simkl id and with that status, for
    else Simkl would first take it for the watch of all of it (reference 5.1).
    """
    show = order.item
    about = {"rewatch_id": order.rewatch_id, "rewatch_status": order.status}
    if not order.rewatch_id:
        about = {"is_rewatch": True, "rewatch_status": order.status}
    if not order.seen:
        return {"shows": [{"ids": {"simkl": simkl}, "status": COMPLETED, **about}]}
    season, number, moment = order.seen
    seen = {"number": season, "episodes": [{"number": number, "watched_at": moment}]}
    named = {"title": show.title, **({"year": show.year} if show.year else {})}
    ids = {"ids": show.ids.known(), "use_tvdb_anime_seasons": True}
    return {"shows": [{**named, **ids, "seasons": [seen], **about}]}


def said(answer: Mapping[str, Any]) -> Said:
    """Of `{"added": {"episodes": 1, "statuses": [{"response": {"rewatch_id": 31007, …}}]}}`."""
    added = _dict(answer.get("added"))
    response = _dict(_dict(next(iter(_list(added.get("statuses"))), {})).get("response"))
    stored = whole(added.get("movies")) + whole(added.get("episodes"))
    anime = response.get("simkl_type") == "anime"
    return Said(
        whole(response.get("rewatch_id")), str(response.get("rewatch_status") or ""), stored, anime
    )


def reading(kind: str) -> dict[str, str]:
    """What to ask `/sync/all-items/KIND` to hear of sessions, and of their episodes.

    Of anime with the numbers of TheTVDB beside Simkl's own.
    """
    full = "full_anime_seasons" if kind == "anime" else "full"
    return {"allow_rewatch": "yes", "extended": full, "episode_watched_at": "yes"}


def since(newest: object) -> str:
    """The moment to ask from for what changes after `newest`, the `all` of `/sync/activities`.

    A second earlier, because Simkl leaves out what changed in that very second; "" for null, of an
    account in which nothing has happened yet.
    """
    import calendar  # noqa: PLC0415 -- not at the start of Kodi

    text = str(newest or "")
    try:
        parts = [int(text[at:end]) for at, end in _PARTS]
        return utc(calendar.timegm((*parts, 0, 0, 0)) - 1)
    except ValueError:
        # Simkl may write moments in another way one day; half a character can't be sent at all.
        return text if text.isascii() else ""


def rows(answer: Mapping[str, Any], title: Movie | Show) -> list[Row]:
    """The sessions of a title in the answer of `/sync/all-items` with `allow_rewatch=yes`."""
    return [
        Row(
            whole(_dict(item.get("ids")).get("simkl")),
            whole(row.get("rewatch_id")),
            str(row.get("rewatch_status") or ""),
            str(row.get("last_watched_at") or ""),
            tuple(_watches(row, anime)),
            whole(row.get("total_episodes_count")),
            anime,
        )
        for row, item, anime in _of(answer, title)
        if row.get("is_rewatch") is True and whole(row.get("rewatch_id"))
    ]


def completed(answer: Mapping[str, Any], title: Movie | Show) -> int:
    """The Simkl id of a title among those that are completed, 0 unless it is exactly one."""
    found = {whole(_dict(item.get("ids")).get("simkl")) for _, item, _ in _of(answer, title)}
    return found.pop() if len(found) == 1 else 0


def holding(sessions: list[Row], rewatch: Rewatch, now: float) -> Row | None:
    """The session that this very watch is in, by its moment."""
    item, moment = rewatch.item, sent_as(rewatch.watched_at, now)
    return next((row for row in sessions if _holds(row, item, moment)), None)


def _holds(row: Row, item: Item, moment: str) -> bool:
    if isinstance(item, Movie):
        return row.last_watched_at == moment
    return any(
        at == moment and (season == WHOLE or _is(item, season, number))
        for season, number, at in row.watches
    )


def _is(item: Episode, season: int, number: int) -> bool:
    """Under which season Simkl lists specials is not documented."""
    return number == item.number and item.season in (0, season)


def _of(
    answer: Mapping[str, Any], title: Movie | Show
) -> Iterator[tuple[dict[str, Any], dict[str, Any], bool]]:
    """Each row of a title with the part that names it, and whether it is of the anime."""
    keys = ("movies", "anime") if isinstance(title, Movie) else ("shows", "anime")
    for key in keys:
        for row in map(_dict, _list(answer.get(key))):
            item = _dict(row.get("movie") or row.get("show") or row.get("anime"))
            if _same(_dict(item.get("ids")), title, key == "anime"):
                yield row, item, key == "anime"


def _same(theirs: dict[str, Any], title: Movie | Show, anime: bool) -> bool:
    """Simkl's own id, which the person may have chosen, decides alone.

    A film and a series can have one number at TMDB: it is no proof where both are listed.
    """
    known = {key: str(value) for key, value in title.ids.known().items()}
    if "simkl" in known:
        return str(theirs.get("simkl")) == known["simkl"]
    if anime and len(known) > 1:
        known.pop("tmdb", None)
    return any(str(theirs.get(key)) == value for key, value in known.items())


def _watches(row: dict[str, Any], anime: bool) -> Iterator[tuple[int, int, str]]:
    for season in map(_dict, _list(row.get("seasons"))):
        for episode in map(_dict, _list(season.get("episodes"))):
            moment, ours = str(episode.get("watched_at") or ""), _dict(episode.get("tvdb"))
            if anime and ours:
                yield whole(ours.get("season")), whole(ours.get("episode")), moment
            else:
                place = WHOLE if anime else whole(season.get("number"))
                yield place, whole(episode.get("number")), moment


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
