"""A picture in the terminal: kitty's or iTerm2's graphics where the terminal has them, else half blocks in colour.

What a terminal can do is told by its environment variables; it is never asked,
because one that does not answer would leave us waiting. Within tmux and screen
graphics do not get through, and half blocks are used. Sources: the kitty graphics
protocol and iTerm2's inline images protocol, as their makers document them.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

# A cell of a terminal is about twice as high as it is wide.
CELL_ASPECT = 2.0
# Pixels for each cell of width that graphics are sent with.
_PIXELS_PER_CELL = 10
# The kitty protocol's longest piece of one picture, in characters.
_CHUNK = 4096
# xterm's cube of 6 × 6 × 6 colours begins at 16; its steps in levels of 256.
_CUBE = np.array([0, 95, 135, 175, 215, 255])


class Graphics(StrEnum):
    """How a terminal shows a picture."""

    KITTY = "kitty"
    ITERM = "iterm"
    TRUECOLOR = "truecolor"
    COLOURS_256 = "256"
    NONE = "none"


def graphics_of(environment: Mapping[str, str]) -> Graphics:
    """Return what the terminal that these variables describe can show."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    inside = bool(environment.get("TMUX") or environment.get("STY")) or term.startswith(("screen", "tmux"))
    if environment.get("NO_COLOR"):
        return Graphics.NONE
    if not inside:
        if environment.get("KITTY_WINDOW_ID") or term in {"xterm-kitty", "xterm-ghostty"} or program == "ghostty":
            return Graphics.KITTY
        if program in {"iTerm.app", "WezTerm", "mintty"} or environment.get("LC_TERMINAL") == "iTerm2":
            return Graphics.ITERM
    if environment.get("COLORTERM") in {"truecolor", "24bit"} or environment.get("WT_SESSION"):
        return Graphics.TRUECOLOR
    if term.endswith("-direct"):
        return Graphics.TRUECOLOR
    return Graphics.COLOURS_256 if "256color" in term else Graphics.NONE


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture made ready: `rows` of text in cells, or one `graphic` that fills `width` × `height` cells."""

    width: int
    height: int
    rows: tuple[str, ...] = ()
    graphic: str = ""


def shown(picture: Image.Image, graphics: Graphics, width: int, height: int) -> Shown | None:
    """Return an upright picture as large as fits into `width` × `height` cells; None where nothing can be shown."""
    if graphics is Graphics.NONE or width < 2 or height < 1:
        return None
    scale = min(width / picture.width, height * CELL_ASPECT / picture.height)
    columns = max(1, min(width, round(picture.width * scale)))
    rows = max(1, min(height, round(picture.height * scale / CELL_ASPECT)))
    if graphics in {Graphics.KITTY, Graphics.ITERM}:
        size = (columns * _PIXELS_PER_CELL, round(rows * _PIXELS_PER_CELL * CELL_ASPECT))
        small = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        graphic = _kitty(small, columns, rows) if graphics is Graphics.KITTY else _iterm(small, columns, rows)
        return Shown(columns, rows, graphic=graphic)
    small = picture.convert("RGB").resize((columns, rows * 2), Image.Resampling.BICUBIC, reducing_gap=2.0)
    pixels = np.asarray(small, np.uint8)
    lines = tuple("".join(_cells(pixels[row * 2], pixels[row * 2 + 1], graphics)) + "\x1b[0m" for row in range(rows))
    return Shown(columns, rows, lines)


def _cells(upper: NDArray[np.uint8], lower: NDArray[np.uint8], graphics: Graphics) -> Iterator[str]:
    """Yield upper half blocks: the letter's colour is the upper pixel, the ground's the lower one."""
    for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
        yield f"\x1b[38;{_colour(above, graphics)};48;{_colour(below, graphics)}m▀"


def _colour(pixel: list[int], graphics: Graphics) -> str:
    if graphics is Graphics.TRUECOLOR:
        return f"2;{pixel[0]};{pixel[1]};{pixel[2]}"
    red, green, blue = (int(np.abs(_CUBE - level).argmin()) for level in pixel)
    return f"5;{16 + 36 * red + 6 * green + blue}"


# Takes every picture off the screen of a terminal that keeps them apart from its text.
FORGET_KITTY = "\x1b_Ga=d,q=2\x1b\\"


def _kitty(picture: Image.Image, columns: int, rows: int) -> str:
    data = base64.b64encode(_bytes(picture, "PNG")).decode()
    parts = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    # q=2: the terminal does not answer; C=1: the cursor stays where it is.
    first = f"a=T,f=100,t=d,q=2,C=1,c={columns},r={rows},"
    return "".join(
        f"\x1b_G{first if place == 0 else ''}m={int(place < len(parts) - 1)};{part}\x1b\\"
        for place, part in enumerate(parts)
    )


def _iterm(picture: Image.Image, columns: int, rows: int) -> str:
    data = _bytes(picture, "JPEG")
    settings = f"inline=1;size={len(data)};width={columns};height={rows};preserveAspectRatio=0"
    return f"\x1b]1337;File={settings}:{base64.b64encode(data).decode()}\x07"


def _bytes(picture: Image.Image, format_: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_)
    return buffer.getvalue()
