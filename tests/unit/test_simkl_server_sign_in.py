# SPDX-License-Identifier: MIT
"""The emulator's AUTH V2 sign-in: rules 29 to 50, and 187."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.simkl_server.accounts import Account
from tests.simkl_server.grants import Grant
from tests.simkl_server.probe import Probe, Television
from tests.simkl_server.server import SimklServer
from tests.simkl_server.sign_in import DEVICE_GRANT

NOW = "2026-11-20T12:00:00Z"
DAY = 86_400
BOTH, READ = "media:read media:write", "media:read"
DEVICE, TOKEN, REVOKE = "/oauth2/device", "/oauth2/token", "/oauth2/revoke"
ACTIVITIES, HISTORY = "/sync/activities", "/sync/history"
LIGHTS: dict[str, Any] = {"movies": [{"ids": {"imdb": "tt9000001"}}]}


@pytest.fixture
def simkl() -> SimklServer:
    server = SimklServer()
    server.clock.freeze(NOW)
    return server


@pytest.fixture
def anna(simkl: SimklServer) -> Account:
    return simkl.account()


@pytest.fixture
def television(simkl: SimklServer) -> Television:
    return Television(simkl)


def word(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]


def refresh(simkl: SimklServer, refresh_token: str, **more: str) -> TestResponse:
    given = {"client_id": simkl.client_id, "refresh_token": refresh_token, **more}
    return Probe(simkl).form(TOKEN, grant_type="refresh_token", **given)


def status_of(simkl: SimklServer, access_token: str) -> int:
    return Probe(simkl, access_token).get(ACTIVITIES).status_code


@pytest.mark.parametrize("form", ["data", "json"])
def test_device__form_or_json(simkl: SimklServer, form: str) -> None:
    """A V2 app gets the six fields, and a code without misleading letters (rule 29)."""
    body = {"client_id": simkl.client_id, "scope": BOTH}
    answer = simkl.app.test_client().post(DEVICE, **{form: body})
    code = answer.json
    assert answer.status_code == 200 and code.keys() == {
        "device_code", "user_code", "verification_uri", "verification_uri_complete",
        "expires_in", "interval",
    }  # fmt: skip
    assert (code["expires_in"], code["interval"]) == (900, 5)
    assert re.fullmatch(r"[0-9A-HJKMNP-Z]{4}-[0-9A-HJKMNP-Z]{4}", code["user_code"])
    assert code["verification_uri_complete"].endswith(
        f"simkl.com/pin?user_code={code['user_code']}"
    )
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [DEVICE, TOKEN, REVOKE])
@pytest.mark.parametrize("app", ["unknown", "missing", "suspended", "v1"])
def test_oauth2__refused_app(simkl: SimklServer, path: str, app: str) -> None:
    """An app that V2 does not know is refused before anything else is looked at (rule 30)."""
    simkl.service.app("suspended").suspended = True
    given = {} if app == "missing" else {"client_id": simkl.v1_client_id if app == "v1" else app}
    answer = Probe(simkl).form(path, **given)
    assert word(answer) == (401, "invalid_client")
    assert answer.json.keys() == {"error", "error_description"}
    assert "WWW-Authenticate" not in answer.headers
    assert ("not enabled for OAuth 2.0" in answer.json["error_description"]) == (app == "v1")


@pytest.mark.parametrize("name", ["client_id", "scope"])
@pytest.mark.parametrize("value", [["x"], {"x": "y"}])
def test_device__not_a_plain_string(simkl: SimklServer, name: str, value: Any) -> None:
    """An array or an object is no parameter (rule 31)."""
    body = {"client_id": simkl.client_id, name: value}
    assert word(simkl.app.test_client().post(DEVICE, json=body)) == (400, "invalid_request")


def test_poll__before_approval(television: Television) -> None:
    """Polls at the interval are told to go on (rule 32)."""
    answers = [television.poll() for _ in range(3)]
    assert [word(answer) for answer in answers] == [(400, "authorization_pending")] * 3
    assert "code" not in answers[0].json


def test_poll__too_soon(television: Television) -> None:
    """A poll too soon is slowed down, and starts the interval again (rule 33)."""
    waits = [5, 4.9, 4.9, 0.2, 5]
    assert [television.poll(wait).json["error"] for wait in waits] == [
        "authorization_pending",
        "slow_down",
        "slow_down",
        "slow_down",
        "authorization_pending",
    ]


def test_poll__clock_set_back(simkl: SimklServer, television: Television) -> None:
    """The interval goes by monotonic time: a wall clock set back slows nobody down (rule 33)."""
    television.poll()
    simkl.clock.advance(5)
    simkl.clock.set(NOW)
    assert television.poll(0).json["error"] == "authorization_pending"


def test_poll__declined(simkl: SimklServer, television: Television) -> None:
    """A client never hears of a "no", until its code expires (rule 34)."""
    simkl.decline(television.code["user_code"])
    assert word(television.poll()) == (400, "authorization_pending")
    assert simkl.pending_codes[0].declined
    assert word(television.poll(895)) == (400, "expired_token")


def test_poll__expired_or_unknown(simkl: SimklServer, television: Television) -> None:
    """A code lives 900 seconds; expired, unknown and foreign ones are the same (rule 35)."""
    assert word(television.poll(899)) == (400, "authorization_pending")
    assert word(television.poll(1)) == (400, "expired_token")
    with pytest.raises(ValueError):
        simkl.approve(television.code["user_code"])
    simkl.service.app("other")
    foreign = Television(simkl)
    foreign.client_id = "other"
    assert word(foreign.poll()) == (400, "expired_token")
    foreign.code["device_code"] = "nonsense"
    assert word(foreign.poll()) == (400, "expired_token")


@pytest.mark.parametrize(
    "typing",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f" {code[:2]} {code[2:]} ",
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_code__entered_carelessly(
    simkl: SimklServer, television: Television, typing: Callable[[str], str]
) -> None:
    """Case, hyphen, spaces and look-alikes do not matter when a code is entered (rule 36)."""
    simkl.pending_codes[0].user_code = "A01K-10ZB"
    simkl.approve(typing("A01K-10ZB"))
    assert television.poll().status_code == 200


def test_code__mistaken(simkl: SimklServer, television: Television) -> None:
    """To enter a code that waits for nobody is the test's mistake."""
    simkl.approve(television.code["user_code"])
    for order in (simkl.approve, simkl.decline):
        for code in ("nonsense", television.code["user_code"]):
            with pytest.raises(ValueError):
                order(code)


def test_poll__approved(simkl: SimklServer, television: Television) -> None:
    """An allowed code gives tokens that work at once (rule 37)."""
    simkl.approve(television.code["user_code"], "ben")
    answer = television.poll()
    tokens = answer.json
    assert answer.status_code == 200 and answer.headers["Pragma"] == "no-cache"
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 604_800)
    assert re.fullmatch(r"simkl_at_\w{34}", tokens["access_token"])
    assert re.fullmatch(r"simkl_rt_\w{34}", tokens["refresh_token"])
    assert tokens["scope"] == BOTH
    profile = Probe(simkl, tokens["access_token"]).get("/users/settings").json
    assert (profile["user"]["name"], profile["account"]["type"]) == ("ben", "free")
    assert simkl.client_faults == []


@pytest.mark.parametrize(
    ("switch", "error"),
    [("expired_token", "expired_token"), ("invalid_grant", "invalid_grant"), ("tokens_again", "")],
)
def test_poll__used_code(
    simkl: SimklServer, television: Television, switch: str, error: str
) -> None:
    """A used device_code is dead, by switch in other words, or gives the same again (rule 38)."""
    simkl.switches.set(used_device_code=switch)
    tokens = television.sign_in()
    answer = television.poll()
    assert answer.json.get("error", "") == error
    assert answer.json.get("access_token") == (None if error else tokens["access_token"])
    assert len(simkl.service.grants.of("anna")) == 1


@pytest.mark.parametrize(
    ("asked", "scope"),
    [
        (None, READ),
        ("", READ),
        ("Media:Write", READ),
        ("media:read media:wrote", READ),
        ("media:read,media:write", READ),
        (READ, READ),
        (BOTH, BOTH),
        ("media:write media:read", BOTH),
    ],
)
def test_scope__as_asked(simkl: SimklServer, asked: str | None, scope: str) -> None:
    """A scope omitted or misspelt is silently reduced to reading (rule 39)."""
    television = Television(simkl)
    given = {} if asked is None else {"scope": asked}
    television.code = television.probe.form(DEVICE, client_id=simkl.client_id, **given).json
    assert television.sign_in()["scope"] == scope


def test_scope__other_than_asked(simkl: SimklServer, television: Television) -> None:
    """A test can let the granted scope differ from the asked one; then writes fail (rule 40)."""
    simkl.approve(television.code["user_code"], scope=READ)
    tokens = television.poll().json
    assert tokens["scope"] == READ
    probe = Probe(simkl, tokens["access_token"])
    assert probe.get(ACTIVITIES).status_code == 200
    answer = probe.post(HISTORY, LIGHTS)
    assert word(answer) == (403, "insufficient_scope")
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", scope="media:read media:write"'
    )


def test_access_token__a_week_later(simkl: SimklServer, television: Television) -> None:
    """An access token of a sign-in lives seven days, its refresh token longer (rule 41)."""
    tokens = television.sign_in()
    simkl.clock.advance(7 * DAY - 1)
    assert status_of(simkl, tokens["access_token"]) == 200
    simkl.clock.advance(1)
    answer = Probe(simkl, tokens["access_token"]).get(ACTIVITIES)
    assert word(answer) == (401, "invalid_token") and answer.json["code"] == 401
    assert refresh(simkl, tokens["refresh_token"]).status_code == 200


def test_token__missing_or_not_needed(simkl: SimklServer) -> None:
    """Without a token only the exempt reads answer (rules 42 and 43)."""
    probe = Probe(simkl)
    for path in (ACTIVITIES, "/sync/all-items", "/users/settings"):
        assert word(probe.get(path)) == (401, "user_token_required")
    for path in ("/tv/8000002", "/movies/8000001", "/anime/8000010", "/tv/episodes/8000002"):
        assert probe.get(path).status_code == 200


def test_refresh__new_access_token(simkl: SimklServer, anna: Account) -> None:
    """A refresh kills the old access token at once and keeps the refresh token (rule 44)."""
    old, kept = anna.token, anna.grant.refresh_token
    tokens = refresh(simkl, kept).json
    assert tokens["refresh_token"] == kept
    assert anna.token == tokens["access_token"] != old
    assert [status_of(simkl, old), status_of(simkl, anna.token)] == [401, 200]
    again = refresh(simkl, kept)
    assert again.status_code == 200 and again.json["access_token"] != tokens["access_token"]


def test_refresh__sliding_days(simkl: SimklServer, anna: Account) -> None:
    """The 180 days of a refresh token begin again with every use (rule 44)."""
    kept = anna.grant.refresh_token
    for days, status in ((179, 200), (179, 200), (180, 400)):
        simkl.clock.advance(days * DAY)
        assert refresh(simkl, kept).status_code == status


@pytest.mark.parametrize(
    ("granted", "asked", "status", "scope"),
    [(READ, BOTH, 400, READ), (BOTH, READ, 200, BOTH), (READ, READ, 200, READ)],
)
def test_refresh__other_scope(
    simkl: SimklServer, anna: Account, granted: str, asked: str, status: int, scope: str
) -> None:
    """A refresh cannot widen the scope, and does not narrow it (rule 45)."""
    grant = anna.sign_in(granted)
    answer = refresh(simkl, grant.refresh_token, scope=asked)
    assert (answer.status_code, grant.scope) == (status, scope)
    assert answer.json.get("error", "invalid_scope") == "invalid_scope"


def test_refresh__dead_token(simkl: SimklServer, anna: Account) -> None:
    """Unknown, expired, foreign and access tokens cannot be refreshed (rule 46)."""
    simkl.service.app("other")
    dead = anna.sign_in()
    simkl.clock.advance(180 * DAY)
    foreign = anna.sign_in(client_id="other")
    for token in ("nonsense", dead.refresh_token, foreign.refresh_token, anna.token):
        assert word(refresh(simkl, token)) == (400, "invalid_grant")


@pytest.mark.parametrize("kind", ["password", "client_credentials", "Refresh_Token"])
def test_token__other_grant_type(simkl: SimklServer, kind: str) -> None:
    """Other grant types are not supported (rule 47)."""
    answer = Probe(simkl).form(TOKEN, client_id=simkl.client_id, grant_type=kind)
    assert word(answer) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("kind", ["", "refresh_token", DEVICE_GRANT])
def test_token__parameter_missing(simkl: SimklServer, kind: str) -> None:
    """A missing parameter is a bug of the client (section 2.2)."""
    answer = Probe(simkl).form(TOKEN, client_id=simkl.client_id, grant_type=kind)
    assert word(answer) == (400, "invalid_request")


def test_sign_in__twice(simkl: SimklServer) -> None:
    """Two sign-ins of one app and user are independent (rule 48)."""
    first, second = Television(simkl).sign_in(), Television(simkl).sign_in()
    assert not set(first.values()) & {second["access_token"], second["refresh_token"]}
    Probe(simkl).form(REVOKE, client_id=simkl.client_id, token=first["refresh_token"])
    assert status_of(simkl, first["access_token"]) == 401
    assert status_of(simkl, second["access_token"]) == 200


@pytest.mark.parametrize("named", ["access_token", "refresh_token"])
def test_revoke__either_token(simkl: SimklServer, anna: Account, named: str) -> None:
    """A grant is given back by either of its tokens, with an empty answer (rule 49)."""
    grant: Grant = anna.sign_in()
    token = {"access_token": grant.access_token, "refresh_token": grant.refresh_token}[named]
    answers = [
        Probe(simkl).form(REVOKE, client_id=simkl.client_id, token=text, token_type_hint="x")
        for text in (token, token, "nonsense")
    ]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "")] * 3
    assert status_of(simkl, grant.access_token) == 401
    assert word(refresh(simkl, grant.refresh_token)) == (400, "invalid_grant")
    assert status_of(simkl, anna.token) == 200


def test_revoke__token_of_another_app(simkl: SimklServer, anna: Account) -> None:
    """An app cannot give back what another one was granted (rule 49)."""
    simkl.service.app("other")
    assert Probe(simkl).form(REVOKE, client_id="other", token=anna.token).status_code == 200
    assert status_of(simkl, anna.token) == 200


def test_disconnect__by_the_user(simkl: SimklServer, anna: Account) -> None:
    """A disconnected app can neither call nor refresh, until it signs in again (rule 50)."""
    lost = anna.grant
    anna.disconnect()
    assert word(Probe(simkl, lost.access_token).get(ACTIVITIES)) == (401, "invalid_token")
    assert word(refresh(simkl, lost.refresh_token)) == (400, "invalid_grant")
    assert status_of(simkl, Television(simkl).sign_in()["access_token"]) == 200


def test_plan__changed(simkl: SimklServer, anna: Account) -> None:
    """A plan change moves settings.all, and the settings tell plan, id and name (rule 187)."""
    probe = Probe(simkl, anna.token)
    assert probe.get(ACTIVITIES).json["settings"] == {"all": None}
    anna.plan = "free"
    assert probe.get(ACTIVITIES).json["settings"] == {"all": None}
    simkl.clock.advance(60)
    anna.plan = "vip"
    activities, settings = probe.get(ACTIVITIES).json, probe.get("/users/settings").json
    assert activities["settings"]["all"] == activities["all"] == simkl.clock.stamp()
    assert (settings["account"]["type"], settings["account"]["id"]) == ("vip", anna.number)
    assert settings["user"]["name"] == "anna"
    with pytest.raises(ValueError):
        anna.plan = "gold"


def test_grant__for_an_account_file(simkl: SimklServer, anna: Account) -> None:
    """A test can have a ready sign-in: both tokens, the scope and the end in epoch seconds."""
    grant = anna.grant
    assert (grant.access_token, grant.scope) == (anna.token, BOTH)
    assert grant.expires_at == int(simkl.clock.now().timestamp()) + 7 * DAY
    assert simkl.state()["accounts"]["anna"]["grants"][0]["refresh_token"] == grant.refresh_token


def test_reset__codes_and_grants(simkl: SimklServer) -> None:
    """A reset forgets codes and renews what was granted, whenever that was."""
    simkl.clock.set("2020-01-01T00:00:00Z")
    tokens = Television(simkl).sign_in()
    simkl.clock.set("2099-01-01T00:00:00Z")
    Television(simkl)
    simkl.reset()
    assert simkl.pending_codes == []
    assert status_of(simkl, tokens["access_token"]) == 200
    assert refresh(simkl, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("poll_interval", [0, 2])
def test_switches__shorter_code(simkl: SimklServer, poll_interval: int) -> None:
    """A test need not wait: lifetime and interval can be shorter, and are announced."""
    simkl.switches.set(code_seconds=20, poll_interval=poll_interval)
    television = Television(simkl)
    assert (television.code["expires_in"], television.code["interval"]) == (20, poll_interval)
    for _ in range(2):
        assert word(television.poll(poll_interval)) == (400, "authorization_pending")
    assert word(television.poll(20)) == (400, "expired_token")
