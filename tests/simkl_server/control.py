"""Control over HTTP, for tests in another process; never logged, limited or counted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from . import archive
from .accounts import Account
from .errors import json_response
from .grants import FULL_SCOPE, Grant
from .service import current

blueprint = Blueprint("control", __name__, url_prefix="/_control")


@blueprint.errorhandler(ValueError)
@blueprint.errorhandler(TypeError)
@blueprint.errorhandler(KeyError)
def mistaken(error: Exception) -> Response:
    """A mistake of the test."""
    return json_response({"error": "control", "message": repr(error)}, 400)


def _order() -> dict[str, Any]:
    return dict(request.get_json(force=True, silent=True) or {})


def _done(**answer: Any) -> Response:
    return json_response({"done": True, **answer}, 200)


@blueprint.get("/state")
def state() -> Response:
    """Everything."""
    return json_response(current().state(), 200)


@blueprint.get("/requests")
def requests() -> Response:
    """The request log."""
    return json_response([exchange.as_dict() for exchange in current().log.exchanges], 200)


@blueprint.get("/archive")
def every_request() -> Response:
    """Every request that any emulator of this process was sent; a reset forgets none."""
    return json_response(archive.requests(), 200)


@blueprint.get("/client_faults")
def client_faults() -> Response:
    """What the clients did wrong."""
    return json_response(current().conduct.faults, 200)


@blueprint.get("/history/<user>")
def history(user: str) -> Response:
    """Every watch stored for a user."""
    return json_response(current().accounts[user].history, 200)


@blueprint.get("/removals/<user>")
def removals(user: str) -> Response:
    """Everything removed for a user."""
    return json_response(current().accounts[user].removals, 200)


@blueprint.get("/sessions/<user>")
def sessions(user: str) -> Response:
    """Every rewatch session of a user."""
    return json_response(current().accounts[user].sessions, 200)


@blueprint.post("/sessions/<user>")
def order_session(user: str) -> Response:
    """On another device: order (start, close, resume), simkl, rewatch_id, prefilled."""
    return _done(rewatch_id=current().accounts[user].elsewhere(**_order()))


@blueprint.get("/wait")
def wait() -> Response:
    """Answer once so many requests were answered, or the time is over."""
    simkl = current()
    number, timeout = int(request.args.get("requests", 1)), float(request.args.get("timeout", 10))
    with simkl.changed:
        came = simkl.changed.wait_for(
            lambda: sum(one.finished for one in simkl.log.exchanges) >= number, timeout
        )
    return _done(came=came)


@blueprint.post("/clock")
def clock() -> Response:
    """{"freeze": time or true, "set": time, "advance": seconds, "run": true}, in this order."""
    order, the_clock = _order(), current().clock
    if order.get("freeze"):
        the_clock.freeze(None if order["freeze"] is True else order["freeze"])
    if "set" in order:
        the_clock.set(order["set"])
    the_clock.advance(float(order.get("advance", 0)))
    if order.get("run"):
        the_clock.run()
    return _done(now=the_clock.stamp())


@blueprint.post("/faults")
def faults() -> Response:
    """One fault or a list of them, {"hold": path}, {"release": true}, or {"clear": true}."""
    body, the_faults = request.get_json(force=True), current().faults
    for order in body if isinstance(body, list) else [body]:
        if "hold" in order:
            the_faults.hold(order["hold"])
        elif order.get("release"):
            the_faults.release()
        elif order.get("clear"):
            the_faults.clear()
        else:
            the_faults.add(**order)
    return _done(pending=len(the_faults.pending()))


@blueprint.post("/switches")
def switches() -> Response:
    """Switches by name."""
    current().switches.set(**_order())
    return _done()


@blueprint.post("/accounts")
def accounts() -> Response:
    """Make or change a user: name, plan, token, spend, disconnect; answers a sign-in."""
    order, simkl = _order(), current()
    account = simkl.account(order.get("name", "anna"), order.get("plan", "free"))
    account.plan = order.get("plan", account.plan)
    if order.get("disconnect"):
        account.disconnect()
        return _done()
    account.spend(int(order.get("spend", 0)))
    grant = _sign_in(account, order) if "token" in order or "scope" in order else account.grant
    return _done(name=account.name, plan=account.plan, token=grant.access_token,
                 refresh_token=grant.refresh_token, expires_at=grant.expires_at,
                 scope=grant.scope, v1_token=account.v1_token(),
                 client_id=simkl.client_id, v1_client_id=simkl.v1_client_id)  # fmt: skip


def _sign_in(account: Account, order: dict[str, Any]) -> Grant:
    scope = order.get("scope", FULL_SCOPE)
    return account.sign_in(scope, order.get("client_id"), order.get("token"))


@blueprint.get("/codes")
def codes() -> Response:
    """The codes that wait for somebody to enter them, newest last."""
    with current().lock:
        return json_response([code.as_dict() for code in current().codes.pending()], 200)


@blueprint.post("/approve")
def approve() -> Response:
    """A user enters a code and allows the app: code, user, scope."""
    order = _order()
    current().approve(order["code"], order.get("user", "anna"), order.get("scope"))
    return _done()


@blueprint.post("/decline")
def decline() -> Response:
    """A user enters a code and says no: code."""
    current().decline(_order()["code"])
    return _done()


@blueprint.post("/apps")
def apps() -> Response:
    """Register an app or change it: client_id, generation, suspended, redirects."""
    order = _order()
    app = current().app(order["client_id"], order.get("generation", "v2"))
    app.suspended = bool(order.get("suspended", app.suspended))
    app.redirects = tuple(order.get("redirects", app.redirects))
    return _done()


@blueprint.post("/catalogue")
def catalogue() -> Response:
    """{"titles": [...]} in the form of catalogue.json, {"movies": N} to invent films."""
    order, the_catalogue = _order(), current().catalogue
    titles = [the_catalogue.add(entry) for entry in order.get("titles", ())]
    titles += the_catalogue.add_movies(int(order.get("movies", 0)))
    rows = [{"simkl": t.simkl, "title": t.title, "year": t.year, "ids": t.ids} for t in titles]
    return _done(titles=rows)


@blueprint.post("/reset")
def reset() -> Response:
    """As after the start; apps, accounts and tokens stay."""
    current().reset()
    return _done()
