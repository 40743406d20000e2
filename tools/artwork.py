# SPDX-License-Identifier: MIT
"""Draws the icon, the fanart and the texture of our windows: `python tools/artwork.py`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

_RESOURCES = Path(__file__).resolve().parent.parent / "resources"
_NIGHT, _DUSK, _TEAL, _PAPER = (13, 17, 28), (28, 38, 62), (38, 190, 170), (240, 244, 248)
# Drawn larger and made smaller: Pillow's own edges are not smooth.
_SCALE = 4


def _gradient(width: int, height: int) -> Image.Image:
    column = Image.new("RGB", (1, height))
    for y in range(height):
        share = y / (height - 1)
        column.putpixel(
            (0, y), tuple(round(a + (b - a) * share) for a, b in zip(_DUSK, _NIGHT, strict=True))
        )
    return column.resize((width, height))


def _mark(draw: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    """A screen that plays, with the tick of what was seen."""
    line = size // 14
    draw.rounded_rectangle(
        (x, y, x + size, y + size * 5 // 8), radius=size // 10, outline=_PAPER, width=line
    )
    draw.line(
        (x + size // 3, y + size * 3 // 4, x + size * 2 // 3, y + size * 3 // 4),
        fill=_PAPER,
        width=line,
    )
    tick = [(0.27, 0.31), (0.44, 0.46), (0.75, 0.16)]
    points = [(x + size * a, y + size * b) for a, b in tick]
    draw.line(points, fill=_TEAL, width=line * 2, joint="curve")
    for a, b in points:
        draw.ellipse((a - line, b - line, a + line, b + line), fill=_TEAL)


def _picture(width: int, height: int, mark: int) -> Image.Image:
    picture = _gradient(width * _SCALE, height * _SCALE)
    size = mark * _SCALE
    corner = (picture.width - size) // 2, (picture.height - size * 3 // 4) // 2
    _mark(ImageDraw.Draw(picture), *corner, size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    _picture(512, 512, 360).save(_RESOURCES / "icon.png", optimize=True)
    _picture(1920, 1080, 420).save(_RESOURCES / "fanart.jpg", quality=88)
    media = _RESOURCES / "skins" / "Default" / "media"
    Image.new("RGB", (8, 8), "white").save(media / "simkl-white.png")
