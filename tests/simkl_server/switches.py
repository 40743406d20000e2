"""The choices a test can make where Simkl's sources conflict or are silent."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

CHOICES: dict[str, tuple[Any, ...]] = {
    "sync_success": (201, 200),
    "missing_identification": ("served", "refused"),
    "post_overage": ("block", "429"),
    "lock_word": ("by_path", "upper", "lower"),
    "used_device_code": ("expired_token", "invalid_grant", "tokens_again"),
    "dead_pin": ("new_code", "pending"),
    "repeat_watched_at": ("kept", "replaced"),
    "filled_episodes": ("counted", "zero"),
    "skip_without_status": ("no_fill", "fill"),
    "empty_seasons": ("whole", "nothing"),
    "unknown_episode": ("not_found", "silent"),
    "film_echo_type": ("sent", "resolved"),
    "bad_rating": ("ignored", "refused"),
    "long_memo": ("truncated", "refused"),
    "future_watched_at": ("stored", "clamped"),
    "bad_watched_at": ("now", "refused"),
    "held_show": ("watching", "kept"),
    "anime_in_remove": ("ignored", "handled"),
    "removed_history": ("gone", "survives"),
    "repeated_removal": ("zero", "counted"),
    "emptied_show": ("kept", "plantowatch"),
    "uncompleted_show": ("watching", "kept"),
    "free_rewatch_success": (201, 200),
    "free_flagged_write": ("normal", "nothing"),
    "rewatch_fields": ("normal_first", "force"),
    "bare_rewatch": ("filled", "empty"),
    "empty_session_repeat": ("forks", "reused"),
    "unknown_rewatch_id": ("refused", "ignored"),
    "pinned_repeat": ("moved", "new_session"),
    "rewatch_without_time": ("now", "refused"),
    "session_cap": ("open", "enforced"),
    "rewatch_counts": ("counted", "zero"),
    "rewatch_answer_status": ("text", "integer"),
    "rewatch_answer_keys": ("present", "missing"),
    "empty_type": ("absent", "array"),
    "delta_by_episode": (True, False),
    "empty_library": ("object", "null"),
}


@dataclass
class Switches:
    """Every switch with the value the reference chose; CHOICES lists the other values."""

    sync_success: int = 201  # rule 7
    missing_identification: str = "served"  # rule 4
    post_overage: str = "block"  # rule 10
    post_window: float = 1.0  # rule 10: seconds between two POSTs
    post_block_seconds: float = 60.0  # rule 10: no source names the length
    app_daily_limit: int = 10_000  # rule 17: no source names the number
    lock_seconds: float = 20.0  # rule 21, in real seconds
    lock_word: str = "by_path"  # rule 21
    code_seconds: float = 900  # rules 29 and 51: how long a code can be entered
    poll_interval: float = 5  # rules 29 and 51: seconds between two polls
    used_device_code: str = "expired_token"  # rule 38
    pin_length: int = 5  # rule 51: the samples disagree
    dead_pin: str = "new_code"  # rule 56
    repeat_watched_at: str = "kept"  # rule 61
    filled_episodes: str = "counted"  # rule 69
    skip_without_status: str = "no_fill"  # rule 74
    empty_seasons: str = "whole"  # rule 75
    unknown_episode: str = "not_found"  # rules 80 and 88
    film_echo_type: str = "sent"  # rule 92
    bad_rating: str = "ignored"  # rule 94
    long_memo: str = "truncated"  # rule 96
    future_watched_at: str = "stored"  # rule 101
    bad_watched_at: str = "now"  # rule 102
    held_show: str = "watching"  # the list of a held or dropped show after a watch
    anime_in_remove: str = "ignored"  # rule 109
    removed_history: str = "gone"  # rule 110: the episodes of a show that is added again
    repeated_removal: str = "zero"  # whether what was not there counts as deleted
    emptied_show: str = "kept"  # the list of a show that lost its only episode
    uncompleted_show: str = "watching"  # the list of a completed show that lost an episode
    free_rewatch_success: int = 201  # rule 111: a flagged write of a free account
    free_flagged_write: str = "normal"  # whether its normal part is stored
    rewatch_fields: str = "normal_first"  # section 5.2: whether is_rewatch, rewatch_id force
    bare_rewatch: str = "filled"  # a flagged completed show that names neither
    empty_session_repeat: str = "forks"  # section 1.10
    unknown_rewatch_id: str = "refused"  # an id that the title does not have
    pinned_repeat: str = "moved"  # rule 123 with an id
    rewatch_without_time: str = "now"  # section 5.6
    session_cap: str = "open"  # section 5.3: documented, not enforced
    max_sessions: int = 50
    rewatch_counts: str = "counted"  # question Q13
    rewatch_answer_status: str = "text"  # question Q13: or the integer 3
    rewatch_answer_keys: str = "present"  # rewatch_id and rewatch_status of an answer
    max_episode_rows: int = 50_000  # rule 176: no source names the number
    empty_type: str = "absent"  # the answer about one type of which there is nothing
    delta_by_episode: bool = True  # rule 167
    empty_library: str = "object"  # rule 174
    rewatch_expected: bool = False  # else allow_rewatch=yes is a client fault
    bare_show_expected: bool = False  # else a show without episodes is a client fault
    bare_removal_expected: bool = False  # else a show removed without episodes is one
    repeated_show_expected: bool = False  # else one show in two objects is a client fault

    def set(self, **values: Any) -> None:
        """Change switches by name; an unknown name or value is the test's mistake."""
        for name, value in values.items():
            self._check(name, value)
        for name, value in values.items():
            setattr(self, name, value)

    def _check(self, name: str, value: Any) -> None:
        if name not in {field.name for field in fields(self)}:
            raise ValueError(f"no switch is called {name}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {CHOICES[name]}, not {value!r}")
        if isinstance(value, str) and name not in CHOICES:
            raise ValueError(f"{name} is a number or a truth value")

    def __setattr__(self, name: str, value: Any) -> None:
        self._check(name, value)
        super().__setattr__(name, value)

    def reset(self) -> None:
        """Every switch as the reference chose it."""
        self.set(**asdict(Switches()))
