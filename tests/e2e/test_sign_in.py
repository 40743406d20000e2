# SPDX-License-Identifier: MIT
"""A person signs in and out with the remote; each screen is kept in build/screenshots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simkl_server.server import SimklServer
from tools.build import ADDON_ID

from .conftest import Scrobbling
from .kodi import Kodi
from .processes import until
from .test_delivery import send_now, waiting, watch
from .test_scrobble import FILM, FILM_2, arrived, started


def open_window(kodi: Kodi, simkl: SimklServer) -> str:
    """Opens the window; the code that it shows."""
    kodi.execute_addon(ADDON_ID, ["action=sign_in"])
    return shown_code(kodi, simkl)


def shown_code(kodi: Kodi, simkl: SimklServer) -> str:
    """The code on the screen, once it is there: its picture is a file while it is shown."""
    until(lambda: pictures(kodi), 20, "a code on the screen")
    kodi.wait_for_focus("Cancel")
    return str(simkl.pending_codes[-1].user_code)


def pictures(kodi: Kodi) -> list[Path]:
    return list((kodi.home.addon_data / ADDON_ID).glob("code-*-text.png"))


def closed(kodi: Kodi) -> None:
    kodi.wait_until("!Window.IsActive(service-simkl-sign-in.xml)")
    until(lambda: not pictures(kodi), 20, "the pictures of the code are gone")


def account_of(kodi: Kodi) -> dict[str, Any]:
    file = kodi.home.addon_data / ADDON_ID / "account.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_sign_in__sends_what_waited(
    scrobbling: Scrobbling, simkl: SimklServer, generation: str
) -> None:
    """Whatever generation the application key is of: code, sign-in, and what waited arrives."""
    v1 = generation == "v1"
    kodi = started(scrobbling(account={}, client_id=simkl.v1_client_id if v1 else simkl.client_id))
    watch(kodi)
    code = open_window(kodi, simkl)
    kodi.screenshot(f"sign-in-{generation}")
    simkl.approve(code, "anna")
    kodi.wait_for_toast("Signed in as anna (FREE)")
    kodi.screenshot("signed-in")
    closed(kodi)
    assert [each["title"] for each in arrived(simkl)] == [FILM]
    account = account_of(kodi)
    assert (account["name"], account["plan"]) == ("anna", "free")
    assert account["generation"] == generation


@pytest.mark.parametrize("skin", ["estuary", "estouchy"])
@pytest.mark.parametrize("screen", ["1280x720", "1920x1080"])
def test_window__skins_and_screens(
    scrobbling: Scrobbling, simkl: SimklServer, skin: str, screen: str
) -> None:
    """The window needs nothing of the skin, and fits both sizes of screens."""
    options = {"skin": f"skin.{skin}", "screen": screen}
    kodi = started(scrobbling(account={}, options=options))
    open_window(kodi, simkl)
    kodi.screenshot(f"sign-in-{skin}-{screen}")
    kodi.press("Back")
    closed(kodi)


def test_code__runs_out_and_a_new_one(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A code that was declined runs out, that is said, and New code shows another."""
    simkl.switches.set(code_seconds=4, poll_interval=1)
    kodi = started(scrobbling(account={}))
    simkl.decline(open_window(kodi, simkl))
    kodi.wait_for_focus("New code")
    kodi.screenshot("sign-in-ran-out")
    simkl.switches.set(code_seconds=60)
    kodi.press("Select")
    simkl.approve(shown_code(kodi, simkl), "anna")
    kodi.wait_until_told("Signed in as anna")


def test_poll__slow_down_and_trouble(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """A slow_down is waited, and a network that is gone for a while costs nothing but time."""
    simkl.switches.set(poll_interval=1)
    for kind in ("close_before", "html_200"):
        simkl.faults.add(kind, path="/oauth2/token")
    simkl.faults.add("error", path="/oauth2/token", error="slow_down")
    kodi = started(scrobbling(account={}))
    simkl.approve(open_window(kodi, simkl), "anna")
    kodi.wait_until_told("Signed in as anna")
    polls = [each for each in simkl.requests if each.path == "/oauth2/token"]
    assert [each.status for each in polls] == [None, 200, 400, 200]


@pytest.mark.parametrize("key", ["Back", "Select"])
def test_cancel__while_a_poll_hangs(scrobbling: Scrobbling, simkl: SimklServer, key: str) -> None:
    """Cancel and Back close the window at once, even while Simkl does not answer."""
    simkl.switches.set(poll_interval=1)
    kodi = started(scrobbling(account={}))
    open_window(kodi, simkl)
    simkl.hold("/oauth2/token")
    asked = len(simkl.requests)
    assert simkl.wait_for(lambda: len(simkl.requests) > asked)
    kodi.press(key)
    closed(kodi)
    # The hanging request was let go of: Simkl has not answered it yet.
    assert not simkl.requests[-1].finished


def test_client_id__unknown(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """An application key that Simkl does not know is said to be wrong."""
    kodi = started(scrobbling(account={}, client_id="f" * 64))
    kodi.execute_addon(ADDON_ID, ["action=sign_in"])
    assert simkl.wait_for(lambda: simkl.requests and simkl.requests[-1].path == "/oauth/pin")
    kodi.wait_for_focus("Cancel")
    kodi.screenshot("sign-in-wrong-key")
    kodi.press("Back")
    closed(kodi)


def test_scope__read_only(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Who allows reading only is told that this is not enough, and can try again."""
    simkl.switches.set(poll_interval=1)
    kodi = started(scrobbling(account={}))
    simkl.approve(open_window(kodi, simkl), "anna", scope="media:read")
    kodi.wait_for_focus("New code")
    kodi.screenshot("sign-in-read-only")
    assert account_of(kodi) == {}
    kodi.press("Back")
    closed(kodi)


def test_begin__no_network(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Without a network that is said, and New code tries again."""
    kodi = started(scrobbling(account={}))
    simkl.stop_listening()
    kodi.execute_addon(ADDON_ID, ["action=sign_in"])
    kodi.wait_for_focus("New code")
    kodi.screenshot("sign-in-no-network")
    simkl.start_listening()
    kodi.press("Select")
    simkl.approve(shown_code(kodi, simkl), "anna")
    kodi.wait_until_told("Signed in as anna")


def test_client_id__none_yet(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Without an application key it is said where to get one, and the field for it opens."""
    kodi = started(scrobbling(account={}, client_id=""))
    kodi.execute_addon(ADDON_ID, ["action=sign_in"])
    kodi.wait_until("Window.IsActive(okdialog)")
    kodi.screenshot("sign-in-no-key")
    kodi.press("Select")
    kodi.wait_until("Window.IsActive(virtualkeyboard)")
    kodi.rpc("Input.SendText", text=simkl.client_id, done=True)
    simkl.approve(shown_code(kodi, simkl), "anna")
    kodi.wait_until_told("Signed in as anna")


def as_anna(simkl: SimklServer) -> dict[str, object]:
    """An account.json of a V2 sign-in."""
    account = simkl.account("anna")
    grant = account.grant
    return {
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token,
        "generation": "v2",
        "expires_at": grant.expires_at,
        "scope": grant.scope,
        "id": account.number,
        "name": "anna",
        "plan": "free",
    }


def test_token__a_week_later(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """After a week the token has ended; what waits goes out with a new one, without a word."""
    kodi = started(scrobbling(account=as_anna(simkl)))
    simkl.clock.advance(8 * 86400)
    watch(kodi)
    assert [each["title"] for each in arrived(simkl)] == [FILM]
    paths = [each.path for each in simkl.requests]
    assert paths == ["/sync/history", "/oauth2/token", "/sync/history"]
    assert account_of(kodi)["access_token"] == simkl.account("anna").grant.access_token


def test_revoked__while_kodi_runs(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """When the person takes the access away, one toast says so; after a sign-in all arrives."""
    kodi = started(scrobbling(account=as_anna(simkl)))
    simkl.account("anna").disconnect()
    watch(kodi)
    kodi.wait_for_toast("Simkl no longer accepts your sign-in")
    kodi.screenshot("toast-refused")
    before = len(simkl.requests)
    watch(kodi, FILM_2)
    assert len(simkl.requests) == before
    simkl.approve(open_window(kodi, simkl), "anna")
    assert [each["title"] for each in arrived(simkl, 2)] == [FILM, FILM_2]


@pytest.mark.parametrize(
    ("keys", "anna", "bert"),
    [
        (["Back"], [FILM], []),
        (["Select"], [FILM], []),
        (["Down", "Select"], [], [FILM]),
        (["Down", "Down", "Select"], [], []),
    ],
)
def test_account__another(
    scrobbling: Scrobbling, simkl: SimklServer, keys: list[str], anna: list[str], bert: list[str]
) -> None:
    """What one account has watched goes to another only if the person says so."""
    # Simkl asks for a pause of a minute, so that something waits.
    simkl.faults.add("error", path="/sync/history", error="client_id_failed")
    kodi = started(scrobbling(account=as_anna(simkl)))
    watch(kodi)
    simkl.approve(open_window(kodi, simkl), "bert")
    kodi.wait_until("Window.IsActive(selectdialog)")
    kodi.screenshot("sign-in-another")
    kodi.press(*keys)
    kodi.wait_until_told("Signed in as bert")
    watch(kodi, FILM_2)
    of_bert = [*bert, FILM_2]
    assert simkl.wait_for(lambda: len(simkl.account("bert").history) == len(of_bert))
    assert [each["title"] for each in simkl.account("bert").history] == of_bert
    simkl.approve(open_window(kodi, simkl), "anna")
    kodi.wait_until_told("Signed in as anna")
    assert simkl.wait_for(lambda: len(simkl.account("anna").history) == len(anna))
    assert [each["title"] for each in simkl.account("anna").history] == anna


def test_sign_out(scrobbling: Scrobbling, simkl: SimklServer) -> None:
    """Signing out forgets the tokens here and on Simkl, and keeps what waits."""
    kodi = started(scrobbling(account=as_anna(simkl)))
    kodi.home.write_addon_settings(ADDON_ID, {"account": "anna (FREE)"})
    kodi.execute_addon(ADDON_ID, ["action=settings"])
    kodi.wait_for_focus("Sign in")
    kodi.screenshot("settings-signed-in")
    kodi.press("Down")
    kodi.wait_for_focus("Sign out")
    kodi.press("Select")
    kodi.wait_for_toast("Signed out")
    kodi.screenshot("signed-out")
    assert simkl.requests[-1].path == "/oauth2/revoke"
    assert simkl.account("anna").grant.revoked
    assert account_of(kodi)["access_token"] == account_of(kodi)["refresh_token"] == ""
    watch(kodi)
    send_now(kodi)
    assert [title for title, _ in waiting(kodi)] == [FILM]
