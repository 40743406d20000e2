"""Who asks: the app's client_id, the user's token and its scope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Request

from .accounts import Account, App
from .errors import refuse
from .grants import READ, WRITE, Token

if TYPE_CHECKING:
    from .service import Simkl

# Rule 11: reads from the edge cache, never counted; rule 43: no token needed.
CACHED = re.compile(r"/(?:movies|tv|anime)/[^/]+|/(?:tv|anime)/episodes/[^/]*|/redirect")


def is_cached(path: str) -> bool:
    """Whether the edge cache answers this path."""
    return CACHED.fullmatch(path.rstrip("/")) is not None


def is_sign_in(path: str) -> bool:
    """Whether the path belongs to the sign-in, which checks its client_id itself."""
    return path.startswith(("/oauth2/", "/oauth/"))


@dataclass
class Caller:
    """The app of a request and, where one is needed, its user."""

    app: App
    token: Token | None = None
    account: Account | None = None


def bearer(request: Request) -> str | None:
    """The token of the Authorization header: rule 5, the scheme word in any case."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def parameters(request: Request) -> dict[str, Any]:
    """The parameters in a sign-in request's body: a form, or a JSON object."""
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def identify(simkl: Simkl, request: Request) -> Caller:
    """The caller of an API request, or Simkl's refusal."""
    app = app_of(simkl, request)
    limit = request.args.get("debug_limit")
    if limit in ("user", "app"):  # rule 19
        simkl.limits.refuse_daily(f"{limit}_limit_exceeded")
    if is_cached(request.path):
        return Caller(app)
    token = _token(simkl, app, bearer(request))
    _check_scope(request, token)
    return Caller(app, token, simkl.accounts[token.user])


def app_of(simkl: Simkl, request: Request, client_id: str | None = None) -> App:
    """The app that a request, or a client_id taken from its body, names."""
    named = request.args.get("client_id") or request.headers.get("simkl-api-key")  # rule 3
    app = simkl.apps.get(client_id or named or "")
    if app is None or app.suspended:  # rules 1 and 2
        refuse("client_id_failed", "client_id is missing, wrong or suspended")
    if simkl.switches.missing_identification == "refused" and missing_identification(request):
        refuse("client_id_failed", "app-name, app-version or User-Agent is missing")
    return app


def missing_identification(request: Request) -> list[str]:
    """Which parts of the identification are missing: rule 4."""
    missing = [] if request.headers.get("User-Agent") else ["User-Agent"]
    if not is_sign_in(request.path) or request.path.startswith("/oauth/"):
        missing += [name for name in ("app-name", "app-version") if not request.args.get(name)]
    return missing


def _token(simkl: Simkl, app: App, text: str | None) -> Token:
    token = simkl.grants.tokens.get(text or "")  # rule 6: letter case matters
    if token is None or token.client_id != app.client_id or not token.alive(simkl.clock.now()):
        if app.generation == "v1":
            refuse("user_token_failed")  # rule 50
        refuse("user_token_required" if text is None else "invalid_token")  # rules 42 and 41
    return token


def _check_scope(request: Request, token: Token) -> None:
    reads = request.method == "GET" and not request.get_data()  # rule 28
    if request.path.startswith("/scrobble/"):
        reads = False
    if (READ if reads else WRITE) not in token.scopes:  # rule 40
        refuse("insufficient_scope")
