# SPDX-License-Identifier: MIT
"""What of a file was played: spans of positions in seconds, apart from each other. Pure."""

from __future__ import annotations

from typing import Sequence, Tuple

Span = Tuple[float, float]


def joined(spans: Sequence[Span], start: float, end: float) -> list[Span]:
    """The spans with one more."""
    apart = [span for span in spans if span[1] < start or end < span[0]]
    touching = [span for span in spans if span not in apart]
    merged = (min([start, *(a for a, _ in touching)]), max([end, *(b for _, b in touching)]))
    return [*apart, merged]


def within(spans: Sequence[Span], start: float, end: float) -> float:
    """How much of them lies between two positions, in seconds."""
    return sum(max(0.0, min(b, end) - max(a, start)) for a, b in spans)
