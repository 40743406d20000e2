# SPDX-License-Identifier: MIT
"""The figures as a table for people."""

from __future__ import annotations

from statistics import median
from typing import Iterable, NamedTuple, Sequence


class Figure(NamedTuple):
    """One line: what was measured, ours and the floor's, what was aimed at, and if that is met."""

    name: str
    ours: str
    floor: str = "–"
    aim: str = "–"
    met: bool | None = None


_HEADINGS = ("figure", "ours", "floor", "aim", "met?")
_VERDICTS = {True: "yes", False: "**no**", None: "–"}


def summary(values: Sequence[float], unit: str, digits: int = 1) -> str:
    """The middle of what was measured, with its range."""
    marks = (median(values), min(values), max(values))
    middle, least, most = (f"{each:.{digits}f}" for each in marks)
    return f"{middle} {unit} ({least} to {most})" if values[1:] else f"{middle} {unit}"


def markdown(figures: Iterable[Figure]) -> str:
    """The table with its columns aligned, so that it can be read as it is."""
    rows = [_HEADINGS, *((*figure[:4], _VERDICTS[figure.met]) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruler = ["-" * width for width in widths]
    lines = [_line(row, widths) for row in (rows[0], ruler, *rows[1:])]
    return "".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |\n"
