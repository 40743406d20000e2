# SPDX-License-Identifier: MIT
"""POST /sync/history?allow_rewatch=yes: when a write becomes a rewatch, rules 111 to 123."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .accounts import Account
from .catalogue import Episode, Title
from .errors import refuse
from .history_form import watch_time
from .library import Entry
from .selection import Pick, Selector, fills, names_episodes, without_empty_seasons
from .service import Simkl
from .session_write import SessionWrite
from .sessions import Session
from .switches import Switches

STATUSES = ("active", "closed", "completed")
PLANS = ("pro", "vip")
# Section 5.1: what is planned cannot be watched again.
LISTS = ("completed", "watching", "hold", "dropped")


@dataclass
class Rewatched:
    """What became of an item that was a rewatch; without a session it was refused."""

    titles: list[Title]
    session: Session | None = None
    stored: int = 0


def flagged(query: dict[str, str]) -> bool:
    """Whether the client allows rewatches."""
    return query.get("allow_rewatch") == "yes"


def addresses_session(item: dict[str, Any]) -> bool:
    """Whether an item is about a session in particular."""
    return bool(item.get("is_rewatch")) or item.get("rewatch_id") is not None


def check_sessions(body: dict[str, Any]) -> None:
    """Refuse what is no id or no status of a session, before anything is stored."""
    for item in (
        item for section in ("movies", "shows", "anime") for item in body.get(section) or ()
    ):
        if item.get("rewatch_status") not in (None, *STATUSES):
            refuse("wrong_parameter", "rewatch_status is unknown")
        if not isinstance(item.get("rewatch_id"), (int, type(None))):
            refuse("wrong_parameter", "rewatch_id is no number")


def answer_of(session: Session, switches: Switches) -> dict[str, Any]:
    """What `response` says of a rewatch; the documents' samples differ: question Q13."""
    status = {"status": 3} if switches.rewatch_answer_status == "integer" else {}
    if switches.rewatch_answer_keys == "missing":
        return status
    return {**status, "rewatch_id": session.rewatch_id, "rewatch_status": session.status}


class RewatchWrite:
    """The rewatches of one flagged request."""

    def __init__(self, simkl: Simkl, account: Account, query: dict[str, str]) -> None:
        self._simkl = simkl
        self._switches = simkl.switches
        self._account = account
        self._library = account.library
        self._query = query

    def attempt(self, title: Title, item: dict[str, Any]) -> Rewatched | None:
        """Rewatch an item; None when the normal write comes first: rule 115."""
        picks = self._picks(title, item)
        titles = list({pick.title.simkl: pick.title for pick in picks}.values()) or [title]
        entries = [self._library.entries.get(one.simkl) for one in titles]
        known = [entry for entry in entries if entry is not None]
        if len(known) < len(titles) or not self._meant(known[0], item, picks):
            return None
        listed = all(entry.status in LISTS for entry in known)  # rule 116
        if self._account.plan not in PLANS or not listed:
            self._refused(known, item, picks)  # rules 111 and 116
            return Rewatched(titles)
        return self._into_sessions(known, item, picks)

    def _picks(self, title: Title, item: dict[str, Any]) -> list[Pick]:
        """The episodes an item names; with an unknown one among them they are no rewatch."""
        if title.is_film or not names_episodes(item, self._switches):
            return []
        narrowed = without_empty_seasons(item, self._switches)
        now = self._simkl.clock.now()
        selection = Selector(self._simkl.catalogue, title, narrowed, now).select()
        return [] if selection.missing else selection.picks

    def _meant(self, entry: Entry, item: dict[str, Any], picks: list[Pick]) -> bool:
        """Section 5.1: the three ways in which a write becomes a rewatch."""
        addressed = addresses_session(item)
        if addressed and self._switches.rewatch_fields == "force":
            return True
        if picks:
            return all(self._seen(pick) for pick in picks)
        if not entry.title.is_film and names_episodes(item, self._switches):
            return False
        return not self._changes(entry, item) and (addressed or entry.status == "completed")

    def _seen(self, pick: Pick) -> bool:
        entry = self._library.entries.get(pick.title.simkl)
        return entry is not None and pick.episode.key in entry.episodes

    def _changes(self, entry: Entry, item: dict[str, Any]) -> bool:
        """Whether the normal write of a film or a bare show would change anything."""
        status = item.get("status")
        if entry.title.is_film:
            return entry.status != "completed" or status not in (None, "completed")
        if fills(item, self._query, self._switches):
            now = self._simkl.clock.now()
            aired = [episode for episode in entry.title.regular if episode.aired(now)]
            return any(episode.key not in entry.episodes for episode in aired)
        return status not in (None, entry.status)

    def _refused(self, entries: list[Entry], item: dict[str, Any], picks: list[Pick]) -> None:
        for pick in picks:
            self._repeat(self._library.entries[pick.title.simkl], pick.episode, pick.times)
        if entries[0].title.is_film:
            self._repeat(entries[0], None, (item.get("watched_at"),))

    def _repeat(self, entry: Entry, episode: Episode | None, times: tuple[Any, ...]) -> None:
        at = watch_time(self._simkl.clock, self._switches, *times)
        self._library.repeat(entry, episode, at)

    def _into_sessions(
        self, entries: list[Entry], item: dict[str, Any], picks: list[Pick]
    ) -> Rewatched:
        """Every cour has sessions of its own; the answer speaks of the first."""
        results = [self._into(entry, item, picks) for entry in entries]
        session = next((one for one, _ in results if one is not None), None)
        return Rewatched([entry.title for entry in entries], session, sum(n for _, n in results))

    def _into(
        self, entry: Entry, item: dict[str, Any], picks: list[Pick]
    ) -> tuple[Session | None, int]:
        simkl = self._simkl
        writing = SessionWrite(self._library, simkl.clock, self._switches, entry, item)
        if writing.lost:
            return None, 0
        self._judge(writing, entry)
        watches = [pick for pick in picks if pick.title is entry.title]
        if entry.title.is_film:
            writing.store(None, (item.get("watched_at"),))
        elif not picks:
            watches = self._open(writing, entry, item)
        for pick in watches:
            writing.store(pick.episode, pick.times)
        return writing.finish(simkl.clock.now()), writing.stored

    def _open(self, writing: SessionWrite, entry: Entry, item: dict[str, Any]) -> list[Pick]:
        """A bare show: rule 117, or an order about a session; else all of it seen once more."""
        if not item.get("is_rewatch") and not item.keys() & {"rewatch_id", "rewatch_status"}:
            now = self._simkl.clock.now()
            aired = [episode for episode in entry.title.regular if episode.aired(now)]
            if self._switches.bare_rewatch == "filled":
                times = (item.get("watched_at"),)
                return [Pick(entry.title, episode, times) for episode in aired]
        if writing.unpinned_into is None and item.get("rewatch_id") is None:
            writing.start()
        return []

    def _judge(self, writing: SessionWrite, entry: Entry) -> None:
        session = writing.unpinned_into
        if session is not None and (session.status, session.origin) == ("active", "api"):
            self._simkl.conduct.note(
                f"rewatch {session.rewatch_id} of {entry.title.title} is written to without its id"
            )
