"""Simkl's refusals: the documented error words with their status and headers."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Response, abort, json

# Every documented error word with the status it usually comes with.
DOCUMENTED: dict[str, int] = {
    "not_found": 200, "premium_only": 200, "empty_field": 400, "wrong_parameter": 400,
    "json_error": 400, "RATE_LIMIT": 400, "max_items": 400, "unauthorized_client": 400,
    "empty_id": 400, "invalid_request": 400, "authorization_pending": 400, "slow_down": 400,
    "expired_token": 400, "invalid_grant": 400, "invalid_scope": 400,
    "unsupported_grant_type": 400, "invalid_client": 401, "user_token_failed": 401,
    "invalid_token": 401, "user_token_required": 401, "insufficient_scope": 403,
    "oauth2_token_required": 403, "redirect_failed": 403, "private_list": 403,
    "private_profile": 403, "forbidden": 403, "id_err": 404, "empty": 404, "url_failed": 404,
    "user_id_failed": 404, "already_watched": 409, "client_id_failed": 412, "rate_limit": 429,
    "user_limit_exceeded": 429, "app_limit_exceeded": 429, "internal": 500,
}  # fmt: skip

CHALLENGES = {
    "user_token_failed": 'Bearer realm="api.simkl.com", error="user_token_failed"',
    "insufficient_scope": 'Bearer error="insufficient_scope", scope="media:read media:write"',
}

OAUTH_WORDS = frozenset({
    "invalid_request", "authorization_pending", "slow_down", "expired_token", "invalid_grant",
    "invalid_scope", "unsupported_grant_type", "invalid_client",
})  # fmt: skip


def json_response(body: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    """An answer with a JSON body."""
    return Response(json.dumps(body), status, headers, mimetype="application/json")


def body_of(error: str, status: int, message: str | None = None) -> dict[str, Any]:
    """The envelope of an error; those of /oauth2 and the lower-case lock have no code."""
    if error in OAUTH_WORDS or (error == "rate_limit" and status == 400):
        return {"error": error, "error_description": message or f"Simkl says {error}."}
    return {"error": error, "code": status, **({"message": message} if message else {})}


def refusal(
    error: str,
    message: str | None = None,
    *,
    status: int | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer for a documented error word."""
    status = DOCUMENTED[error] if status is None else status
    all_headers = dict(headers or {})
    if error in CHALLENGES:
        all_headers["WWW-Authenticate"] = CHALLENGES[error]
    return json_response(body_of(error, status, message), status, all_headers)


def refuse(
    error: str,
    message: str | None = None,
    *,
    status: int | None = None,
    headers: dict[str, str] | None = None,
) -> NoReturn:
    """End the request in hand with a documented error."""
    abort(refusal(error, message, status=status, headers=headers))
