# SPDX-License-Identifier: MIT
"""Signing in and out, as the person on the couch does it."""

from __future__ import annotations

from typing import Callable

import xbmc
import xbmcaddon
import xbmcgui

from ..account import Account, AccountFile
from ..answer import SimklError
from ..database import Unwritable
from ..log import LOG
from ..outbox import Outbox
from ..simkl import Simkl
from . import code_window, settings
from .texts import Text
from .ui import question, tell, text, warn

_READ_AGAIN = 0.5


def sign_in(connect: Callable[[], Simkl], accounts: AccountFile, outbox: Outbox) -> bool:
    """Let the person sign in; whether somebody is signed in now who was not before."""
    if not (settings.read().client_id or _explain_and_enter_client_id()):
        return False
    account = code_window.ask(connect, xbmcaddon.Addon().getAddonInfo("path"))
    if account is None:
        return False
    before = accounts.load()
    try:
        if before.id and before.id != account.id:
            _part(before, account, outbox)
        accounts.save(account)
    except (OSError, Unwritable) as error:
        LOG.error("the sign-in cannot be saved: %s", type(error).__name__)
        warn(Text.ACCOUNT_UNWRITABLE)
        return False
    settings.show_account(_described(account))
    tell(Text.SIGNED_IN_AS, name=_described(account))
    _revoke(connect, before)
    return True


def sign_out(connect: Callable[[], Simkl], accounts: AccountFile) -> None:
    """Forget the tokens, here and on Simkl; what waits goes on waiting."""
    before = accounts.load()
    accounts.save(before.signed_out())
    settings.show_account("")
    tell(Text.SIGNED_OUT if _revoke(connect, before) else Text.SIGNED_OUT_HERE)


def change_client_id() -> None:
    """Let the person see the whole application key, which no line of the settings can hold."""
    if _enter_client_id():
        tell(Text.CLIENT_ID_SAVED)


def _explain_and_enter_client_id() -> bool:
    xbmcgui.Dialog().ok(text(Text.SIGN_IN), text(Text.GET_CLIENT_ID))
    return _enter_client_id()


def _enter_client_id() -> bool:
    before = settings.read().client_id
    client_id = xbmcgui.Dialog().input(text(Text.CLIENT_ID), before).strip()
    if not client_id:
        return False
    # With the keyboard the settings dialog behind it comes to its end, and reads the file again:
    # Kodi announces that to nobody, and would read half of what is being written.
    xbmc.Monitor().waitForAbort(_READ_AGAIN)
    stored = settings.store_client_id(client_id)
    if not stored:
        warn(Text.CLIENT_ID_UNWRITABLE)
    return stored


def _part(before: Account, account: Account, outbox: Outbox) -> None:
    """What the one has watched is not the other's, unless the person says so."""
    number = outbox.waiting()
    if number:
        _share_out(number, before, account, outbox)
    outbox.hand_over()


def _share_out(number: int, before: Account, account: Account, outbox: Outbox) -> None:
    heading = text(Text.WATCHED_AS_ANOTHER, number=number, name=before.name)
    keep, send, forget = (
        text(Text.KEEP_THEM, name=before.name),
        text(Text.SEND_THEM, name=account.name),
        text(Text.FORGET_THEM),
    )
    answer = question(heading, [keep, send, forget])
    if answer == forget:
        outbox.discard()
    elif answer != send:
        outbox.keep(before.id)


def _revoke(connect: Callable[[], Simkl], account: Account) -> bool:
    """Whether nothing is left on Simkl that opens the account; of V1 nothing can be revoked."""
    if not account.refresh_token:
        return True
    simkl = connect()
    try:
        simkl.revoke(account.refresh_token)
    except SimklError as error:
        LOG.warning("the old tokens could not be revoked: %s", error)
        return False
    finally:
        simkl.close()
    return True


def _described(account: Account) -> str:
    """ "Anna (PRO)" """
    return f"{account.name} ({account.plan.upper()})" if account.plan else account.name
