# SPDX-License-Identifier: MIT
"""What the person sees and reads: every text with its id."""

from __future__ import annotations

import logging
from typing import Sequence

import xbmc
import xbmcaddon
import xbmcgui

from ..choice import title_of
from ..media import Item, Movie, Show, label

LOG = logging.getLogger(__name__)

_SHOWN = 5000


class Text:
    """Ids of strings.po, named after what they say; blocks of ten per screen."""

    CLIENT_ID = 32042

    EXCLUDE_ADDONS = 32074
    EXCLUDE_FOLDERS = 32076
    EXCLUDE_GENRES = 32078

    SENT_ONE = 32100
    SENT_MANY = 32101
    PARKED_ONE = 32102
    PARKED_MANY = 32103
    REFUSED = 32104
    OUTBOX_DAMAGED = 32105
    OUTBOX_UNWRITABLE = 32106
    REMOVED_ONE = 32107
    REMOVED_MANY = 32108
    SETTINGS_DAMAGED = 32109

    SIGN_IN = 32110
    HOW_TO_SIGN_IN = 32111
    CODE_GOOD_FOR = 32112
    ASKING_FOR_CODE = 32113
    CODE_RAN_OUT = 32114
    NO_CONNECTION = 32115
    WRONG_CLIENT_ID = 32116
    READ_ONLY = 32117
    NEW_CODE = 32118
    CANCEL = 32119
    SIGNED_OUT = 32121
    SIGNED_OUT_HERE = 32122
    ACCOUNT_UNWRITABLE = 32123
    WATCHED_AS_ANOTHER = 32124
    KEEP_THEM = 32125
    SEND_THEM = 32126
    FORGET_THEM = 32127
    GET_CLIENT_ID = 32128
    CLIENT_ID_SAVED = 32129
    CLIENT_ID_UNWRITABLE = 32130

    NOW = 32302
    LAST_PLAYED = 32303
    LAST_PLAYED_EACH = 32304
    RELEASED = 32305
    RELEASED_EACH = 32306
    DATE_UNKNOWN = 32307
    DATE_UNKNOWN_HELP = 32308
    PICK_DATE = 32309
    PICK_DATE_HELP = 32310
    WHICH_DAY = 32311
    WHICH_TIME = 32312
    STILL_TO_COME = 32313
    EPISODES_OF = 32314
    MARK_SURE = 32315
    NOTHING_TO_MARK = 32316
    NO_EPISODES = 32317
    NOT_KEPT = 32318
    KEPT_SIGNED_OUT = 32319
    KEPT_OFFLINE = 32320
    SEND_MARKED = 32330
    REMOVE_EPISODE = 32331
    REMOVE_FILM = 32332
    REMOVE_MANY = 32333
    REMOVE_EPISODES = 32334

    SEEN_BEFORE = 32340
    SEEN_BEFORE_FILM = 32341
    SEEN_BEFORE_MANY = 32342
    NOT_THIS_SHOW = 32343
    NOT_THIS_FILM = 32344
    REWATCHED = 32345
    NOT_REWATCHED = 32346
    TOO_SOON = 32347
    STARTED = 32348
    WILL_START = 32349
    RESUMED = 32350
    STOPPED = 32351
    FINISHED = 32352
    ENDED_ELSEWHERE = 32353
    NOT_FOR_THIS_PLAN = 32354
    RECORD = 32355
    NOT_THIS_TIME = 32356

    RECORD_REWATCH = 32361
    RECORD_REWATCH_HELP = 32362
    START_REWATCH = 32363
    START_REWATCH_HELP = 32364
    STOP_REWATCH = 32365
    STOP_REWATCH_HELP = 32366
    RESUME_REWATCH = 32367
    RESUME_REWATCH_HELP = 32368
    SEE_SESSIONS = 32369
    SEE_SESSIONS_HELP = 32370
    NOTHING_TO_RESUME = 32371
    NO_SESSIONS = 32372
    SESSION_SINCE = 32373
    SESSION_EMPTY = 32374
    SESSION_DONE = 32375
    STATUS_ACTIVE = 32376
    STATUS_CLOSED = 32377
    STATUS_COMPLETED = 32378

    HOW_LONG_PRIVATE = 32400
    ONE_HOUR = 32401
    HOURS = 32402
    UNTIL_MORNING = 32403
    UNTIL = 32404
    END_PRIVATE = 32405
    END_PRIVATE_HELP = 32406
    PRIVATE_OVER = 32408
    PRIVATE_NOW = 32409
    PRIVATE_NOW_HELP = 32410
    CHOICE_UNWRITABLE = 32411
    NO_ADDONS = 32412
    NO_GENRES = 32413
    ADD_FOLDER = 32414
    ADD_FOLDER_HELP = 32415
    RECORD_FOLDER_SURE = 32417
    BOTH_SEND = 32418

    SEND_NOW = 32044
    SEND_NOW_HELP = 32045
    SIGNED_IN_AS = 32202
    SIGNED_IN = 32203
    PLAN = 32204
    NOT_SIGNED_IN = 32205
    KEPT = 32206
    WAITING = 32207
    NOTHING_WAITS = 32208
    BEING_SENT = 32209
    OFFLINE = 32210
    LIMITED = 32211
    SIGN_IN_REFUSED = 32212
    DISK = 32213
    ATTENTION = 32214
    ATTENTION_HELP = 32215
    SENT_LATELY = 32216
    SENT_HELP = 32217
    MORE = 32218
    MORE_LEFT = 32219
    WATCHED = 32220
    CONFIRMED = 32221
    UNWATCHED = 32223
    WATCHED_ONCE = 32224
    WATCHED_AGAIN = 32225
    WANTS_REWATCH = 32226
    ENDS_REWATCH = 32227
    OUTBOX_LOCKED = 32222
    UNKNOWN_MOVIE = 32230
    UNKNOWN_SHOW = 32231
    UNKNOWN_EPISODE = 32232
    UNREADABLE = 32233
    REJECTED = 32234
    TRY_AGAIN = 32235
    TRY_AGAIN_HELP = 32236
    SEARCH = 32237
    SEARCH_HELP = 32238
    FORGET = 32239
    FORGET_HELP = 32240
    FORGET_SURE = 32241
    SEARCHING = 32245
    FOUND_NOTHING = 32246
    KIND_MOVIE = 32247
    KIND_TV = 32248
    KIND_ANIME = 32249
    SEARCH_SIGNED_OUT = 32250
    SEARCH_UNREACHABLE = 32251
    SEARCH_BUSY = 32252
    SEARCH_REFUSED = 32253
    SEARCH_REJECTED = 32254
    DIAGNOSIS = 32260
    DIAGNOSIS_HELP = 32261
    WITHOUT_TITLES = 32262
    WITH_TITLES = 32263
    WITH_TITLES_HELP = 32264
    WITHOUT_TITLES_HELP = 32265
    DIAGNOSIS_SAVED = 32266
    DIAGNOSIS_UNSAVED = 32267


def text(text_id: int, **values: object) -> str:
    """A text in the person's language, its `{placeholders}` filled in."""
    return str(xbmcaddon.Addon().getLocalizedString(text_id).format(**values))


def disturbs() -> bool:
    """Whether something on the screen would be covered: a video that runs in full screen."""
    return bool(xbmc.getCondVisibility("Player.HasVideo + Window.IsActive(fullscreenvideo)"))


def plays() -> bool:
    """Whether a video plays, wherever on the screen."""
    return bool(xbmc.getCondVisibility("Player.HasVideo"))


def sent(items: list[Item | Show]) -> None:
    """One toast for all that reached the history together."""
    _toast(_counted(Text.SENT_ONE, Text.SENT_MANY, items), xbmcgui.NOTIFICATION_INFO)


def removed(items: list[Item | Show]) -> None:
    """One toast for all that is no longer in the history."""
    _toast(_counted(Text.REMOVED_ONE, Text.REMOVED_MANY, items), xbmcgui.NOTIFICATION_INFO)


def send_marked(items: list[Item]) -> str:
    """The question whether what was marked as watched in one go is really meant."""
    return text(Text.SEND_MARKED, number=len(items))


def remove_unmarked(items: list[Item]) -> str:
    """The question whether what was marked as unwatched leaves the history, too."""
    films = any(isinstance(item, Movie) for item in items)
    if len(items) > 1:
        return text(Text.REMOVE_MANY if films else Text.REMOVE_EPISODES, number=len(items))
    return text(Text.REMOVE_FILM if films else Text.REMOVE_EPISODE, title=label(items[0]))


def seen_before(items: list[Item]) -> str:
    """The question whether what was played again is a rewatch."""
    if len(items) > 1:
        title = label(title_of(items[0]))
        return text(Text.SEEN_BEFORE_MANY, number=len(items), title=title)
    film = isinstance(items[0], Movie)
    return text(Text.SEEN_BEFORE_FILM if film else Text.SEEN_BEFORE, title=label(items[0]))


def rewatch_answers(item: Item) -> Sequence[str]:
    """The answers to it; the last one ends these questions for a film or a show."""
    never = Text.NOT_THIS_FILM if isinstance(item, Movie) else Text.NOT_THIS_SHOW
    return text(Text.NOT_THIS_TIME), text(Text.RECORD), text(never)


def parked(items: list[Item | Show]) -> None:
    """One toast for all that Simkl did not take."""
    _toast(_counted(Text.PARKED_ONE, Text.PARKED_MANY, items), xbmcgui.NOTIFICATION_WARNING)


def of_rewatches(number: int, items: list[Item | Show]) -> None:
    """What became of what the person wanted of rewatches: each has a sentence of its own."""
    for item in items:
        _toast(text(number, title=label(item)), xbmcgui.NOTIFICATION_INFO)


def warn(number: int) -> None:
    """A toast about the add-on itself."""
    _toast(text(number), xbmcgui.NOTIFICATION_WARNING)


def tell(number: int, **values: object) -> None:
    """A toast that answers what the person has just done."""
    _toast(text(number, **values), xbmcgui.NOTIFICATION_INFO)


def question(heading: str, answers: Sequence[str]) -> str:
    """The answer, "" if the person leaves."""
    chosen = xbmcgui.Dialog().select(heading, list(answers))
    return answers[chosen] if chosen >= 0 else ""


def _counted(one: int, many: int, items: list[Item | Show]) -> str:
    if len(items) == 1:
        return text(one, title=label(items[0]))
    return text(many, number=len(items))


def _toast(message: str, icon: str) -> None:
    LOG.debug("told: %s", message)
    xbmcgui.Dialog().notification("Simkl Scrobbler", message, icon, _SHOWN, sound=False)
