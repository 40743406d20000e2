"""The Flask app of the emulator; a new group of endpoints is one more blueprint here."""

from __future__ import annotations

from . import (
    control,
    details,
    file_search,
    history,
    pin,
    reading,
    removal,
    search,
    sign_in,
    transport,
)
from .service import Simkl


def make_app(simkl: Simkl) -> transport.SimklApp:
    """The app that serves this state."""
    app = transport.SimklApp("simkl_server")
    app.extensions["simkl"] = simkl
    app.url_map.strict_slashes = False  # old clients end the path with a slash
    app.json.sort_keys = False  # type: ignore[attr-defined]
    transport.install(app)
    modules = (control, details, file_search, history, pin, reading, removal, search, sign_in)
    for module in modules:
        app.register_blueprint(module.blueprint)
    return app
