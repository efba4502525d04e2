"""Ask Ghostscript, where it is installed, what an EPS paints: a program's compressed parts tell nothing unless run.

It runs in the closed room of `media.render`, in SAFER mode, on a device that
draws nothing; the operators that paint pixels and set type say that they were called.
Where the program cannot be followed by reading it, those that paint also say
along which path, in the operators of a PDF page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.errors import UnreadableError
from stockctl.files.writing.temporary import scratch_folder
from stockctl.media.render import program_for, run_closed
from stockctl.media.vector.canvas import Canvas, Sides, told
from stockctl.media.vector.content import Budget, Page
from stockctl.media.vector.objects import Objects

if TYPE_CHECKING:
    from pathlib import Path

# How long it may run, seconds, and how much of what it says is read, bytes.
_SECONDS, _MOST_SAID, _MOST_DRAWN = 10, 1 << 20, 48 << 20
# What is larger is not handed over.
_LARGEST = 200 << 20
_OPERATORS = {
    "raster": ("image", "colorimage", "imagemask"),
    "live_text": (
        *("show", "ashow", "widthshow", "awidthshow", "kshow", "cshow", "xshow", "yshow", "xyshow", "glyphshow"),
    ),
}
# Both are comments for whoever reads the paths.
_MARK = "%@painted"
# Parts of paths that are told; what comes after them is left out.
_MOST_PARTS = 400_000
# On the page, in points; the path so far; a rectangle by its corner and sides.
_DRAWING = f"""
userdict /@base matrix currentmatrix put userdict /@left {_MOST_PARTS} put
userdict /@at {{ transform @base itransform exch =only ( ) print =only ( ) print }} put
userdict /@path {{ @left 0 gt {{
  {{ @at (m\n) print }} {{ @at (l\n) print userdict /@left @left 1 sub put }}
  {{ 6 -2 roll @at 4 -2 roll @at @at (c\n) print userdict /@left @left 1 sub put }}
  {{ (h\n) print }} pathforall }} if }} put
userdict /@box {{ systemdict /gsave get exec newpath 4 2 roll moveto 1 index 0 rlineto 0 exch rlineto neg 0 rlineto
  closepath @path systemdict /grestore get exec }} put
userdict /@picture {{ (q ) print matrix currentmatrix @base matrix invertmatrix matrix concatmatrix
  {{ =only ( ) print }} forall (cm BI ID EI Q\n) print }} put
"""
_PATHS = {
    "fill": "f", "eofill": "f*", "stroke": "S", "clip": "W n", "eoclip": "W* n", "rectfill": "f", "rectstroke": "S",
    "rectclip": "W n",
}  # fmt: skip
_STATES = {"gsave": "q", "grestore": "Q", "save": "q", "restore": "Q", "shfill": "sh"}


def asked(path: Path, data: memoryview, board: Sides | None = None) -> dict[str, Any]:
    """Return which of `raster` and `live_text` an EPS paints when it is run; nothing where it cannot be told.

    With its artboard `board`, what it draws is told besides: counts of paths and
    `hidden_pictures`, see `vector.probe`.
    """
    program = program_for("eps")
    if not program or len(data) > _LARGEST:
        return {}
    with scratch_folder() as room:
        source, before, answer = room / "asked.eps", room / "before.ps", room / "answer"
        source.write_bytes(data)
        # A command line holds no more than some thousand characters of program.
        before.write_text(_told_by(drawn=board is not None), encoding="ascii")
        command = [
            program, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-dLastPage=1", "-sDEVICE=nullpage",
            f"--permit-file-read={source}", str(before), str(source),
        ]  # fmt: skip
        try:
            with answer.open("wb") as said:
                run_closed(command, room, path, seconds=_SECONDS, stdout=said)
        except UnreadableError:
            return {}
        with answer.open("rb") as said:
            text = said.read(_MOST_SAID if board is None else _MOST_DRAWN)
    found: dict[str, Any] = {fact: f"{_MARK} {fact}\n".encode() in text for fact in _OPERATORS}
    return found | (_drawn(text, board) if board is not None else {})


def _told_by(*, drawn: bool) -> str:
    """Return what makes operators speak: each name becomes a procedure that does, and goes on to the operator."""
    parts = [_DRAWING] if drawn else []
    for fact, names in _OPERATORS.items():
        picture = " @picture" if drawn and fact == "raster" else ""
        parts += [_speaking(name, f"({_MARK} {fact}\n) print{picture}") for name in names]
    if drawn:
        for name, said in _PATHS.items():
            # A rectangle may be given as numbers, or in lists that are passed over.
            along = "dup type /arraytype ne { 4 copy @box } if" if name.startswith("rect") else "@path"
            parts.append(_speaking(name, f"{along} ({said}\n) print"))
        parts += [_speaking(name, f"({said}\n) print") for name, said in _STATES.items()]
    return " ".join(parts)


def _speaking(name: str, what: str) -> str:
    return f"userdict /{name} {{ {what} systemdict /{name} get exec }} put"


def _drawn(text: bytes, board: Sides) -> dict[str, Any]:
    canvas = Canvas(board, pictures=b"BI ID EI" in text)
    Page(canvas, Objects(memoryview(b"")), frozenset(), Budget()).follow(text, {})
    pictures = canvas.hidden()
    if not canvas.tally.paths and not pictures:
        return {}
    hidden = told(pictures)
    return canvas.tally.facts() | ({"hidden_pictures": hidden} if hidden else {})
