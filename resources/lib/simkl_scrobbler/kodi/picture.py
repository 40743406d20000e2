# SPDX-License-Identifier: MIT
"""Pictures for the sign-in window, drawn on the device."""

from __future__ import annotations

import xbmcvfs
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

# Part of every Kodi, whatever the skin.
_FONT = "special://xbmc/media/Fonts/arial.ttf"
_WIDTH, _HEIGHT = 960, 180
_WHITE = (255, 255, 255, 255)


def of_link(link: str, path: str) -> None:
    """A QR code, black on white with the quiet zone of four modules around it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, box_size=12, border=4)
    code.add_data(link)
    code.make()
    code.make_image().save(path)


def of_text(words: str, path: str) -> None:
    """White letters as large as fit: no skin promises a font that large."""
    picture = Image.new("RGBA", (_WIDTH, _HEIGHT))
    draw = ImageDraw.Draw(picture)
    size = _HEIGHT * 3 // 4
    font = ImageFont.truetype(xbmcvfs.translatePath(_FONT), size)
    while draw.textlength(words, font=font) > _WIDTH:
        size -= 4
        font = ImageFont.truetype(xbmcvfs.translatePath(_FONT), size)
    draw.text((0, _HEIGHT // 2), words, fill=_WHITE, font=font, anchor="lm")
    picture.save(path)
