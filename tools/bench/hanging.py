# SPDX-License-Identifier: MIT
"""The end of Kodi while the server keeps a request waiting for ever."""

from __future__ import annotations

from .stage import Stage, end, send, simkl, start
from .table import Figure, summary

_ROUNDS = 3
_AIM = 1000.0


def measure(stage: Stage) -> list[Figure]:
    """The floor's part of it is that of the ends without any trouble."""
    ends = []
    for number in range(_ROUNDS):
        with simkl() as server, stage.with_ours(f"hanging-{number}", server) as kodi:
            start(kodi)
            server.hold()
            send(server, kodi, answered=False)
            ends.append(end(kodi))
    waited = [each.waited for each in ends]
    return [
        Figure("quitting Kodi, the server hangs", summary([each.took for each in ends], "s", 2)),
        Figure(
            "quitting Kodi, the server hangs: its wait for us",
            summary(waited, "ms", 0),
            "–",
            f"≤ {_AIM:.0f} ms",
            max(waited) <= _AIM,
        ),
    ]
