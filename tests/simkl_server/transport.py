"""The way of every API request: log, faults, identification, limits, write lock, answer."""

from __future__ import annotations

import socket

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from .errors import refusal, refuse
from .faults import Fault, answer_of
from .identity import identify, is_sign_in
from .service import Simkl, current
from .write_lock import is_write

CONTROL = "/_control/"


class SimklApp(Flask):
    """Runs every endpoint under the lock of the state."""

    def dispatch_request(self) -> Response:
        """One endpoint at a time; what waits does so before or after."""
        with current().lock:
            return super().dispatch_request()  # type: ignore[return-value]


def install(app: Flask) -> None:
    """Put the transport around the app's endpoints."""
    app.before_request(admit)
    app.after_request(finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _own_error)


def _http_error(error: HTTPException) -> Response:
    """A path or a verb that no endpoint has."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    return refusal("url_failed", error.description, status=404)


def _own_error(error: Exception) -> Response:
    """A bug of the emulator; it must not pass for a fault that a test asked for."""
    with current().lock:
        current().own_errors.append(f"{request.method} {request.path}: {error!r}")
    return refusal("internal", repr(error))


def admit() -> Response | None:
    """Everything before the endpoint; an answer from here ends the request."""
    if request.path.startswith(CONTROL):
        return None
    simkl = current()
    g.since = simkl.faults.released()
    fault = simkl.faults.take(request.method, request.path, request.args.to_dict())
    g.fault = fault
    with simkl.changed:
        g.exchange = simkl.log.open(request)
        g.exchange.fault = fault.kind if fault else None
        simkl.conduct.arrive(g.exchange, request)
        simkl.changed.notify_all()
    if fault is not None and not fault.applied:
        answer = _instead(simkl, fault)
        if answer is not None:
            return answer
    if not is_sign_in(request.path):
        _admit_caller(simkl)
    return None


def _admit_caller(simkl: Simkl) -> None:
    with simkl.lock:
        g.caller = identify(simkl, request)
        g.rate_headers = simkl.limits.admit(g.caller, request.method)
    if not is_write(request.method, request.path):
        return
    if request.get_json(force=True, silent=True) is None:  # rule 25
        refuse("json_error", "The body is no JSON")
    simkl.write_locks.acquire(g.caller.account.name, request.path)
    g.writing = g.caller.account.name
    # With these faults the write runs on, and those of the same user wait: rules 20 and 21.
    if g.fault is not None and g.fault.kind in ("hang_write", "slow_write"):
        going_on = simkl.faults.wait(
            g.fault.seconds if g.fault.kind == "slow_write" else None, g.since
        )
        if not going_on:
            refuse("internal", "The server stops")


def _instead(simkl: Simkl, fault: Fault) -> Response | None:
    """The answer in place of the real one; None lets the request go on."""
    if fault.kind in ("hang_write", "slow_write"):
        return None
    if fault.kind == "slow" or fault.serve_late:
        seconds = fault.seconds if fault.kind == "slow" else None
        return None if simkl.faults.wait(seconds, g.since) else _hang_up()
    if fault.kind == "hang":
        simkl.faults.wait(None, g.since)
    return answer_of(fault) or _hang_up()


def _hang_up() -> Response:
    """Close the connection without an answer."""
    g.hung_up = True
    return Response("")


def _after(simkl: Simkl, fault: Fault) -> Response:
    """The answer after the request took effect."""
    if fault.kind == "hang_after":
        with simkl.changed:
            simkl.changed.notify_all()
        simkl.faults.wait(None, g.since)
    return answer_of(fault) or _hang_up()


def finish(response: Response) -> Response:
    """Everything after the endpoint."""
    simkl = current()
    if "writing" in g:
        simkl.write_locks.release(g.writing)
    if "exchange" in g:
        _add_headers(response)
        if g.fault is not None and g.fault.applied:
            response = _after(simkl, g.fault)
        _close_exchange(simkl, response)
    with simkl.changed:
        simkl.changed.notify_all()
    return response


def _add_headers(response: Response) -> None:
    if request.path.startswith("/oauth2/"):  # rule 27
        response.headers["Cache-Control"] = "no-store"
        response.headers["Pragma"] = "no-cache"
    response.headers["Date"] = http_date(current().clock.now())
    for name, value in g.get("rate_headers", {}).items():
        response.headers[name] = value


def _close_exchange(simkl: Simkl, response: Response) -> None:
    hung_up = g.get("hung_up", False)
    with simkl.lock:
        simkl.log.close(g.exchange, None if hung_up else response)
        simkl.conduct.leave(g.exchange, request)
    if hung_up:
        _close_socket(request.environ.get("werkzeug.socket"))


def _close_socket(connection: socket.socket | None) -> None:
    if connection is None:
        return
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client has gone already
