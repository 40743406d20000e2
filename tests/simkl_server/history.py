"""POST /sync/history: rules 59 to 102."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from .accounts import Account
from .catalogue import Episode, Title
from .errors import json_response
from .history_form import check_form, memo_of, rating_of, watch_time
from .library import Entry
from .rewatch import (
    Rewatched,
    RewatchWrite,
    addresses_session,
    answer_of,
    check_sessions,
    flagged,
)
from .selection import Pick, Selector, fills, names_episodes, without_empty_seasons
from .service import Simkl, current

blueprint = Blueprint("history", __name__)
# A film that is put into one of these lists is not thereby watched.
UNWATCHED_LISTS = ("plantowatch", "dropped")


@blueprint.post("/sync/history")
def add_to_history() -> Response:
    """Store the watches of the body and say what became of each item."""
    simkl = current()
    body = request.get_json(force=True)
    check_form(body, simkl.switches)
    query, account = request.args.to_dict(), g.caller.account
    status = simkl.switches.sync_success
    if flagged(query):
        check_sessions(body)
        if account.plan == "free":  # rule 111
            status = simkl.switches.free_rewatch_success
            body = {} if simkl.switches.free_flagged_write == "nothing" else body
    writing = HistoryWrite(simkl, account, query)
    for section in ("movies", "shows", "anime"):  # rule 98: each item on its own
        for item in body.get(section) or ():
            writing.add(section, item)
    for item in body.get("episodes") or ():
        writing.add_lone_episode(item)
    return json_response(writing.answer(), status)


class HistoryWrite:
    """One request being stored."""

    def __init__(self, simkl: Simkl, account: Account, query: dict[str, str]) -> None:
        self._simkl = simkl
        self._switches = simkl.switches
        self._library = account.library
        self._query = query
        self._rewatching = RewatchWrite(simkl, account, query) if flagged(query) else None
        self._added: dict[str, Any] = {"movies": 0, "shows": 0, "episodes": 0, "statuses": []}
        self._not_found: dict[str, list[Any]] = {"movies": [], "shows": [], "episodes": []}

    def answer(self) -> dict[str, Any]:
        """The answer as in section 3.7; of `{}` all zeros and empty lists: rule 59."""
        return {"added": self._added, "not_found": self._not_found}

    def add(self, section: str, item: dict[str, Any]) -> None:
        """Store one item of movies, shows or anime."""
        title = self._simkl.catalogue.find(item, section)
        if title is None:
            self._miss(section, item)
            return
        rewatched = self._rewatching.attempt(title, item) if self._rewatching else None
        kind = "movie" if section == "movies" else "show"
        if rewatched is not None:
            self._rewatch(rewatched, item, kind)
            return
        if title.is_film:
            touched = self._film(title, item)  # rule 92: the ids decide, not the array
        elif names_episodes(item, self._switches):
            touched = self._named_episodes(title, item)
        else:
            touched = self._whole(title, item)
        for one in touched:
            self._extras(one, item)
        if touched:
            self._report(touched[0], item, kind)

    def _rewatch(self, rewatched: Rewatched, item: dict[str, Any], kind: str) -> None:
        """Rules 111 to 123; what such an answer counts is the least certain part of it."""
        film = rewatched.titles[0].is_film
        if self._switches.rewatch_counts == "counted":
            self._added["movies" if film else "episodes"] += rewatched.stored
        for one in rewatched.titles:
            self._extras(one, item)
        self._report(rewatched.titles[0], item, kind)
        if rewatched.session is not None:
            answer = answer_of(rewatched.session, self._switches)
            self._added["statuses"][-1]["response"].update(answer)

    def _miss(self, section: str, item: dict[str, Any]) -> None:
        if section == "movies":
            self._not_found["movies"].append({**item, "rating": item.get("rating")})  # rule 78
        else:
            self._not_found["shows"].append(item)  # rules 78 and 79: anime too

    def _enlist(self, title: Title) -> Entry:
        entry, new = self._library.enlist(title)
        self._added["movies" if title.is_film else "shows"] += new
        return entry

    def _film(self, title: Title, item: dict[str, Any]) -> list[Title]:
        """Rules 60 to 63."""
        entry = self._enlist(title)
        status = item.get("status")
        if status in UNWATCHED_LISTS and "watched_at" not in item:
            self._library.move(entry, status)
            return [title]
        self._watch(entry, None, (item.get("watched_at"),))
        self._library.move(entry, "completed")
        return [title]

    def _watch(
        self, entry: Entry, episode: Episode | None, times: tuple[Any, ...], filled: bool = False
    ) -> bool:
        at = watch_time(self._simkl.clock, self._switches, *times)
        replace = self._switches.repeat_watched_at == "replaced"  # rule 61
        return self._library.watch(entry, episode, at, filled=filled, replace=replace)

    def _named_episodes(self, title: Title, item: dict[str, Any]) -> list[Title]:
        """Rules 64 to 68, 80, 85 to 90."""
        narrowed = without_empty_seasons(item, self._switches)
        now = self._simkl.clock.now()
        selection = Selector(self._simkl.catalogue, title, narrowed, now).select()
        if selection.missing and self._switches.unknown_episode == "not_found":  # rule 80
            self._not_found["episodes"].append({**_echo(item), **selection.missing})
        status = item.get("status")
        touched = self._mark(selection.picks, status)
        if not touched and title.simkl in self._library.entries:
            touched = [title]
        return touched

    def _mark(self, picks: list[Pick], status: str | None) -> list[Title]:
        entries: dict[int, Entry] = {}
        for title, episode, times in picks:
            entry = entries.setdefault(title.simkl, self._enlist(title))
            self._added["episodes"] += self._watch(entry, episode, times)
        for entry in entries.values():
            self._library.move(entry, self._list_after(entry, status))
        return [entry.title for entry in entries.values()]

    def _list_after(self, entry: Entry, asked: str | None) -> str:
        """The list after episodes were marked: rules 64, 72 and 76."""
        if entry.complete:
            return "completed"
        held = ("hold", "dropped")
        if asked in held:
            return str(asked)
        kept = self._switches.held_show == "kept" and asked is None and entry.status in held
        return entry.status if kept else "watching"

    def _whole(self, title: Title, item: dict[str, Any]) -> list[Title]:
        """A show without episodes: rules 69 to 75 and 91."""
        status, titles = item.get("status"), [title]
        if status == "completed" and item.get("use_tvdb_anime_seasons"):
            titles = self._simkl.catalogue.franchise(title)  # rule 91
        fill = fills(item, self._query, self._switches)
        if fill and self._rewatching and addresses_session(item):
            # The worst a rewatch can do, so it must not stay unseen in a test.
            self._simkl.conduct.note(f"a rewatch marks the whole of {title.title}")
        for one in titles:
            entry = self._enlist(one)
            if fill:  # rules 69 to 72
                self._fill(entry, item)
                self._library.move(entry, self._list_after(entry, None))
            else:
                self._library.move(entry, self._list_unfilled(one, status))
        return titles

    def _list_unfilled(self, title: Title, status: str | None) -> str:
        """Rule 73; what still airs cannot be completed: rule 72."""
        if status is None or (status == "completed" and title.status != "ended"):
            return "watching"
        return status

    def _fill(self, entry: Entry, item: dict[str, Any]) -> None:
        now = self._simkl.clock.now()
        for episode in entry.title.regular:
            if not episode.aired(now) or episode.key in entry.episodes:
                continue
            marked = self._watch(entry, episode, (item.get("watched_at"),), filled=True)
            if self._switches.filled_episodes == "counted":  # rule 69
                self._added["episodes"] += marked

    def _extras(self, title: Title, item: dict[str, Any]) -> None:
        """Rating and memo: rules 93 to 96."""
        entry = self._library.entries[title.simkl]
        rating, memo = rating_of(item), memo_of(item)
        if rating is not None:
            self._library.rate(entry, rating)
        if memo is not None:
            entry.memo = memo
            self._library.touch(entry)

    def _report(self, title: Title, item: dict[str, Any], kind: str) -> None:
        if self._switches.film_echo_type == "resolved" and title.type == "movie":  # rule 92
            kind = "movie"
        self._added["statuses"].append({
            "request": {**_echo(item), "type": kind, "rating": item.get("rating")},
            "response": {
                "status": self._library.status_of(title),
                "simkl_type": title.type,
                "anime_type": title.anime_type,
            },
        })  # fmt: skip

    def add_lone_episode(self, item: dict[str, Any]) -> None:
        """Rule 97: an episode of the top-level array, by its own id."""
        found = self._simkl.catalogue.episode(item.get("ids") or {})
        if found is None:
            self._not_found["episodes"].append(item)
            return
        title, episode = found
        self._mark([Pick(title, episode, (item.get("watched_at"),))], None)
        self._report(title, item, "show")


def _echo(item: dict[str, Any]) -> dict[str, Any]:
    """Rule 100: an item without its seasons and episodes."""
    return {name: value for name, value in item.items() if name not in ("seasons", "episodes")}
