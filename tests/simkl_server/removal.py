# SPDX-License-Identifier: MIT
"""POST /sync/history/remove: rules 103 to 110."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from flask import Blueprint, Response, g, request

from .accounts import Account
from .catalogue import Episode, Title
from .errors import json_response
from .history_form import check_form
from .library import Entry
from .selection import Selector, names_episodes, without_empty_seasons
from .service import Simkl, current

blueprint = Blueprint("removal", __name__)
# What was marked before it was broadcast can be unmarked as well.
ALL_AIRED = datetime.max.replace(tzinfo=timezone.utc)


@blueprint.post("/sync/history/remove")
def remove_from_history() -> Response:
    """Unmark the episodes of the body, and drop its films and bare shows from the library."""
    simkl = current()
    body = request.get_json(force=True)
    check_form(body, simkl.switches)
    removing = HistoryRemoval(simkl, g.caller.account)
    for section in ("movies", "shows", "anime"):
        for item in body.get(section) or ():
            removing.remove(section, item)
    for item in body.get("episodes") or ():
        removing.remove_lone_episode(item)
    return json_response(removing.answer(), simkl.switches.sync_success)


class HistoryRemoval:
    """One request being carried out."""

    def __init__(self, simkl: Simkl, account: Account) -> None:
        self._simkl = simkl
        self._switches = simkl.switches
        self._library = account.library
        self._deleted = {"movies": 0, "shows": 0, "episodes": 0}
        self._not_found: dict[str, list[Any]] = {"movies": [], "shows": []}

    def answer(self) -> dict[str, Any]:
        """The answer as in section 4; episodes have no place in `not_found`: rule 107."""
        return {"deleted": self._deleted, "not_found": self._not_found}

    def remove(self, section: str, item: dict[str, Any]) -> None:
        """Carry out one item of movies, shows or anime."""
        if section == "anime" and self._switches.anime_in_remove == "ignored":  # rule 109
            return
        title = self._simkl.catalogue.find(item, section)
        if title is None:  # rule 108
            self._not_found["movies" if section == "movies" else "shows"].append(item)
        elif title.is_film or not names_episodes(item, self._switches):
            self._whole(title)
        else:
            self._named_episodes(title, item)

    def _whole(self, title: Title) -> None:
        """Rules 103 and 104; an emptied list of seasons comes here too, as rule 75 says."""
        entry = self._library.entries.get(title.simkl)
        if entry is not None:
            self._library.remove(entry, keep=self._switches.removed_history == "survives")
        self._deleted["movies" if title.is_film else "shows"] += self._counts(entry is not None)

    def _counts(self, removed: bool) -> bool:
        """No source says whether what was not there counts as deleted."""
        return removed or self._switches.repeated_removal == "counted"

    def _named_episodes(self, title: Title, item: dict[str, Any]) -> None:
        """Rules 105 to 107."""
        narrowed = without_empty_seasons(item, self._switches)
        selection = Selector(self._simkl.catalogue, title, narrowed, ALL_AIRED).select()
        changed: dict[int, Entry] = {}
        for pick in selection.picks:
            entry = self._unmark(pick.title, pick.episode)
            if entry is not None:
                changed[pick.title.simkl] = entry
        self._recompute(list(changed.values()))

    def _unmark(self, title: Title, episode: Episode) -> Entry | None:
        entry = self._library.entries.get(title.simkl)
        removed = entry is not None and self._library.unmark(entry, episode)
        self._deleted["episodes"] += self._counts(removed)
        return entry if removed else None

    def _recompute(self, entries: list[Entry]) -> None:
        """The list of a show that has lost episodes; no source says which: question Q32."""
        for entry in entries:
            uncompleted = entry.status == "completed" and not entry.complete
            if not entry.episodes and self._switches.emptied_show == "plantowatch":
                self._library.move(entry, "plantowatch")
            elif uncompleted and self._switches.uncompleted_show == "watching":
                self._library.move(entry, "watching")

    def remove_lone_episode(self, item: dict[str, Any]) -> None:
        """An episode of the top-level array, by its own id; an unknown one counts nothing."""
        found = self._simkl.catalogue.episode(item.get("ids") or {})
        if found is not None:
            entry = self._unmark(*found)
            self._recompute([entry] if entry else [])
