"""The emulator alone: python -m tests.simkl_server --port 8643."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from .server import SimklServer
from .service import CLIENT_ID, V1_CLIENT_ID


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simkl_server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--client-id", default=CLIENT_ID)
    parser.add_argument("--v1-client-id", default=V1_CLIENT_ID)
    parser.add_argument("--user", default="anna")
    parser.add_argument("--plan", default="free")
    parser.add_argument("--token", help="a V2 token of the user with full scope")
    return parser.parse_args()


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    chosen, over = options(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    server = SimklServer(chosen.host, chosen.port, chosen.client_id, chosen.v1_client_id)
    server.account(chosen.user, chosen.plan).v2_token(text=chosen.token)
    with server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        over.wait()


if __name__ == "__main__":
    main()
