# SPDX-License-Identifier: MIT
"""Signing in with AUTH V1: the PIN flow, rules 51 to 58."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from .accounts import App
from .codes import PAGE
from .errors import json_response, refuse
from .identity import app_of, parameters
from .service import Simkl, current

blueprint = Blueprint("pin", __name__, url_prefix="/oauth")


@blueprint.get("/pin")
def pin() -> Response:
    """Rule 51: a new code, to be shown and polled for."""
    simkl = current()
    app = _v1_app(simkl, "/oauth2/device")
    redirect = request.args.get("redirect")
    if redirect and redirect not in app.redirects:  # rule 58
        refuse("redirect_failed", "The redirect address is not registered")
    return json_response(_init(simkl, app, redirect), 200)


@blueprint.get("/pin/<user_code>")
def poll(user_code: str) -> Response:
    """Rules 53 to 57."""
    simkl = current()
    app = _v1_app(simkl, "/oauth2/token")
    code = simkl.codes.by_pin(user_code, app.client_id)
    if code is None or code.used or simkl.codes.expired(code):
        return _dead(simkl, app)
    if simkl.codes.too_soon(code):  # rule 54
        return _not_yet("Slow down")
    if code.user is None:  # rule 53
        return _not_yet("Authorization pending")
    code.used = True  # rule 55
    account = simkl.account(code.user)
    return json_response({"result": "OK", "access_token": account.v1_token(app.client_id)}, 200)


@blueprint.post("/token")
def token() -> Response:
    """Rule 52; of V1's own use of this path, which needs a browser, there is nothing here."""
    _v1_app(current(), "/oauth2/token", parameters(request).get("client_id"))
    refuse("url_failed")


def _v1_app(simkl: Simkl, instead: str, client_id: str | None = None) -> App:
    app = app_of(simkl, request, client_id)
    if app.generation != "v1":  # rule 52
        refuse("unauthorized_client", f"This is a V2 client_id: use {instead}")
    return app


def _init(simkl: Simkl, app: App, redirect: str | None = None) -> dict[str, Any]:
    code = simkl.codes.issue_pin(app.client_id, redirect)
    return {
        "result": "OK",
        "device_code": code.device_code,
        "user_code": code.user_code,
        "verification_uri": PAGE,
        "verification_url": PAGE,
        "expires_in": simkl.switches.code_seconds,
        "interval": simkl.switches.poll_interval,
    }


def _not_yet(message: str) -> Response:
    return json_response({"result": "KO", "message": message}, 200)


def _dead(simkl: Simkl, app: App) -> Response:
    """Rule 56: a used, expired or unknown code."""
    if simkl.switches.dead_pin == "pending":
        return _not_yet("Authorization pending")
    return json_response(_init(simkl, app), 200)
