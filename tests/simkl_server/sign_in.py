# SPDX-License-Identifier: MIT
"""Signing in with AUTH V2: device flow, refresh and revocation, rules 29 to 49."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .accounts import App
from .codes import PAGE
from .errors import json_response, refuse
from .grants import V2_LIFETIME, Grant, granted
from .identity import parameters
from .service import Simkl, current

blueprint = Blueprint("sign_in", __name__, url_prefix="/oauth2")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@blueprint.post("/device")
def device() -> Response:
    """Rule 29: a new code, to be shown and polled for."""
    simkl, given = current(), _given()
    app = _app(simkl, given)
    code = simkl.codes.issue_device(app.client_id, given.get("scope", ""))
    body = {
        "device_code": code.device_code,
        "user_code": code.user_code,
        "verification_uri": PAGE,
        "verification_uri_complete": f"{PAGE}?user_code={code.user_code}",
        "expires_in": simkl.switches.code_seconds,
        "interval": simkl.switches.poll_interval,
    }
    return json_response(body, 200)


@blueprint.post("/token")
def token() -> Response:
    """Tokens for a device code that somebody has allowed, or for a refresh token."""
    simkl, given = current(), _given()
    app, kind = _app(simkl, given), _required(given, "grant_type")
    if kind not in (DEVICE_GRANT, "refresh_token"):
        refuse("unsupported_grant_type")  # rule 47
    if kind == "refresh_token":
        return _tokens(_refresh(simkl, app, given))
    return _tokens(_claim(simkl, app, _required(given, "device_code")))


@blueprint.post("/revoke")
def revoke() -> Response:
    """Rule 49: always the same empty answer, for unknown tokens too."""
    simkl, given = current(), _given()
    app = _app(simkl, given)
    simkl.grants.revoke(given.get("token", ""), app.client_id)
    return Response("", 200)


def _given() -> dict[str, str]:
    given = parameters(request)
    if any(isinstance(value, (list, dict)) for value in given.values()):  # rule 31
        refuse("invalid_request", "Every parameter is a plain string")
    return {name: str(value) for name, value in given.items() if value is not None}


def _app(simkl: Simkl, given: dict[str, str]) -> App:
    """Rule 30; the app is checked before anything else is looked at."""
    app = simkl.apps.get(given.get("client_id", ""))
    if app is None or app.suspended:
        refuse("invalid_client", "The client_id is unknown or missing")
    if app.generation != "v2":
        refuse("invalid_client", "This client_id is not enabled for OAuth 2.0")
    return app


def _required(given: dict[str, str], name: str) -> str:
    if not given.get(name):
        refuse("invalid_request", f"{name} is missing")
    return given[name]


def _claim(simkl: Simkl, app: App, device_code: str) -> Grant:
    """The sign-in that a poll is about: rules 32 to 38."""
    code = simkl.codes.by_device_code(device_code, app.client_id)
    if code is None or simkl.codes.expired(code):  # rule 35
        refuse("expired_token")
    if code.grant is not None:  # rule 38
        return _claim_again(simkl, code.grant)
    if simkl.codes.too_soon(code):  # rule 33
        refuse("slow_down")
    if code.user is None:  # rules 32 and 34: after a "no" as before any answer
        refuse("authorization_pending")
    code.used = True
    code.grant = simkl.grants.issue(code.user, app.client_id, code.scopes)  # rules 37, 39 and 48
    return code.grant


def _claim_again(simkl: Simkl, grant: Grant) -> Grant:
    if simkl.switches.used_device_code != "tokens_again":
        refuse(simkl.switches.used_device_code)
    return grant


def _refresh(simkl: Simkl, app: App, given: dict[str, str]) -> Grant:
    """Rules 44 to 46."""
    grant = simkl.grants.refreshable(_required(given, "refresh_token"), app.client_id)
    if grant is None:  # rule 46
        refuse("invalid_grant")
    if granted(given.get("scope", "")) - grant.token.scopes:  # rule 45
        refuse("invalid_scope")
    simkl.grants.refresh(grant)
    return grant


def _tokens(grant: Grant) -> Response:
    """Rule 37: the token response."""
    body = {
        "access_token": grant.access_token,
        "token_type": "Bearer",
        "expires_in": int(V2_LIFETIME.total_seconds()),
        "refresh_token": grant.refresh_token,
        "scope": grant.scope,
    }
    return json_response(body, 200)
